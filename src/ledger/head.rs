//! How far the ledger is, as this process knows, and whether what it remembers may still be used.
//!
//! A cache may be used only while its process has confirmed the ledger's head within the last second. Every batch of
//! its own confirms it, and a watcher asks the database otherwise: when it is told of a new batch, and every quarter
//! of a second. With the head come the scopes in which somebody's rights have changed since; whoever remembers
//! something of these forgets it before the head counts as confirmed; and everything, where the read models that it was read
//! from were built again.

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{PgPool, Row};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;
use values::ScopeId;

/// How long a confirmation counts.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// How often the database is asked when nothing tells of a change.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// Where somebody's rights changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// In this scope.
    In(ScopeId),
    /// Nobody knows where: what rights are read from was built again.
    Anywhere,
}

impl Changed {
    /// Whether it may have been there.
    #[must_use]
    pub fn may_concern(self, scope: ScopeId) -> bool {
        match self {
            Self::In(changed) => changed == scope,
            Self::Anywhere => true,
        }
    }
}

/// Told where somebody's rights changed.
type Forget = Box<dyn Fn(Changed) + Send + Sync>;

/// Up to where this process has forgotten what changed, and when that was the ledger's end.
#[derive(Debug, Default)]
struct Known {
    through: i64,
    confirmed: Option<Instant>,
}

/// What this process knows of the head.
#[derive(Clone)]
pub struct HeadWatch {
    position: Arc<watch::Sender<i64>>,
    known: Arc<Mutex<Known>>,
    forget: Arc<RwLock<Vec<Forget>>>,
}

impl Default for HeadWatch {
    fn default() -> Self {
        Self { position: Arc::new(watch::Sender::new(0)), known: Arc::default(), forget: Arc::default() }
    }
}

impl HeadWatch {
    /// This process recorded up to here, or read that the ledger ends here.
    pub(super) fn saw(&self, position: i64) {
        self.position.send_if_modified(|known| {
            let newer = position > *known;
            *known = position.max(*known);
            newer
        });
    }

    /// The last position this process knows of.
    #[must_use]
    pub fn position(&self) -> i64 {
        *self.position.borrow()
    }

    /// Tells whenever the ledger grew.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<i64> {
        self.position.subscribe()
    }

    /// Whether what was remembered may be used without asking.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.known().confirmed.is_some_and(|at| at.elapsed() < GOOD_FOR)
    }

    /// The ledger did not agree with what was remembered: nothing is used of it until the database has been asked again.
    pub(super) fn doubt(&self) {
        self.known().confirmed = None;
    }

    /// Says who is told, before the head counts as confirmed, where somebody's rights changed.
    pub fn on_authority_change(&self, forget: impl Fn(Changed) + Send + Sync + 'static) {
        self.forget.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(forget));
    }

    /// The scopes this unit changed somebody's rights in: forgotten at once, not when the database is next asked.
    pub fn authority_changed(&self, scope: ScopeId) {
        self.tell(Changed::In(scope));
    }

    fn tell(&self, changed: Changed) {
        for forget in self.forget.read().unwrap_or_else(PoisonError::into_inner).iter() {
            forget(changed);
        }
    }

    /// A batch of this process' own took the ledger from `before` to `after`, holding its lock at `at`. That confirms the
    /// head, unless another process wrote in between: then the watcher has to ask what that was.
    pub(super) fn grew(&self, before: i64, after: i64, at: Instant) {
        let mut known = self.known();
        if known.through >= before {
            known.through = known.through.max(after);
            known.confirmed = known.confirmed.max(Some(at));
        }
        drop(known);
        self.saw(after);
    }

    /// The database was asked at `at`, and everything up to `position` has been forgotten.
    fn asked(&self, position: i64, at: Instant) {
        let mut known = self.known();
        known.through = known.through.max(position);
        known.confirmed = known.confirmed.max(Some(at));
        drop(known);
        self.saw(position);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for HeadWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeadWatch").field("position", &self.position()).finish_non_exhaustive()
    }
}

/// Watches the head until it is told to stop.
pub(super) async fn watch(pool: PgPool, options: PgConnectOptions, head: HeadWatch) {
    // Nothing is remembered yet, so nothing has to be forgotten.
    let mut from = i64::MAX;
    let (mut listener, mut generation) = (None, None);
    loop {
        let at = Instant::now();
        match ask(&pool, from).await {
            Ok(answer) => {
                for scope in answer.changed {
                    head.authority_changed(scope);
                }
                let before = generation.replace(answer.generation.clone());
                if before.is_some_and(|before| before != answer.generation) {
                    head.tell(Changed::Anywhere);
                }
                head.asked(answer.position, at);
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "Could not ask how far the ledger is"
                );
                listener = None;
            }
        }
        if listener.is_none() {
            listener = listen(&options).await;
        }
        tokio::select! {
            () = news(listener.as_mut(), &head) => {}
            () = tokio::time::sleep(ASK_EVERY) => {}
        }
        from = head.known().through;
    }
}

/// What the database says of the head.
#[derive(Default)]
struct Answer {
    /// Where the ledger ends.
    position: i64,
    /// Which tables rights are read from: others, when they were built again.
    generation: String,
    /// The scopes in which somebody's rights changed.
    changed: Vec<ScopeId>,
}

/// Asks what has changed after `from`.
async fn ask(pool: &PgPool, from: i64) -> Result<Answer, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/ask_head.sql")).bind(from).fetch_all(pool).await?;
    let mut answer = Answer::default();
    for row in &rows {
        answer.position = row.try_get("position")?;
        answer.generation = row.try_get("generation")?;
        answer.changed.extend(row.try_get::<Option<Uuid>, _>("org_id")?.map(ScopeId::from));
    }
    Ok(answer)
}

async fn listen(options: &PgConnectOptions) -> Option<PgListener> {
    // Nobody takes the connection a second time, and PostgreSQL may have ended when it is given back.
    let only_one =
        PgPoolOptions::new().max_connections(1).after_release(|_, _| Box::pin(async { Ok(false) }));
    let pool = only_one.connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&pool).await.ok()?;
    listener.listen("quarterdeck_ledger").await.ok()?;
    Some(listener)
}

/// Waits until told of a batch that this process does not know of yet.
async fn news(listener: Option<&mut PgListener>, head: &HeadWatch) {
    let Some(listener) = listener else { return std::future::pending().await };
    // An error ends in the question that follows, which notices that the database is gone.
    while let Ok(told) = listener.recv().await {
        if told.payload().parse::<i64>().is_ok_and(|position| position > head.known().through) {
            return;
        }
    }
}
