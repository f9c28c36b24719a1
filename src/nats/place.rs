//! Where to go on: the stream knows what is in it, the ledger knows what that was.

use super::error::NatsError;
use super::stream::{Stored, Stream};
use crate::app::App;
use crate::app::streams::Cursor;
use crate::ledger::reader::{self, Reader};
use sqlx::PgPool;

/// The row of this sink.
const NAME: &str = "nats";

/// After which event to go on.
///
/// That is the last one in the stream that is in the ledger as well. After the ledger was restored to an earlier time the
/// stream ends with events that are in it no more; these are passed over. Where nothing in the stream says it (it was
/// emptied, or its messages are kept for a while only), it is the last one that is known to have been published.
pub(super) async fn find(app: &App, stream: &Stream) -> Result<Cursor, NatsError> {
    let epoch = reader::epoch(&app.pool).await?;
    let first = stream.first().await?;
    for sequence in (first..=stream.sequence()).rev() {
        let Some(stored) = stream.at(sequence).await? else { continue };
        if is_in_ledger(app, epoch, &stored).await? {
            return Ok(Cursor { epoch, position: stored.cursor.position });
        }
    }
    let position = if stream.sequence() == 0 { 0 } else { saved(&app.pool).await? };
    Ok(Cursor { epoch, position })
}

/// Whether the ledger has this event at this position.
async fn is_in_ledger(app: &App, epoch: i64, stored: &Stored) -> Result<bool, NatsError> {
    let Stored { cursor, id } = *stored;
    let mut connection = app.pool.acquire().await?;
    let (head, _) = reader::head(&mut connection).await?;
    if (1..=head).contains(&cursor.position) {
        let found = Reader::new(cursor.position - 1, cursor.position).next(&mut connection).await?;
        if found.is_some_and(|event| event.event_id == id) {
            return Ok(true);
        }
    }
    if cursor.epoch < epoch { Ok(false) } else { Err(NatsError::Foreign { cursor, id }) }
}

/// The last position that is known to have been published; 0 where none is.
pub(super) async fn saved(pool: &PgPool) -> Result<i64, sqlx::Error> {
    let position: Option<i64> = sqlx::query_scalar("SELECT position FROM sink_cursors WHERE name = $1")
        .bind(NAME)
        .fetch_optional(pool)
        .await?;
    Ok(position.unwrap_or(0))
}

/// Remembers the last position that was published.
pub(super) async fn save(pool: &PgPool, position: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sink_cursors (name, position) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET position = excluded.position",
    )
    .bind(NAME)
    .bind(position)
    .execute(pool)
    .await?;
    Ok(())
}
