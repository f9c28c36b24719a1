//! The limits: what PostgreSQL takes and gives when nothing stands before it.

use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::Failure;
use crate::cluster::{Cluster, PGBENCH, SERVICE, Sample};
use crate::settings::Settings;
use crate::statistics::{as_f64, median};

/// Rows of a batch: as many as the writer takes at most.
const BATCH: i32 = 256;

/// The service's own event, in batches, into a table made by the service's own migration.
const INSERT: &str = "\
INSERT INTO events (position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence, event_type, \
event_version, payload, metadata, recorded_at, leaf) \
SELECT position, id, 1, id, 'org', id::text, 1, 'org.created', '1', $1::json, $2::json, 1780000000000000, \
decode(repeat('5a', 32), 'hex') \
FROM (SELECT position, ('0193f0e4-0000-7000-8000-' || lpad(to_hex(position), 12, '0'))::uuid AS id \
FROM (SELECT nextval('positions') AS position FROM generate_series(1, $3)) AS taken) AS named";

/// What the limits came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Limits {
    /// Events a second that one connection inserts, 256 in a transaction; nothing of documents. Nothing where there is no
    /// table for them.
    pub(crate) batched: Option<f64>,
    /// Events a second that `COPY events TO STDOUT` gives.
    pub(crate) copied_out: f64,
    pub(crate) copied_megabytes: f64,
}

/// Measures them.
///
/// # Errors
///
/// PostgreSQL does not answer.
pub(crate) async fn measure(
    settings: &Settings,
    cluster: &Cluster,
    sample: &Sample,
    has_table: bool,
) -> Result<Limits, Failure> {
    let (mut batched, mut copied, mut megabytes) = (vec![], vec![], 0.0);
    for _ in 0..settings.rounds {
        cluster.checkpoint().await?;
        if has_table {
            let mut connection = cluster.superuser(PGBENCH).await?;
            batched.push(batches(&mut connection, sample, Duration::from_secs(settings.seconds)).await?);
        }
        let (rate, these) = copy(cluster).await?;
        copied.push(rate);
        megabytes = these;
    }
    let limits = Limits {
        batched: median(batched),
        copied_out: median(copied).unwrap_or(0.0),
        copied_megabytes: megabytes,
    };
    eprintln!(
        "limits: {:.0} events/s in batches, {:.0} events/s copied out",
        limits.batched.unwrap_or(0.0),
        limits.copied_out
    );
    Ok(limits)
}

async fn batches(db: &mut PgConnection, sample: &Sample, length: Duration) -> Result<f64, Failure> {
    let began = Instant::now();
    let mut rows = 0;
    while began.elapsed() < length {
        let insert = sqlx::query(INSERT).bind(&sample.payload).bind(&sample.metadata).bind(BATCH);
        rows += insert.execute(&mut *db).await?.rows_affected();
    }
    Ok(as_f64(usize::try_from(rows)?) / began.elapsed().as_secs_f64())
}

/// The service's whole ledger: events a second, and megabytes.
async fn copy(cluster: &Cluster) -> Result<(f64, f64), Failure> {
    let events = usize::try_from(cluster.sizes().await?.events)?;
    let mut connection = cluster.superuser(SERVICE).await?;
    let began = Instant::now();
    let mut bytes = 0;
    let mut rows = connection.copy_out_raw("COPY events TO STDOUT").await?;
    while let Some(some) = rows.try_next().await? {
        bytes += some.len();
    }
    Ok((as_f64(events) / began.elapsed().as_secs_f64(), as_f64(bytes) / 1e6))
}
