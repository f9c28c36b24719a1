//! Look-ups by id that wait at the same time are asked together.
//!
//! One task asks: it takes all that wait, asks the database for them in one statement, answers, and takes what has come
//! meanwhile. So the price of a round trip is shared as the load grows, and nothing is remembered: each is asked after it
//! came, and its answer is as fresh as if it had been asked alone.

use super::Refused;
use projections::documents::{self, ById, Found};
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// The most that are asked at once.
const MOST: usize = 128;

type Answer = Result<Option<Found>, Arc<sqlx::Error>>;

/// Asks for documents by their ids.
#[derive(Debug)]
pub struct LookUps(mpsc::Sender<(ById, oneshot::Sender<Answer>)>);

impl LookUps {
    /// Starts the task that asks; it ends with this.
    #[must_use]
    pub fn start(pool: PgPool) -> Self {
        let (sender, waiting) = mpsc::channel(MOST);
        tokio::spawn(ask(pool, waiting));
        Self(sender)
    }

    /// The current document, deleted ones too; `None` where there is none.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn find(&self, wanted: ById) -> Result<Option<Found>, Refused> {
        let gone = || Refused::Database(Arc::new(sqlx::Error::WorkerCrashed));
        let (answer, answered) = oneshot::channel();
        self.0.send((wanted, answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?.map_err(Refused::Database)
    }
}

async fn ask(pool: PgPool, mut waiting: mpsc::Receiver<(ById, oneshot::Sender<Answer>)>) {
    let mut asked = Vec::with_capacity(MOST);
    while waiting.recv_many(&mut asked, MOST).await > 0 {
        // Whoever has hung up is not asked for.
        asked.retain(|(_, answer)| !answer.is_closed());
        let wanted: Vec<ById> = asked.iter().map(|(wanted, _)| *wanted).collect();
        let found: Vec<Answer> = match documents::get_many(&pool, &wanted).await {
            Ok(found) => found.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(Arc::new(error)); wanted.len()],
        };
        for ((_, answer), found) in asked.drain(..).zip(found) {
            // Nobody may wait for it any more.
            answer.send(found).ok();
        }
    }
}
