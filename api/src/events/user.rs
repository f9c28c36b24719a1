//! What happens to identities.

use super::{NothingMore, events};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

events! {
    /// Events of identities, which partners have.
    UserEvent: "user" in "users" {
        /// A person or machine became known.
        Registered(UserRegistered) = "registered",
        /// It was erased: nobody is known by this id any more.
        Erased(NothingMore) = "erased",
    }
}

/// A person or machine became known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserRegistered {
    /// In which partner; `null` for operators.
    pub partner_id: Option<Uuid>,
}
