//! Whoever makes things happen, at a pace.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::client::{Connection, Org};
use crate::Failure;

/// How many write at a time.
const WRITERS: usize = 16;

/// Makes so many events, so many a second, in one org after another; says how long it took.
pub(super) async fn write(orgs: &[Org], rate: usize, many: usize) -> Result<Duration, Failure> {
    let (next, began) = (Rc::new(Cell::new(0)), Instant::now());
    let orgs: Rc<[Org]> = orgs.into();
    let mut writers = vec![];
    for _ in 0..WRITERS {
        let connection = Connection::to(&orgs[0].admin).await?;
        let work = work(connection, Rc::clone(&orgs), Rc::clone(&next), began, rate, many);
        writers.push(tokio::task::spawn_local(work));
    }
    for writer in writers {
        writer.await??;
    }
    Ok(began.elapsed())
}

async fn work(
    mut connection: Connection,
    orgs: Rc<[Org]>,
    next: Rc<Cell<usize>>,
    began: Instant,
    rate: usize,
    many: usize,
) -> Result<(), Failure> {
    // Names are new in every run: the admin's key is as old as the process.
    let run = began.elapsed().as_nanos();
    loop {
        let number = next.get();
        if number >= many {
            return Ok(());
        }
        next.set(number + 1);
        sleep_until(began + Duration::from_secs_f64(seconds(number, rate))).await;
        let org = &orgs[number % orgs.len()];
        let group =
            json!({ "metadata": { "name": format!("g-{run}-{number}"), "description": "told to many" } });
        let _ = connection.post(&org.admin, &format!("/v1/orgs/{}/groups", org.id), &group).await?;
    }
}

fn seconds(number: usize, rate: usize) -> f64 {
    crate::statistics::as_f64(number) / crate::statistics::as_f64(rate)
}
