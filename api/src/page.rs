//! Lists.

use crate::{ApiKey, AuditEntry, Org, Partner, Project, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Declares one page of a list of something.
macro_rules! page {
    ($page:ident of $item:ident) => {
        #[doc = concat!("One page of a list of `", stringify!($item), "`.")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $page {
            /// What is on the page.
            pub items: Vec<$item>,
            /// Asks for the next page; `null` on the last. Later pages are as of the first one.
            pub next_page_token: Option<String>,
            /// The position the list is as of: following events from it misses and repeats nothing.
            pub position: i64,
        }
    };
}

page!(OrgPage of Org);
page!(PartnerPage of Partner);
page!(ProjectPage of Project);
page!(UserPage of User);
page!(ApiKeyPage of ApiKey);
page!(AuditPage of AuditEntry);
