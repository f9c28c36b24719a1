//! Every type of aggregate there is: how its stored events fold, what they mean, how its document looks, and what others
//! are told of it.
//!
//! One table. Whatever reads the ledger back into state goes through it, so that a type that is missing here is an
//! error everywhere and not something that is silently left out.

use aggregates::access::Access;
use aggregates::addon::Addon;
use aggregates::addon_version::AddonVersion;
use aggregates::api_key::ApiKey;
use aggregates::blueprint::Blueprint;
use aggregates::blueprint_version::BlueprintVersion;
use aggregates::cluster::Cluster;
use aggregates::facts::{AmountChange, ClaimChange, Facts, ReferenceChange, Subject};
use aggregates::group::Group;
use aggregates::membership::Membership;
use aggregates::namespace::Namespace;
use aggregates::org::Org;
use aggregates::partner::Partner;
use aggregates::project::Project;
use aggregates::role_binding::RoleBinding;
use aggregates::user::User;
use aggregates::webhook::Webhook;
use aggregates::workload::Workload;
use aggregates::workload_revision::WorkloadRevision;
use api::EventType;
use cqrs_es::Aggregate;
use projections::documents::{Documented, Draft, Stamps};
use projections::events::{self, PublicForm, Published};
use std::sync::OnceLock;
use values::ScopeId;

/// What an event says to the tables of admission.
#[derive(Debug)]
pub struct Meaning {
    /// Names taken and released.
    pub claims: Vec<ClaimChange>,
    /// What the aggregate begins and stops to use.
    pub references: Vec<ReferenceChange>,
    /// How much there is of something, and how much of it the aggregate holds.
    pub amounts: Vec<AmountChange>,
    /// The scopes in which somebody's rights may differ afterwards.
    pub changes_authority: Vec<ScopeId>,
}

/// One stream, folded so far.
pub trait Stream: Send {
    /// Applies the stream's next event, given as its stored payload.
    ///
    /// # Errors
    /// No event of this type has such a stored form.
    fn apply(&mut self, subject: Subject, payload: &str) -> Result<Meaning, serde_json::Error>;

    /// Whether the aggregate is deleted; `None` for a type that has no documents.
    fn is_deleted(&self) -> Option<bool>;

    /// The document as it is now; `None` for a type that has none.
    ///
    /// # Errors
    /// The state cannot be written as JSON.
    fn draft(&self, stamps: &Stamps) -> Result<Option<Draft>, serde_json::Error>;
}

/// What there is to know of a type.
struct Type {
    begin: fn() -> Box<dyn Stream>,
    publish: fn(&str) -> Result<PublicForm, serde_json::Error>,
    event_types: fn() -> Vec<EventType>,
}

/// Says what there is to know of a type.
type Known = fn() -> Type;

const TABLE: &[(&str, Known)] = &[
    (Partner::TYPE, documented::<Partner>),
    (Org::TYPE, documented::<Org>),
    (User::TYPE, documented::<User>),
    (Membership::TYPE, documented::<Membership>),
    (ApiKey::TYPE, documented::<ApiKey>),
    (Group::TYPE, documented::<Group>),
    (RoleBinding::TYPE, documented::<RoleBinding>),
    (Project::TYPE, documented::<Project>),
    (Addon::TYPE, documented::<Addon>),
    (AddonVersion::TYPE, documented::<AddonVersion>),
    (Webhook::TYPE, documented::<Webhook>),
    (Blueprint::TYPE, documented::<Blueprint>),
    (BlueprintVersion::TYPE, documented::<BlueprintVersion>),
    (Cluster::TYPE, documented::<Cluster>),
    (Namespace::TYPE, documented::<Namespace>),
    (Workload::TYPE, documented::<Workload>),
    (WorkloadRevision::TYPE, documented::<WorkloadRevision>),
    (Access::TYPE, undocumented::<Access>),
];

fn find(aggregate_type: &str) -> Option<Type> {
    TABLE.iter().find(|(name, _)| *name == aggregate_type).map(|(_, of)| of())
}

/// An empty stream of this type; `None` when there is no such type.
#[must_use]
pub fn begin(aggregate_type: &str) -> Option<Box<dyn Stream>> {
    find(aggregate_type).map(|of| (of.begin)())
}

/// The types there are.
pub fn types() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// An event that others cannot be told of.
#[derive(Debug, thiserror::Error)]
pub enum NotPublic {
    /// A newer version of the service wrote it, or a defect.
    #[error("no type of aggregate is called {0}")]
    UnknownType(String),
    /// Likewise.
    #[error("no event of the type has such a stored form")]
    UnknownForm(#[from] serde_json::Error),
}

/// What others are told of a stored event.
///
/// # Errors
/// There is no such type, or no event of it has such a stored form.
pub fn publish(aggregate_type: &str, payload: &str) -> Result<PublicForm, NotPublic> {
    let of = find(aggregate_type).ok_or_else(|| NotPublic::UnknownType(aggregate_type.to_owned()))?;
    Ok((of.publish)(payload)?)
}

/// Every type of public events, in the order of their names.
#[must_use]
pub fn event_types() -> &'static [EventType] {
    static ALL: OnceLock<Vec<EventType>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<EventType> = TABLE.iter().flat_map(|(_, of)| (of().event_types)()).collect();
        all.sort_by(|one, other| one.r#type.cmp(&other.r#type));
        all
    })
}

fn documented<A>() -> Type
where
    A: Documented + Send + 'static,
    A::Event: Facts + Published,
{
    Type {
        begin: || Box::new(WithDocument(A::default())),
        publish: events::publish::<A::Event>,
        event_types: events::event_types::<A::Event>,
    }
}

fn undocumented<A>() -> Type
where
    A: Aggregate + Send + 'static,
    A::Event: Facts + Published,
{
    Type {
        begin: || Box::new(WithoutDocument(A::default())),
        publish: events::publish::<A::Event>,
        event_types: events::event_types::<A::Event>,
    }
}

struct WithDocument<A>(A);

impl<A> Stream for WithDocument<A>
where
    A: Documented + Send,
    A::Event: Facts,
{
    fn apply(&mut self, subject: Subject, payload: &str) -> Result<Meaning, serde_json::Error> {
        apply(&mut self.0, subject, payload)
    }

    fn is_deleted(&self) -> Option<bool> {
        Some(self.0.is_deleted())
    }

    fn draft(&self, stamps: &Stamps) -> Result<Option<Draft>, serde_json::Error> {
        self.0.draft(stamps).map(Some)
    }
}

struct WithoutDocument<A>(A);

impl<A> Stream for WithoutDocument<A>
where
    A: Aggregate + Send,
    A::Event: Facts,
{
    fn apply(&mut self, subject: Subject, payload: &str) -> Result<Meaning, serde_json::Error> {
        apply(&mut self.0, subject, payload)
    }

    fn is_deleted(&self) -> Option<bool> {
        None
    }

    fn draft(&self, _: &Stamps) -> Result<Option<Draft>, serde_json::Error> {
        Ok(None)
    }
}

fn apply<A>(aggregate: &mut A, subject: Subject, payload: &str) -> Result<Meaning, serde_json::Error>
where
    A: Aggregate,
    A::Event: Facts,
{
    let event: A::Event = serde_json::from_str(payload)?;
    let meaning = Meaning {
        claims: event.claims(subject),
        references: event.references(subject),
        amounts: event.amounts(subject),
        changes_authority: event.authority_scopes(subject),
    };
    aggregate.apply(event);
    Ok(meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_begins_once_and_no_other_does() {
        let mut types: Vec<_> = types().collect();
        assert!(types.iter().all(|name| begin(name).is_some()));
        assert!(begin("nothing").is_none());
        types.sort_unstable();
        types.dedup();
        assert_eq!(types.len(), TABLE.len());
    }
}
