//! A ledger of one's own, and the commands that tests give it.

use aggregates::api_key::{ApiKey, ApiKeyCommand, Issue, KeyScope};
use aggregates::facts::Facts;
use aggregates::membership::{Access, Add, Membership, MembershipCommand};
use aggregates::org::{Create, Org, OrgCommand, OrgSpec, Origin};
use aggregates::partner::{Partner, PartnerCommand, PartnerSpec};
use aggregates::profile::Profile;
use aggregates::user::{User, UserCommand};
use api::{Actor, ActorKind};
use futures::future::join_all;
use projections::documents::Documented;
use quarterdeck::clock::{Clock, ManualClock};
use quarterdeck::ids::Ids;
use quarterdeck::ledger::compose::{ComposeError, Composer};
use quarterdeck::ledger::unit::{Answer, Idempotency, Recorded, Refusal, Unit, Verdict};
use quarterdeck::ledger::verify::{Verified, verify};
use quarterdeck::ledger::{Ledger, LedgerError, LedgerTasks};
use sqlx::{ConnectOptions, PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use testing::TestDatabase;
use uuid::Uuid;
use values::{AccessKeyId, Name, Role, ScopeId, ScopeKind, Sealed, Timestamp};

/// How often a command that lost a race is decided again.
const TRIES: usize = 50;

/// A ledger, and what is needed to write to it.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) pool: PgPool,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) ledger: Ledger,
    /// None in a process that was started by a test, which has it.
    database: Option<Arc<TestDatabase>>,
    tasks: Arc<Mutex<Vec<LedgerTasks>>>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_connections(10).await
    }

    pub(crate) async fn with_connections(connections: u32) -> Self {
        let database = Arc::new(TestDatabase::new().await);
        Self { database: Some(Arc::clone(&database)), ..Self::over(database.pool_of(connections), 1) }
    }

    /// Over a database that there is, with ids of one's own.
    pub(crate) fn over(pool: PgPool, seed: u64) -> Self {
        let clock = testing::clock();
        let (ledger, tasks) = Ledger::start(pool.clone(), Arc::clone(&clock) as Arc<dyn Clock>);
        let ids = testing::ids(seed);
        Self { pool, clock, ids, ledger, database: None, tasks: Arc::new(Mutex::new(vec![tasks])) }
    }

    pub(crate) fn database(&self) -> &TestDatabase {
        self.database.as_deref().expect("only a child has no database")
    }

    /// The same database through a writer that goes another way to it.
    pub(crate) fn writer_through(&self, pool: &PgPool) -> Self {
        let (ledger, tasks) = Ledger::start(pool.clone(), Arc::clone(&self.clock) as Arc<dyn Clock>);
        self.tasks.lock().unwrap().push(tasks);
        Self { ledger, ..self.clone() }
    }

    /// The same database through another writer, as another process has it.
    pub(crate) fn another_writer(&self) -> Self {
        self.writer_through(&self.pool)
    }

    pub(crate) fn id(&self) -> Uuid {
        self.ids.mint(self.clock.now())
    }

    /// Decides one command to one stream. No events make a unit without changes.
    pub(crate) async fn decide<A>(
        &self,
        scope: ScopeId,
        id: Uuid,
        command: A::Command,
    ) -> Result<Unit, A::Error>
    where
        A: Documented<Services = ()> + Clone + 'static,
        A::Event: Facts,
    {
        let mut composer = Composer::new(self.pool.clone());
        let version = self.decide_in::<A>(&mut composer, scope, id, command).await?;
        let answer = Some(Answer { id, version, status: 200 });
        Ok(Unit { changes: composer.into_changes(), answer, ..self.unit() })
    }

    /// Decides one of several commands of a unit; says at which version the stream is then.
    pub(crate) async fn decide_in<A>(
        &self,
        composer: &mut Composer,
        scope: ScopeId,
        id: Uuid,
        command: A::Command,
    ) -> Result<i64, A::Error>
    where
        A: Documented<Services = ()> + Clone + 'static,
        A::Event: Facts,
    {
        let loaded = composer.load::<A>(id).await.map_err(refused)?;
        let after = composer.decide(scope, id, loaded, command, &mut || self.id()).await.map_err(refused)?;
        Ok(after.version)
    }

    /// A unit without changes, asked for by somebody.
    pub(crate) fn unit(&self) -> Unit {
        Unit {
            metadata: BTreeMap::from([("requestId", self.id().to_string())]),
            actor: Some(Actor { kind: ActorKind::User, id: Uuid::nil().to_string(), user_id: None }),
            ..Unit::default()
        }
    }

    pub(crate) async fn submit(&self, unit: Unit) -> Verdict {
        self.ledger.submit(unit).await.unwrap()
    }

    /// Submits and waits in a task of its own.
    pub(crate) fn submitting(&self, unit: Unit) -> tokio::task::JoinHandle<Result<Verdict, LedgerError>> {
        let ledger = self.ledger.clone();
        tokio::spawn(async move { ledger.submit(unit).await })
    }

    /// Decides and submits, again where the stream has moved on, as the service does.
    pub(crate) async fn run<A>(
        &self,
        scope: ScopeId,
        id: Uuid,
        command: A::Command,
    ) -> Result<Outcome, A::Error>
    where
        A: Documented<Services = ()> + Clone + 'static,
        A::Event: Facts,
        A::Command: Clone,
    {
        for _ in 0..TRIES {
            let unit = self.decide::<A>(scope, id, command.clone()).await?;
            match self.submit(unit).await {
                Verdict::Recorded(recorded) => return Ok(Outcome::Recorded(recorded)),
                Verdict::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
                Verdict::Stale => {}
                other @ (Verdict::Replayed(_) | Verdict::Unauthorized) => panic!("{other:?}"),
            }
        }
        panic!("lost {TRIES} races in a row");
    }

    pub(crate) async fn partner(&self, name: &str) -> ScopeId {
        let id = self.id();
        let create = PartnerCommand::Create {
            name: self::name(name),
            profile: Profile::default(),
            spec: Box::new(PartnerSpec::default()),
        };
        self.run::<Partner>(ScopeId::from(id), id, create).await.unwrap().recorded();
        ScopeId::from(id)
    }

    pub(crate) async fn org(&self, partner: ScopeId, name: &str) -> ScopeId {
        let id = self.id();
        self.run::<Org>(ScopeId::from(id), id, create_org(partner, name)).await.unwrap().recorded();
        ScopeId::from(id)
    }

    /// A unit that makes an org.
    pub(crate) async fn org_unit(&self, partner: ScopeId, name: &str) -> Unit {
        let id = self.id();
        self.decide::<Org>(ScopeId::from(id), id, create_org(partner, name)).await.unwrap()
    }

    /// A unit that gives an org another name.
    pub(crate) async fn rename_unit(&self, org: ScopeId, name: &str) -> Unit {
        self.decide::<Org>(org, org.as_uuid(), rename(name)).await.unwrap()
    }

    /// A new person, and its membership of an org.
    pub(crate) async fn member(&self, org: ScopeId, partner: ScopeId, role: Role) -> Uuid {
        let (user, membership) = (self.id(), self.id());
        let mut composer = Composer::new(self.pool.clone());
        composer.claim_as(&sealed(user), user.simple().to_string());
        let register = UserCommand::Register { home: partner, email: sealed(user) };
        self.decide_in::<User>(&mut composer, partner, user, register).await.unwrap();
        let version =
            self.decide_in::<Membership>(&mut composer, org, membership, add(user, role)).await.unwrap();
        let answer = Some(Answer { id: membership, version, status: 201 });
        let unit = Unit { changes: composer.into_changes(), answer, ..self.unit() };
        assert!(matches!(self.submit(unit).await, Verdict::Recorded(_)));
        membership
    }

    /// A unit that issues a key for a membership.
    pub(crate) async fn key_unit(&self, org: ScopeId, membership: Uuid) -> Unit {
        let key = self.id();
        self.decide::<ApiKey>(org, key, issue(key, membership)).await.unwrap()
    }

    /// Stops the writers, and asserts that the ledger is whole and everything derived from it is what it says.
    pub(crate) async fn end(self) -> Verified {
        let Self { pool, ledger, tasks, database, .. } = self;
        drop(ledger);
        let all: Vec<_> = tasks.lock().unwrap().drain(..).collect();
        for tasks in all {
            tasks.finished().await;
        }
        let verified = verify(&pool).await.unwrap();
        assert!(matches!(verified, Verified::Fine(_)), "{verified:#?}");
        pool.close().await;
        drop(database);
        verified
    }

    /// How many events there are.
    pub(crate) async fn events(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(&self.pool).await.unwrap()
    }
}

/// What became of a command in the end.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Recorded(Recorded),
    Refused(Refusal),
}

impl Outcome {
    #[track_caller]
    pub(crate) fn recorded(self) -> Recorded {
        match self {
            Self::Recorded(recorded) => recorded,
            Self::Refused(refusal) => panic!("refused: {refusal:?}"),
        }
    }
}

fn refused<R: std::error::Error>(error: ComposeError<R>) -> R {
    match error {
        ComposeError::Refused(refusal) => refusal,
        ComposeError::OtherVersion { .. } | ComposeError::Broken(_) => panic!("{error:?}"),
    }
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// Text that only this person's key would open.
pub(crate) fn sealed(person: Uuid) -> Sealed {
    Sealed::assemble(person, &"A".repeat(38)).unwrap()
}

pub(crate) fn create_org(partner: ScopeId, name: &str) -> OrgCommand {
    OrgCommand::Create(Box::new(Create {
        partner,
        origin: Origin::Partner,
        name: self::name(name),
        profile: Profile::default(),
        spec: OrgSpec::default(),
        approved_at: Some(Timestamp::MIN),
    }))
}

pub(crate) fn rename(name: &str) -> OrgCommand {
    OrgCommand::Update {
        name: self::name(name),
        profile: Profile::default(),
        spec: Box::new(OrgSpec::default()),
    }
}

pub(crate) fn add(user: Uuid, role: Role) -> MembershipCommand {
    MembershipCommand::Add(Box::new(Add {
        user,
        kind: ScopeKind::Org,
        email: sealed(user),
        first_name: None,
        last_name: None,
        access: Access::Programmatic,
        roles: BTreeSet::from([role]),
    }))
}

pub(crate) fn issue(key: Uuid, membership: Uuid) -> ApiKeyCommand {
    ApiKeyCommand::Issue(Box::new(Issue {
        membership,
        user: Uuid::nil(),
        name: name("key"),
        display_name: values::DisplayName::default(),
        description: values::Description::default(),
        access_key_id: access_key_id(key),
        scope: KeyScope::default(),
        expires_at: None,
        by_partner: false,
    }))
}

fn access_key_id(key: Uuid) -> AccessKeyId {
    AccessKeyId::from_bytes(key.as_bytes()[6..].try_into().unwrap())
}

pub(crate) fn idempotency(scope: ScopeId, key: &str, asked: u8) -> Idempotency {
    Idempotency { scope, actor: "caller".to_owned(), key: key.to_owned(), fingerprint: [asked; 32] }
}

impl World {
    /// Submits units so that they are in one batch, in this order: the ledger is held until all of them wait.
    pub(crate) async fn submit_together(&self, units: Vec<Unit>) -> Vec<Result<Verdict, LedgerError>> {
        if units.is_empty() {
            return vec![];
        }
        let held = self.hold().await;
        let mut all = Box::pin(join_all(units.into_iter().map(|unit| self.ledger.submit(unit))));
        assert!(futures::poll!(&mut all).is_pending(), "answered while the ledger was held");
        held.release().await;
        all.await
    }

    /// Holds the ledger's lock, with the writer waiting for it: whatever is submitted now gathers.
    pub(crate) async fn hold(&self) -> Held {
        let mut holder = self.database().options().connect().await.unwrap();
        sqlx::raw_sql("BEGIN; SELECT position FROM ledger_head FOR UPDATE")
            .execute(&mut holder)
            .await
            .unwrap();
        // Only an answer is kept of it, under a key of its own.
        let key = idempotency(ScopeId::PLATFORM, &self.id().to_string(), 0);
        let answer = Some(Answer { id: Uuid::nil(), version: 0, status: 200 });
        let first = self.submitting(Unit { idempotency: Some(key), answer, ..self.unit() });
        self.until_somebody_waits().await;
        Held { holder, first }
    }
}

impl World {
    /// Waits until somebody waits for a lock.
    pub(crate) async fn until_somebody_waits(&self) {
        let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity \
                     WHERE datname = current_database() AND wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&self.pool).await.unwrap() {
            tokio::task::yield_now().await;
        }
    }
}

/// The ledger's lock, held.
pub(crate) struct Held {
    holder: PgConnection,
    first: tokio::task::JoinHandle<Result<Verdict, LedgerError>>,
}

impl Held {
    pub(crate) async fn release(mut self) {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.holder).await.unwrap();
        self.first.await.unwrap().unwrap();
    }
}
