//! Units of work: what one command wants recorded, all of it or nothing.

use super::artifacts;
use aggregates::facts::{AmountChange, ClaimChange, ReferenceChange, Requirement};
use aggregates::quota::Resource;
use api::Actor;
use projections::documents::{Draft, Stamps};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use uuid::Uuid;
use values::{Quantity, ScopeId};

/// What one command wants recorded.
#[derive(Debug, Default)]
pub struct Unit {
    /// Who asked, from where and why: the metadata of every event in the unit. Personal text is sealed.
    pub metadata: BTreeMap<&'static str, String>,
    /// Who asked, as documents show it.
    pub actor: Option<Actor>,
    /// The streams it changes.
    pub changes: Vec<Change>,
    /// The versions of who may do what under which it was authorized.
    pub authority: Vec<(ScopeId, i64)>,
    /// How its answer is kept, where the caller gave a key for it.
    pub idempotency: Option<Idempotency>,
    /// Rows that must never be events.
    pub beside: Beside,
    /// The stream whose document is the answer.
    pub answer: Option<Answer>,
    /// What is answered instead, where that is no document.
    pub body: Option<String>,
    /// The artifacts that its use case would store before it: a dry run stores none.
    pub would_store: BTreeSet<artifacts::Key>,
    /// Whether it was planned because names that it takes were free: where one is taken, it is planned again.
    pub on_free_names: bool,
}

impl Unit {
    /// Whose it is, as far as turns are concerned: the scope of its caller, or where it writes.
    #[must_use]
    pub fn sender(&self) -> ScopeId {
        let caller = self.authority.first().map(|(scope, _)| *scope);
        caller.or_else(|| self.changes.first().map(|change| change.scope)).unwrap_or(ScopeId::PLATFORM)
    }

    /// About how many bytes it puts into the ledger.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let events = self.changes.iter().flat_map(|change| &change.events);
        events.map(|event| event.payload.len() + 1_024).sum()
    }
}

/// What the caller is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The stream whose document is sent.
    pub id: Uuid,
    /// The version it has, where the unit does not change it.
    pub version: i64,
    /// The status of the reply, also when it is given again.
    pub status: u16,
}

/// One stream's part of a unit.
pub struct Change {
    /// The aggregate's type.
    pub aggregate_type: &'static str,
    /// The aggregate's id.
    pub id: Uuid,
    /// The scope in whose order its events are counted.
    pub scope: ScopeId,
    /// The version that was decided on: the stream's last sequence then, 0 for a new one.
    pub version: i64,
    /// What happened, in order.
    pub events: Vec<NewEvent>,
    /// Names taken and released.
    pub claims: Vec<ClaimChange>,
    /// What the aggregate begins and stops to use.
    pub references: Vec<ReferenceChange>,
    /// What must hold.
    pub requirements: Vec<Requirement>,
    /// How much there is of something, and how much of it the aggregate holds.
    pub amounts: Vec<AmountChange>,
    /// The scopes in which somebody's rights may differ afterwards.
    pub changes_authority: Vec<ScopeId>,
    /// The document after these events; `None` for aggregates that have none.
    pub document: Option<Document>,
}

/// An event that has no position yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Unique for ever (UUIDv7).
    pub id: Uuid,
    /// For example `org.created`.
    pub event_type: String,
    /// The version of its stored form.
    pub event_version: String,
    /// Canonical JSON.
    pub payload: String,
}

/// Renders a document from the stamps that only the writer knows.
pub type Render = Box<dyn Fn(&Stamps) -> Result<Draft, serde_json::Error> + Send + Sync>;

/// A document to be.
pub struct Document {
    /// Whether the aggregate is deleted after the events.
    pub deleted: bool,
    /// Its phase after the events.
    pub phase: &'static str,
    /// Renders it.
    pub render: Render,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("aggregate_type", &self.aggregate_type)
            .field("id", &self.id)
            .field("version", &self.version)
            .field("events", &self.events.len())
            .finish_non_exhaustive()
    }
}

/// An idempotency key, and what was asked under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// The scope of the caller.
    pub scope: ScopeId,
    /// The caller.
    pub actor: String,
    /// The key.
    pub key: String,
    /// SHA-256 over what was asked.
    pub fingerprint: [u8; 32],
}

/// Rows that are stored with a unit but must never be events: they are made from secrets, or are destroyed one day.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Verifiers of access keys.
    pub verifiers: Vec<VerifierRow>,
    /// Wrapped keys of persons.
    pub person_keys: Vec<PersonKeyRow>,
    /// Persons whose keys are destroyed.
    pub destroyed_keys: Vec<Uuid>,
    /// Sealed write-only values.
    pub secrets: Vec<SecretRow>,
    /// Tokens by which agents can join clusters.
    pub join_tokens: Vec<JoinTokenRow>,
}

impl fmt::Debug for VerifierRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifierRow").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for JoinTokenRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinTokenRow").field("cluster", &self.cluster).finish_non_exhaustive()
    }
}

impl fmt::Debug for PersonKeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonKeyRow").field("person", &self.person).finish_non_exhaustive()
    }
}

/// How an access key's secret is told from others.
#[derive(Clone)]
pub struct VerifierRow {
    /// The public half.
    pub access_key_id: String,
    /// The scope of the key.
    pub scope: ScopeId,
    /// The key.
    pub key_id: Uuid,
    /// Which pepper was used.
    pub pepper_version: i32,
    /// HMAC-SHA256 of the secret.
    pub verifier: [u8; 32],
}

/// A person's key, wrapped.
#[derive(Clone)]
pub struct PersonKeyRow {
    /// The person.
    pub person: Uuid,
    /// Where the person is known.
    pub scope: ScopeId,
    /// Which wrapping key was used.
    pub wrapping_version: i32,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// A write-only value, sealed.
#[derive(Clone, Debug)]
pub struct SecretRow {
    /// The org.
    pub scope: ScopeId,
    /// What it belongs to.
    pub id: Uuid,
    /// Which version of it.
    pub version: i64,
    /// Which wrapping key was used.
    pub wrapping_version: i32,
    /// The sealed value.
    pub sealed: Vec<u8>,
}

/// The token by which an agent can join a cluster, in the place of the one before.
#[derive(Clone)]
pub struct JoinTokenRow {
    /// The org.
    pub scope: ScopeId,
    /// The cluster.
    pub cluster: Uuid,
    /// The token.
    pub token: Uuid,
    /// Which pepper was used.
    pub pepper_version: i32,
    /// HMAC-SHA256 of the secret.
    pub verifier: [u8; 32],
}

/// What became of a unit.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is in the ledger.
    Recorded(Recorded),
    /// The same was asked before under the same key; this was the answer.
    Replayed(Reply),
    /// A rule that several aggregates share stood against it.
    Refused(Refusal),
    /// A stream has moved on, or something came that the unit had to take along: decide again.
    Stale,
    /// Somebody's rights changed since it was authorized: authorize again.
    Unauthorized,
}

impl Verdict {
    /// Whether it is kept, where the unit came with an idempotency key, as the answer to whoever asks again.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        match self {
            Self::Recorded(_) => true,
            Self::Refused(refusal) => *refusal != Refusal::KeyReused,
            Self::Replayed(_) | Self::Stale | Self::Unauthorized => false,
        }
    }
}

/// Where a recorded unit ended up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The installation's last position that the unit wrote; the head's, where it wrote nothing.
    pub position: i64,
    /// The last position in the scope of the answer.
    pub scope_position: i64,
    /// When.
    pub recorded_at: i64,
    /// The answer's document, where the unit changed it.
    pub document: Option<RecordedDocument>,
    /// The events, as stored, for a dry run to show.
    pub events: Vec<RecordedEvent>,
}

/// A document as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedDocument {
    /// The aggregate.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// The JSON that is sent, sealed spans aside.
    pub json: String,
}

/// An event as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The aggregate's type.
    pub aggregate_type: &'static str,
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// Whose it is.
    pub owner: Option<Uuid>,
    /// Canonical JSON, sealed spans in it.
    pub payload: String,
}

/// An answer that was kept under an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status of the reply.
    pub status: u16,
    /// The document that was sent, and its version.
    pub document: Option<(Uuid, i64)>,
    /// The position that was told.
    pub position: i64,
    /// The refusal, where it was one.
    pub refusal: Option<Refusal>,
    /// What was sent, where that was no document.
    pub body: Option<String>,
}

/// A rule that several aggregates share and that a unit would break.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Refusal {
    /// A name is taken.
    Claimed {
        /// What kind of name.
        kind: aggregates::facts::ClaimKind,
        /// Who holds it.
        holder: Uuid,
    },
    /// Something is still used.
    InUse {
        /// By what; the first few.
        by: Vec<UsedBy>,
        /// By how many more, which whoever is told may not read.
        #[serde(default)]
        others: usize,
    },
    /// Something the unit leans on is not there, or not in a phase that does.
    NotInPhase {
        /// What.
        id: Uuid,
        /// Its phase; `None` when it is not there.
        phase: Option<String>,
        /// The phases that do.
        allowed: Vec<String>,
    },
    /// There are too many of something.
    TooMany {
        /// The most there may be.
        limit: usize,
    },
    /// More of something would be held than there is.
    QuotaExceeded {
        /// Of what.
        resource: Resource,
        /// The most that may be held.
        limit: Quantity,
        /// What others hold.
        used: Quantity,
        /// What the unit would hold.
        asked: Quantity,
    },
    /// Nobody would be left to administer the scope.
    LastAdministrator,
    /// The idempotency key was used for something else.
    KeyReused,
}

/// Something that uses what shall go.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsedBy {
    /// Its kind, as on the wire.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}
