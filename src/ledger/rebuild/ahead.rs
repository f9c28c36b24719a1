//! Reading and folding ahead of what is stored, each over a connection of its own: while one part is stored, the next is
//! folded, and what the one after it is made of is read.

use super::DeriveError;
use super::course::{Course, Pace, Source};
use super::fold::Made;
use super::pages::{Page, Pages};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How many of what is made may wait for whoever takes it. Another one is made meanwhile.
const WAITING: usize = 1;

/// What some events make.
pub(super) struct Part {
    pub(super) made: Made,
    /// The last of them.
    pub(super) position: i64,
}

/// Something that is made ahead, in its order. It ends when this is dropped.
pub(super) struct Ahead<T> {
    /// `None` is the end. Whoever stops sending without having said so was cut off.
    made: mpsc::Receiver<Result<Option<T>, DeriveError>>,
    has_ended: bool,
    _work: JoinSet<()>,
}

impl Ahead<Page> {
    /// Reads the pages after a position.
    fn pages(options: PgConnectOptions, after: i64, pace: Pace) -> Self {
        Self::start(async move |sender| {
            let mut db = PgConnection::connect_with(&options).await?;
            let mut pages = Pages::new(after, pace);
            while let Some(page) = pages.next(&mut db).await? {
                if sender.send(Ok(Some(page))).await.is_err() {
                    break;
                }
            }
            Ok(())
        })
    }
}

impl Ahead<Part> {
    /// Folds what comes after a position, so many events at a time.
    pub(super) fn parts(options: PgConnectOptions, after: i64, pace: Pace, chunk: usize) -> Self {
        let pages = Ahead::pages(options.clone(), after, pace);
        Self::start(async move |sender| {
            let mut db = PgConnection::connect_with(&options).await?;
            let mut course = Course::over(Source::Ahead(pages), after, pace);
            while let Some(made) = course.next(&mut db, chunk).await? {
                let part = Part { made, position: course.position() };
                if sender.send(Ok(Some(part))).await.is_err() {
                    break;
                }
            }
            Ok(())
        })
    }
}

impl<T: Send + 'static> Ahead<T> {
    fn start<W>(work: impl FnOnce(mpsc::Sender<Result<Option<T>, DeriveError>>) -> W) -> Self
    where
        W: Future<Output = Result<(), DeriveError>> + Send + 'static,
    {
        let (sender, made) = mpsc::channel(WAITING);
        let done = work(sender.clone());
        let mut at_it = JoinSet::new();
        at_it.spawn(async move {
            let end = done.await.map(|()| None);
            // Nobody listens any more where the rebuild was given up.
            sender.send(end).await.ok();
        });
        Self { made, has_ended: false, _work: at_it }
    }

    /// What comes next; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<T>, DeriveError> {
        if self.has_ended {
            return Ok(None);
        }
        let next = self.made.recv().await.unwrap_or(Err(DeriveError::Database(sqlx::Error::WorkerCrashed)));
        self.has_ended = matches!(next, Ok(None));
        next
    }
}
