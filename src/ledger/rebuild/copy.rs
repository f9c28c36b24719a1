//! Rows on their way into a table, in PostgreSQL's binary form of `COPY` (its manual, "COPY", "Binary Format").

use super::rows::DocumentRow;
use sqlx::PgConnection;
use uuid::Uuid;

/// What every stream of rows begins with: the signature, no flags, no extension.
const BEGINNING: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands where another row would.
const END: i16 = -1;
/// The length of a value that is null.
const NULL: i32 = -1;
/// The version of the binary form of `jsonb`.
const JSONB: u8 = 1;
/// How many columns the two tables have in common.
const COLUMNS: i16 = 17;

/// Adds rows to `documents`.
pub(super) async fn documents(db: &mut PgConnection, rows: &[DocumentRow]) -> Result<(), sqlx::Error> {
    let statement = "COPY documents (id, version, org_id, parent_id, kind, name, phase, labels, search, external_id, \
                     owner_id, position, created_at, created_by, updated_at, deleted_at, document, renamed_at) \
                     FROM STDIN (FORMAT binary)";
    let encoded = encode(rows, COLUMNS + 1, |out, row| bigint(out, row.renamed_at));
    send(db, statement, encoded).await
}

/// Adds rows to `document_versions`.
pub(super) async fn versions(db: &mut PgConnection, rows: &[DocumentRow]) -> Result<(), sqlx::Error> {
    let statement = "COPY document_versions (id, version, org_id, parent_id, kind, name, phase, labels, search, \
                     external_id, owner_id, position, created_at, created_by, updated_at, deleted_at, document) \
                     FROM STDIN (FORMAT binary)";
    send(db, statement, encode(rows, COLUMNS, |_, _| ())).await
}

async fn send(db: &mut PgConnection, statement: &str, encoded: Vec<u8>) -> Result<(), sqlx::Error> {
    let mut copy = db.copy_in_raw(statement).await?;
    copy.send(encoded).await?;
    copy.finish().await?;
    Ok(())
}

/// Rows of so many columns, the last of which are `more`.
fn encode(rows: &[DocumentRow], columns: i16, more: impl Fn(&mut Vec<u8>, &DocumentRow)) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.iter().map(DocumentRow::weight).sum());
    out.extend(BEGINNING);
    for row in rows {
        out.extend(columns.to_be_bytes());
        uuid(&mut out, Some(row.id));
        bigint(&mut out, Some(row.version));
        uuid(&mut out, Some(row.org_id));
        uuid(&mut out, Some(row.parent_id));
        text(&mut out, Some(row.kind));
        text(&mut out, Some(&row.name));
        text(&mut out, Some(row.phase));
        jsonb(&mut out, &row.labels);
        text(&mut out, Some(&row.search));
        text(&mut out, row.external_id.as_deref());
        uuid(&mut out, row.owner_id);
        bigint(&mut out, Some(row.position));
        bigint(&mut out, Some(row.created_at));
        text(&mut out, Some(&row.created_by));
        bigint(&mut out, Some(row.updated_at));
        bigint(&mut out, row.deleted_at);
        text(&mut out, Some(&row.document));
        more(&mut out, row);
    }
    out.extend(END.to_be_bytes());
    out
}

fn value(out: &mut Vec<u8>, version: Option<u8>, bytes: &[u8]) {
    let length = bytes.len() + usize::from(version.is_some());
    // A document is far below 2 GiB, which is what PostgreSQL can hold.
    out.extend(i32::try_from(length).unwrap_or(i32::MAX).to_be_bytes());
    out.extend(version);
    out.extend(bytes);
}

fn null(out: &mut Vec<u8>) {
    out.extend(NULL.to_be_bytes());
}

fn uuid(out: &mut Vec<u8>, id: Option<Uuid>) {
    match id {
        Some(id) => value(out, None, id.as_bytes()),
        None => null(out),
    }
}

fn bigint(out: &mut Vec<u8>, number: Option<i64>) {
    match number {
        Some(number) => value(out, None, &number.to_be_bytes()),
        None => null(out),
    }
}

fn text(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => value(out, None, text.as_bytes()),
        None => null(out),
    }
}

fn jsonb(out: &mut Vec<u8>, json: &str) {
    value(out, Some(JSONB), json.as_bytes());
}
