//! Documents and their earlier versions, added to their tables.

use super::copy::Rows;
use super::rows::DocumentRow;
use sqlx::PgConnection;

/// How many columns the two tables have in common.
const COLUMNS: i16 = 17;

/// Adds rows to `documents`.
pub(super) async fn add(db: &mut PgConnection, rows: &[DocumentRow]) -> Result<(), sqlx::Error> {
    let statement = "COPY documents (id, version, org_id, parent_id, kind, name, phase, labels, search, external_id, \
                     owner_id, position, created_at, created_by, updated_at, deleted_at, document, renamed_at) \
                     FROM STDIN (FORMAT binary)";
    let mut copied = Rows::new(COLUMNS + 1, weight(rows));
    for row in rows {
        write(&mut copied, row).bigint(row.renamed_at);
    }
    copied.send(db, statement).await
}

/// Adds rows to `document_versions`.
pub(super) async fn add_versions(db: &mut PgConnection, rows: &[DocumentRow]) -> Result<(), sqlx::Error> {
    let statement = "COPY document_versions (id, version, org_id, parent_id, kind, name, phase, labels, search, \
                     external_id, owner_id, position, created_at, created_by, updated_at, deleted_at, document) \
                     FROM STDIN (FORMAT binary)";
    let mut copied = Rows::new(COLUMNS, weight(rows));
    for row in rows {
        write(&mut copied, row);
    }
    copied.send(db, statement).await
}

fn weight(rows: &[DocumentRow]) -> usize {
    rows.iter().map(DocumentRow::weight).sum()
}

/// The columns that the two tables have in common.
fn write<'r>(rows: &'r mut Rows, row: &DocumentRow) -> &'r mut Rows {
    rows.begin()
        .uuid(row.id)
        .bigint(row.version)
        .uuid(row.org_id)
        .uuid(row.parent_id)
        .text(row.kind)
        .text(row.name.as_str())
        .text(row.phase)
        .jsonb(&row.labels)
        .text(row.search.as_str())
        .text(row.external_id.as_deref())
        .uuid(row.owner_id)
        .bigint(row.position)
        .bigint(row.created_at)
        .text(row.created_by.as_str())
        .bigint(row.updated_at)
        .bigint(row.deleted_at)
        .text(row.document.as_str())
}
