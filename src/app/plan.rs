//! Planning: a use case loads what it needs, lets aggregates decide, and says what the answer is.

mod loading;
mod made;
mod people;
mod relying;

use super::call::Origin;
use super::hot::Remembered;
use super::people::Person;
use super::provenance::{actor_json, add_personal, call_metadata, system_metadata};
use super::secrets::ShownOnce;
use super::{App, Call, Refused};
use crate::authz::{Permission, Target};
use crate::ledger::artifacts;
use crate::ledger::compose::{Composer, Loaded};
use crate::ledger::unit::{Answer, Beside, JoinTokenRow, SecretRow, Unit, VerifierRow};
use aggregates::facts::{Facts, Requirement};
use api::{Actor, ActorKind};
use projections::documents::{Documented, Sighted};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;
use values::{KeySecret, Reason, ScopeId, Sealed, Timestamp};

/// Something that can be asked of the service and changes it.
pub trait UseCase: Send + Sync + 'static {
    /// Decides what happens. Called again, from the start, when others were faster.
    fn plan(&self, plan: &mut Plan<'_>) -> impl Future<Output = Result<(), Refused>> + Send;
}

/// From the document as a GET shows it to what it shall be: a merge patch, or a whole document.
pub type Edit<T> = Box<dyn Fn(serde_json::Value) -> Result<T, Refused> + Send + Sync>;

/// A unit in the making.
pub struct Plan<'a> {
    /// The service.
    pub app: &'a Arc<App>,
    /// Who asks; `None` where the public or the system does.
    pub call: Option<&'a Call>,
    /// When the use case began.
    pub now: Timestamp,
    composer: Composer,
    beside: Beside,
    new_people: Vec<Person>,
    answer: Option<Answer>,
    secret: Option<ShownOnce>,
    /// What this plan makes, beneath what, and of which kind.
    made: Vec<(Uuid, &'static str, Sighted)>,
    /// What this plan shares with a project, or with all of an org.
    shared: Vec<(Uuid, &'static str, Sighted)>,
    would_store: BTreeSet<artifacts::Key>,
    is_last_try: bool,
    on_free_names: bool,
    /// What is answered where that is no document.
    body: Option<String>,
    /// The binding by which an org lets one of its partner's staff do what is planned, where nothing else does.
    break_glass: Option<Uuid>,
    public: Option<Public>,
    /// Where it acts, where nobody calls.
    acts_in: ScopeId,
    /// What is remembered of streams may be planned on.
    may_remember: bool,
    /// The stream that is planned on as it is remembered.
    remembered: Option<(Uuid, Arc<Remembered>)>,
    /// What of scopes the plan relies on, by the version of who may do what in each.
    relies_on: Vec<(ScopeId, i64)>,
}

/// What the public asks for: nobody's, but from somewhere.
struct Public {
    actor: Actor,
    metadata: BTreeMap<&'static str, String>,
}

/// What a plan comes to.
pub(super) struct Planned {
    pub(super) unit: Unit,
    pub(super) answer: Answer,
    pub(super) answer_scope: ScopeId,
    pub(super) secret: Option<ShownOnce>,
    pub(super) new_people: Vec<Person>,
    /// What the answer's stream becomes, and its version.
    pub(super) becomes: Option<(Arc<dyn Any + Send + Sync>, i64)>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(app: &'a Arc<App>, call: Option<&'a Call>, is_last_try: bool) -> Self {
        Self {
            app,
            call,
            now: app.clock.now(),
            composer: Composer::new(app.pool.clone()),
            beside: Beside::default(),
            new_people: vec![],
            answer: None,
            secret: None,
            made: vec![],
            shared: vec![],
            would_store: BTreeSet::new(),
            is_last_try,
            on_free_names: false,
            body: None,
            break_glass: None,
            public: None,
            acts_in: ScopeId::PLATFORM,
            may_remember: false,
            remembered: None,
            relies_on: vec![],
        }
    }

    /// The plan is what it is because a name is free: should it be taken meanwhile, plan again.
    pub const fn on_free_names(&mut self) {
        self.on_free_names = !self.is_last_try;
    }

    /// The caller.
    ///
    /// # Errors
    /// Nobody called: a defect.
    pub fn call(&self) -> Result<&'a Call, Refused> {
        self.call.ok_or_else(|| Refused::Broken(Arc::new(NobodyCalled)))
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.app.ids.mint(self.now)
    }

    /// What must hold for the unit, beside what its events require.
    pub fn require(&mut self, requirement: Requirement) {
        self.composer.require(requirement);
    }

    /// Where an event claims this sealed text, its keyed hash is what is stored as the claim, and nowhere else.
    pub fn claim_as(&mut self, sealed: &Sealed, keyed_hash: String) {
        self.composer.claim_as(sealed, keyed_hash);
    }

    /// The reason, sealed under the caller's key: the body's, else the header's.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn reason(&self, said: Option<&Reason>) -> Result<Option<Sealed>, Refused> {
        let Some(call) = self.call else { return Ok(None) };
        let Some(reason) = said.or(call.origin.reason.as_ref()) else { return Ok(None) };
        let caller = self.app.people.find(call.caller.person).await?;
        Ok(caller.map(|caller| caller.seal(reason.as_str())))
    }

    /// Makes a new stream by a command.
    ///
    /// # Errors
    /// The aggregate refuses, or the events cannot be written down.
    pub async fn create<A>(
        &mut self,
        scope: ScopeId,
        id: Uuid,
        command: A::Command,
    ) -> Result<Loaded<A>, Refused>
    where
        A: Documented<Services = ()> + Clone + 'static,
        A::Event: Facts,
        A::Error: Into<Refused>,
    {
        self.decide(scope, id, Loaded { state: A::default(), version: 0 }, command).await
    }

    /// Says which part of the system acts, for the public, and from where the public asked; sealed for this person.
    pub fn acts_for_public(&mut self, part: &'static str, action: &str, origin: &Origin, person: &Person) {
        let actor = Actor { kind: ActorKind::System, id: part.to_owned(), user_id: None };
        let mut metadata = BTreeMap::from([
            ("actor", actor_json(&actor)),
            ("requestId", origin.request_id.clone()),
            ("correlationId", origin.correlation_id.clone()),
            ("causationId", origin.request_id.clone()),
            ("client", origin.client.to_owned()),
            ("action", action.to_owned()),
        ]);
        add_personal(&mut metadata, person, origin);
        self.public = Some(Public { actor, metadata });
    }

    /// Says in which scope the system acts.
    pub(super) const fn acts_in(&mut self, scope: ScopeId) {
        self.acts_in = scope;
    }

    /// Says that the agent of a cluster of the org acts.
    pub(super) fn acts_as_agent(&mut self, org: ScopeId, cluster: Uuid, action: &str) {
        self.acts_in(org);
        let actor = Actor { kind: ActorKind::Agent, id: cluster.to_string(), user_id: None };
        let mut metadata = system_metadata(self.app, self.now);
        metadata.insert("actor", actor_json(&actor));
        metadata.insert("client", "agent".to_owned());
        metadata.insert("action", action.to_owned());
        self.public = Some(Public { actor, metadata });
    }

    /// Lets a loaded stream decide a command.
    ///
    /// # Errors
    /// The aggregate refuses, or the events cannot be written down.
    pub async fn decide<A>(
        &mut self,
        scope: ScopeId,
        id: Uuid,
        loaded: Loaded<A>,
        command: A::Command,
    ) -> Result<Loaded<A>, Refused>
    where
        A: Documented<Services = ()> + Clone + 'static,
        A::Event: Facts,
        A::Error: Into<Refused>,
    {
        let (ids, now) = (&self.app.ids, self.now);
        Ok(self.composer.decide::<A>(scope, id, loaded, command, &mut || ids.mint(now)).await?)
    }

    /// Says what the answer is, where that is no document but what was done in an org.
    pub fn answer_with(&mut self, org: ScopeId, body: String) {
        self.answer(org.as_uuid(), 0, 200);
        self.body = Some(body);
    }

    /// How much is in the plan by now.
    #[must_use]
    pub fn extent(&self) -> [usize; 4] {
        [self.composer.len(), self.beside.secrets.len(), self.made.len(), self.shared.len()]
    }

    /// Part of the plan is under another right than the call's own.
    pub fn was_under(&mut self, (permission, target): (Permission, Target)) {
        if let (None, Some(call)) = (self.break_glass, self.call) {
            let as_if = Call { permission, target, ..call.clone() };
            self.break_glass = as_if.break_glass();
        }
    }

    /// Says whose document is the answer, at which version, and with which status.
    pub const fn answer(&mut self, id: Uuid, version: i64, status: u16) {
        self.answer = Some(Answer { id, version, status });
    }

    /// Stores the verifier of a new key with the unit, and shows the secret in the answer, once.
    pub fn show_once(&mut self, scope: ScopeId, key_id: Uuid, secret: KeySecret) {
        let verifier = self.app.keyring.verifier_of(&secret);
        self.beside.verifiers.push(VerifierRow {
            access_key_id: secret.access_key_id().as_str().to_owned(),
            scope,
            key_id,
            pepper_version: verifier.pepper_version,
            verifier: verifier.hmac,
        });
        self.secret = Some(ShownOnce::Key(secret));
    }

    /// Shows a secret in the answer, once.
    pub fn show(&mut self, secret: ShownOnce) {
        self.secret = Some(secret);
    }

    /// Whether nothing shall be recorded, nor stored.
    #[must_use]
    pub fn is_dry_run(&self) -> bool {
        self.call.is_some_and(|call| call.conditions.dry_run)
    }

    /// Remembers an artifact that a dry run does not store.
    pub(super) fn would_store(&mut self, artifact: artifacts::Key) {
        self.would_store.insert(artifact);
    }

    /// Stores a sealed value with the unit.
    pub(super) fn keep_beside(&mut self, row: SecretRow) {
        self.beside.secrets.push(row);
    }

    /// Stores the token by which an agent can join a cluster with the unit.
    pub(super) fn keep_join_token(&mut self, row: JoinTokenRow) {
        self.beside.join_tokens.push(row);
    }

    /// The unit, ready to be submitted.
    pub(super) async fn finish(self) -> Result<Planned, Refused> {
        let answer = self.answer.ok_or_else(|| Refused::Broken(Arc::new(NoAnswer)))?;
        let becomes = self.composer.became(answer.id);
        let changes = self.composer.into_changes();
        let of_answer = changes.iter().find(|change| change.id == answer.id);
        let fallback = self.call.map_or(self.acts_in, |call| call.caller.scope);
        let answer_scope = of_answer.map_or(fallback, |change| change.scope);
        let (metadata, actor) = match (self.call, self.public) {
            (Some(call), _) => (call_metadata(self.app, call).await?, call.caller.actor()),
            (None, Some(public)) => (public.metadata, public.actor),
            (None, None) => (system_metadata(self.app, self.now), crate::ledger::stamp::the_system()),
        };
        let mut metadata = metadata;
        if let Some(binding) = self.break_glass {
            metadata.insert("breakGlass", binding.to_string());
        }
        let caller = self.call.map(|call| (call.caller.scope, call.caller.authority));
        let authority = caller.into_iter().chain(self.relies_on).collect();
        let unit = Unit {
            metadata,
            actor: Some(actor),
            changes,
            authority,
            idempotency: self.call.and_then(Call::idempotency),
            beside: self.beside,
            answer: Some(answer),
            body: self.body,
            would_store: self.would_store,
            on_free_names: self.on_free_names,
        };
        Ok(Planned { unit, answer, answer_scope, secret: self.secret, new_people: self.new_people, becomes })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a use case that needs a caller was run without one")]
struct NobodyCalled;

#[derive(Debug, thiserror::Error)]
#[error("a use case did not say what its answer is")]
struct NoAnswer;
