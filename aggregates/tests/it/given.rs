//! Given what happened, when something is asked, then this happens.

use aggregates::access::Access;
use aggregates::addon::Addon;
use aggregates::addon_version::AddonVersion;
use aggregates::api_key::ApiKey;
use aggregates::blueprint::Blueprint;
use aggregates::blueprint_version::BlueprintVersion;
use aggregates::cluster::Cluster;
use aggregates::facts::{ClaimChange, Facts, ReferenceChange, Requirement, Subject};
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
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use std::fmt::Debug;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// An aggregate with its rulebook.
pub(crate) trait Rules:
    Aggregate<Services = (), Event: Facts, Error: PartialEq, Command: Clone + Debug> + Clone + Debug + PartialEq
{
    fn rule(&self, command: Self::Command) -> Result<Vec<Self::Event>, Self::Error>;
}

macro_rules! rules {
    ($($aggregate:ident)*) => {$(
        impl Rules for $aggregate {
            fn rule(&self, command: Self::Command) -> Result<Vec<Self::Event>, Self::Error> {
                self.decide(command)
            }
        }
    )*};
}
rules!(Access Addon AddonVersion ApiKey Blueprint BlueprintVersion Cluster Group Membership Namespace Org Partner Project RoleBinding User Webhook Workload WorkloadRevision);

/// The state after these events.
pub(crate) fn fold<A: Rules>(events: impl IntoIterator<Item = A::Event>) -> A {
    let mut state = A::default();
    for event in events {
        state.apply(event);
    }
    state
}

pub(crate) struct Given<A>(A);

pub(crate) struct Decided<A: Rules> {
    before: A,
    outcome: Result<Vec<A::Event>, A::Error>,
}

pub(crate) fn given<A: Rules>(events: impl IntoIterator<Item = A::Event>) -> Given<A> {
    Given(fold(events))
}

impl<A: Rules> Given<A> {
    /// The state that all this made.
    pub(crate) fn state(self) -> A {
        self.0
    }

    pub(crate) fn when(self, command: A::Command) -> Decided<A> {
        let outcome = self.0.rule(command.clone());
        assert_eq!(handled(&self.0, command), outcome, "cqrs-es sees the same");
        Decided { before: self.0, outcome }
    }
}

impl<A: Rules> Decided<A> {
    /// Exactly this event happens.
    #[track_caller]
    pub(crate) fn then(self, event: A::Event) -> A {
        assert_eq!(self.outcome, Ok(vec![event.clone()]));
        let mut after = self.before;
        after.apply(event);
        after
    }

    /// It is so already: success, and nothing happens.
    #[track_caller]
    pub(crate) fn then_nothing(self) {
        assert_eq!(self.outcome, Ok(vec![]));
    }

    /// It is refused, and the refusal says why in a sentence.
    #[track_caller]
    pub(crate) fn then_refused(self, refusal: &A::Error, text: &str) {
        assert_eq!(self.outcome.as_ref(), Err(refusal));
        assert_eq!(refusal.to_string(), text);
    }
}

/// The way that cqrs-es goes.
fn handled<A: Rules>(before: &A, command: A::Command) -> Result<Vec<A::Event>, A::Error> {
    let mut state = before.clone();
    let sink = EventSink::default();
    now(state.handle(command, &(), &sink))?;
    let events = now(sink.collect());
    assert_eq!(events.iter().cloned().fold(before.clone(), applied), state);
    Ok(events)
}

fn applied<A: Rules>(mut state: A, event: A::Event) -> A {
    state.apply(event);
    state
}

/// What a future that never waits comes to.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a decision waits for nobody"),
    }
}

/// What an event means to the rest of the ledger.
#[derive(Debug, PartialEq)]
pub(crate) struct Meaning {
    pub(crate) claims: Vec<ClaimChange>,
    pub(crate) references: Vec<ReferenceChange>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) changes_authority: bool,
}

pub(crate) fn meaning<E: Facts>(event: &E, of: Subject) -> Meaning {
    Meaning {
        claims: event.claims(of),
        references: event.references(of),
        requirements: event.requirements(of),
        changes_authority: event.changes_authority(),
    }
}

/// The type without the aggregate's name.
pub(crate) fn verb<E: DomainEvent>(event: &E) -> String {
    let name = event.event_type();
    name.split_once('.').map_or(name.clone(), |(_, verb)| verb.to_owned())
}
