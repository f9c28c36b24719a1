//! What happens to access keys.

use super::{NothingMore, events};
use crate::KeyScope;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{AccessKeyId, Description, DisplayName, Name, Timestamp};

events! {
    /// Events of access keys.
    ApiKeyEvent: "apiKey" in "api-keys" {
        /// An access key was made.
        Issued(ApiKeyIssued) = "issued",
        /// Another access key took its place; for a while both work.
        Rotated(ApiKeyRotated) = "rotated",
        /// Somebody ended it, or its overlap did.
        Revoked(NothingMore) = "revoked",
        /// Its time was over.
        Expired(NothingMore) = "expired",
        /// It was ended and put out of sight.
        Deleted(NothingMore) = "deleted",
    }
}

/// An access key was made. Its secret is nowhere but with whom it was shown to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyIssued {
    /// Whose it is.
    pub user_id: Uuid,
    /// What its owner calls it.
    pub name: Name,
    /// A name for people.
    pub display_name: DisplayName,
    /// Free text.
    pub description: Description,
    /// The half of the credential that is not secret.
    pub access_key_id: AccessKeyId,
    /// How it is cut down below what its user may do.
    pub scope: KeyScope,
    /// When it stops working by itself; `null` for never.
    pub expires_at: Option<Timestamp>,
    /// Whether partner staff issued it.
    pub by_partner: bool,
}

/// Another access key took its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRotated {
    /// The key that took its place.
    pub successor_id: Uuid,
    /// Until when both work.
    pub works_until: Timestamp,
}
