//! The rows that are derived from the ledger, as they are stored.

use projections::documents::Draft;
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

/// A row of `documents` or of `document_versions`; both hold the same, and the second also what took its place.
#[derive(Clone, Debug, PartialEq, FromRow)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub struct DocumentRow {
    pub id: Uuid,
    pub version: i64,
    pub org_id: Uuid,
    pub parent_id: Uuid,
    pub kind: String,
    pub name: String,
    pub phase: String,
    pub labels: Value,
    pub search: String,
    pub external_id: Option<String>,
    pub owner_id: Option<Uuid>,
    pub position: i64,
    /// Always `None` in `documents`.
    pub superseded: Option<i64>,
    pub created_at: i64,
    pub created_by: String,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
    pub document: String,
}

/// What a document's row takes from the ledger, beside what the draft says.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) id: Uuid,
    pub(super) version: i64,
    pub(super) scope: Uuid,
    pub(super) position: i64,
    pub(super) created_at: i64,
    pub(super) created_by: String,
    pub(super) updated_at: i64,
    pub(super) deleted_at: Option<i64>,
}

impl DocumentRow {
    pub(super) fn new(placed: Placed, draft: Draft) -> Result<Self, serde_json::Error> {
        Ok(Self {
            id: placed.id,
            version: placed.version,
            org_id: placed.scope,
            parent_id: draft.parent,
            kind: draft.kind.to_owned(),
            name: draft.name,
            phase: draft.phase.to_owned(),
            labels: serde_json::to_value(&draft.labels)?,
            search: draft.search,
            external_id: draft.external_id,
            owner_id: draft.owner,
            position: placed.position,
            superseded: None,
            created_at: placed.created_at,
            created_by: placed.created_by,
            updated_at: placed.updated_at,
            deleted_at: placed.deleted_at,
            document: draft.json,
        })
    }

    /// The columns in which two rows differ.
    #[must_use]
    pub fn columns_that_differ(&self, other: &Self) -> Vec<&'static str> {
        let columns = [
            ("version", self.version == other.version),
            ("org_id", self.org_id == other.org_id),
            ("parent_id", self.parent_id == other.parent_id),
            ("kind", self.kind == other.kind),
            ("name", self.name == other.name),
            ("phase", self.phase == other.phase),
            ("labels", self.labels == other.labels),
            ("search", self.search == other.search),
            ("external_id", self.external_id == other.external_id),
            ("owner_id", self.owner_id == other.owner_id),
            ("position", self.position == other.position),
            ("superseded", self.superseded == other.superseded),
            ("created_at", self.created_at == other.created_at),
            ("created_by", self.created_by == other.created_by),
            ("updated_at", self.updated_at == other.updated_at),
            ("deleted_at", self.deleted_at == other.deleted_at),
            ("document", self.document == other.document),
        ];
        columns.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
    }
}
