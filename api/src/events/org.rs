//! What happens to orgs.

use super::{EventMetadata, EventMetadataChanges, NothingMore, changes, events};
use crate::{OrgOrigin, OrgSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{ExternalId, Timestamp};

events! {
    /// Events of orgs. Reasons are read in the audit trail, contacts from the org.
    OrgEvent: "org" in "orgs" {
        /// An org was made by its partner, or signed up.
        Created(OrgCreated) = "created",
        /// Something that people set changed.
        Updated(OrgUpdated) = "updated",
        /// Its partner let it begin.
        Approved(OrgApproved) = "approved",
        /// Its partner turned it down; its names are free again.
        Rejected(NothingMore) = "rejected",
        /// Its members may act again.
        Activated(NothingMore) = "activated",
        /// Its members may no longer act.
        Deactivated(NothingMore) = "deactivated",
        /// It was deleted; its names are free again.
        Deleted(OrgNames) = "deleted",
        /// It came back as it was.
        Restored(OrgNames) = "restored",
    }
}

/// An org was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgCreated {
    /// Its partner.
    pub partner_id: Uuid,
    /// How it came to be.
    pub origin: OrgOrigin,
    /// When it was approved, where that was at once.
    pub approved_at: Option<Timestamp>,
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set, the contact aside.
    pub spec: OrgEventSpec,
}

/// What people set on an org, the contact aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgEventSpec {
    /// The org's id in the partner's own books.
    pub external_id: Option<ExternalId>,
    /// What holds for its members.
    pub settings: OrgSettings,
}

/// An org changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: OrgSpecChanges,
}

changes! {
    /// What changed of what people set on an org; what is absent stayed as it was.
    OrgSpecChanges {
        /// The org's id in the partner's own books.
        external_id: ExternalIdChange,
        /// What holds for its members, as it is now.
        settings: OrgSettings,
        /// Always `true`: whom to talk to changed, and is read from the org.
        contact_changed: bool,
    }
}

/// An id in somebody else's books changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExternalIdChange {
    /// What it was.
    pub from: Option<ExternalId>,
    /// What it is.
    pub to: Option<ExternalId>,
}

/// An org may begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgApproved {
    /// When it was approved.
    pub approved_at: Timestamp,
}

/// The names that an org gave up, or has again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgNames {
    /// Its name.
    #[schema(example = "acme")]
    pub name: String,
    /// Its id in the partner's own books.
    pub external_id: Option<ExternalId>,
}
