//! Everything from position 0, to a consumer that is new.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Replay;
use super::scan::Scan;
use crate::Failure;
use crate::cluster::Cluster;
use crate::load::Target;
use crate::processes::Processor;
use crate::statistics::as_f64;

/// Nothing comes for so long: it does not come any more.
const SILENCE: Duration = Duration::from_secs(30);

/// Reads the installation's stream from its beginning to where it ends now.
pub(super) async fn run(operator: &Target, process: u32, cluster: &Cluster) -> Result<Replay, Failure> {
    let (all, _) = cluster.count().await?;
    let all = usize::try_from(all)?;
    let mut stream = TcpStream::connect(operator.address).await?;
    let authorization = operator.authorization.as_ref().ok_or("nobody follows without a key")?.to_str()?;
    let request = format!(
        "GET /v1/events/stream?after=0 HTTP/1.1\r\nHost: {}\r\nAuthorization: {authorization}\r\n\r\n",
        operator.address
    );
    let (used, began) = (Processor::used(Some(process), cluster.postmaster), Instant::now());
    stream.write_all(request.as_bytes()).await?;
    let (mut events, mut bytes, mut scan) = (0, 0, Scan::default());
    let mut buffer = vec![0; 256 << 10];
    while events < all {
        let read = timeout(SILENCE, stream.read(&mut buffer)).await??;
        if read == 0 {
            return Err(format!("the replay ended after {events} of {all} events").into());
        }
        bytes += read;
        scan.take(&buffer[..read], |_| events += 1);
    }
    let seconds = began.elapsed().as_secs_f64();
    let used = Processor::used(Some(process), cluster.postmaster).since(used);
    let each = |seconds: f64| seconds / as_f64(events.max(1)) * 1e6;
    Ok(Replay {
        events,
        megabytes: as_f64(bytes) / 1e6,
        seconds,
        service_micros: each(used.contestant),
        postgres_micros: each(used.postgres),
        load_micros: each(used.load),
    })
}
