//! The rows of documents, as they are stored.

use projections::documents::Draft;
use uuid::Uuid;

/// What a row takes up beside its document, in bytes; roughly.
const BESIDE: usize = 512;

/// A row of `documents`; one of `document_versions` holds the same but `renamed_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub struct DocumentRow {
    pub id: Uuid,
    pub version: i64,
    pub org_id: Uuid,
    pub parent_id: Uuid,
    pub kind: &'static str,
    pub name: String,
    pub phase: &'static str,
    /// JSON.
    pub labels: String,
    pub search: String,
    pub external_id: Option<String>,
    pub owner_id: Option<Uuid>,
    pub position: i64,
    pub created_at: i64,
    pub created_by: String,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
    /// The position at which it got the name and the external id that it has; nothing if it never had others.
    pub renamed_at: Option<i64>,
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
    /// The row of a version that takes the place of another, where there was one.
    pub(super) fn new(
        placed: Placed,
        draft: Draft,
        before: Option<&Self>,
    ) -> Result<Self, serde_json::Error> {
        let renamed_at = before.and_then(|before| {
            let is_called_as_before = before.name == draft.name && before.external_id == draft.external_id;
            if is_called_as_before { before.renamed_at } else { Some(placed.position) }
        });
        Ok(Self {
            id: placed.id,
            version: placed.version,
            org_id: placed.scope,
            parent_id: draft.parent,
            kind: draft.kind,
            name: draft.name,
            phase: draft.phase,
            labels: serde_json::to_string(&draft.labels)?,
            search: draft.search,
            external_id: draft.external_id,
            owner_id: draft.owner,
            position: placed.position,
            created_at: placed.created_at,
            created_by: placed.created_by,
            updated_at: placed.updated_at,
            deleted_at: placed.deleted_at,
            renamed_at,
            document: draft.json,
        })
    }

    /// How many bytes it takes up; roughly.
    pub(super) const fn weight(&self) -> usize {
        BESIDE + self.document.len()
    }
}
