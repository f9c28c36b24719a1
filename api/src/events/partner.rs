//! What happens to partners.

use super::{EventMetadata, EventMetadataChanges, changes, events};
use crate::{Colors, PartnerPolicy, PartnerSpec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use values::{DisplayName, HostName, HttpUrl, Name};

events! {
    /// Events of partners.
    PartnerEvent: "partner" in "partners" {
        /// A partner was made.
        Created(PartnerCreated) = "created",
        /// Something that people set changed.
        Updated(PartnerUpdated) = "updated",
        /// It was deleted; its name and its host are free again.
        Deleted(PartnerNames) = "deleted",
        /// It came back.
        Restored(PartnerNames) = "restored",
    }
}

/// A partner was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartnerCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: PartnerSpec,
}

/// A partner changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartnerUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: PartnerSpecChanges,
}

changes! {
    /// What changed of what people set on a partner; what is absent stayed as it was.
    PartnerSpecChanges {
        /// How its console presents itself, as it does now.
        brand: PartnerBrand,
        /// What it decides for its orgs, as it is now.
        policy: PartnerPolicy,
    }
}

/// How a partner's console presents itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartnerBrand {
    /// The host its console is served under.
    pub host: Option<HostName>,
    /// What the product is called.
    pub product_name: DisplayName,
    /// Where its logo is.
    pub logo_url: Option<HttpUrl>,
    /// Where its logo for small places is.
    pub icon_url: Option<HttpUrl>,
    /// Its colours.
    pub colors: Colors,
    /// Where its links lead.
    pub links: BTreeMap<Name, HttpUrl>,
}

/// The names that a partner gave up, or has again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartnerNames {
    /// Its name.
    #[schema(example = "default")]
    pub name: String,
    /// The host its console was served under.
    pub host: Option<HostName>,
}
