//! Any sequence of commands, beside a small model that knows the same rules in other words.

use crate::given::{Rules, fold, verb};
use aggregates::facts::{Claim, ClaimChange, Facts, ReferenceChange, Requirement, Subject, Target};
use cqrs_es::Aggregate;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use values::Timestamp;

/// What the model says of a command: the verb of the one event that it makes, nothing, or why not.
pub(crate) type Says<A> = Result<Option<&'static str>, <A as Aggregate>::Error>;

/// The rules of an aggregate in other words.
pub(crate) trait Model: Default + Debug {
    type Of: Rules;

    /// Where the aggregate lives.
    fn subject() -> Subject;

    /// Does what the command says, as far as the rules allow.
    fn obey(&mut self, command: &<Self::Of as Aggregate>::Command) -> Says<Self::Of>;

    /// Whether the command does something each time that it is given.
    fn repeats(_: &<Self::Of as Aggregate>::Command) -> bool {
        false
    }

    /// The names that are held.
    fn claims(&self) -> BTreeSet<Claim>;

    /// What is leaned on, and until when.
    fn references(&self) -> BTreeMap<Target, Option<Timestamp>>;

    /// What the event that was just made requires.
    fn requirements(&self, verb: &str) -> Vec<Requirement>;

    /// Whether the event that was just made may have changed somebody's rights.
    fn changes_authority(&self, verb: &str) -> bool;

    /// The state looks as the model would have it.
    fn resembles(&self, state: &Self::Of);
}

/// How many commands a story has.
pub(crate) fn story<C: Debug>(command: impl Strategy<Value = C>) -> impl Strategy<Value = Vec<C>> {
    prop::collection::vec(command, 0..24)
}

/// Counterexamples are written into tests of their own, not into files.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// Gives both the same commands, each twice in a row, and compares them after every one.
pub(crate) fn agree<M: Model>(commands: Vec<<M::Of as Aggregate>::Command>) {
    let mut model = M::default();
    let mut state = M::Of::default();
    let mut ledger = Ledger::default();
    let mut events = vec![];
    for command in commands {
        for again in [false, true] {
            let before = state.clone();
            let decided = state.rule(command.clone());
            assert_eq!(decided, before.rule(command.clone()), "the same state and command decide the same");
            let says = model.obey(&command);
            let verbs = decided.as_ref().map(|events| events.iter().map(verb).collect::<Vec<_>>());
            let said = says.as_ref().map(|verb| verb.iter().map(|&verb| verb.to_owned()).collect());
            assert_eq!(verbs, said, "{before:?} {command:?}");
            assert!(
                !again
                    || M::repeats(&command)
                    || decided.as_ref().is_ok_and(Vec::is_empty)
                    || decided.is_err(),
                "once is enough"
            );
            for event in decided.unwrap_or_default() {
                ledger.take(&event, M::subject());
                assert_eq!(event.requirements(M::subject()), model.requirements(&verb(&event)), "{event:?}");
                assert_eq!(event.changes_authority(), model.changes_authority(&verb(&event)), "{event:?}");
                state.apply(event.clone());
                events.push(event);
            }
            model.resembles(&state);
            assert_eq!(ledger.claims, model.claims(), "{events:?}");
            assert_eq!(ledger.references, model.references(), "{events:?}");
        }
    }
    assert_eq!(fold::<M::Of>(events.clone()), state, "the events alone make the state");
    assert_eq!(fold::<M::Of>(events.iter().map(stored)), state, "so do they as they are stored");
}

/// The event as it comes back from the ledger.
fn stored<E: Facts>(event: &E) -> E {
    serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap()
}

/// What admission would remember.
#[derive(Debug, Default)]
struct Ledger {
    claims: BTreeSet<Claim>,
    references: BTreeMap<Target, Option<Timestamp>>,
}

impl Ledger {
    fn take<E: Facts>(&mut self, event: &E, of: Subject) {
        for change in event.claims(of) {
            match change {
                ClaimChange::Take(claim) => {
                    assert!(self.claims.insert(claim.clone()), "{claim:?} is held already: {event:?}");
                }
                ClaimChange::Release(claim) => {
                    assert!(self.claims.remove(&claim), "{claim:?} is not held: {event:?}");
                }
            }
        }
        for change in event.references(of) {
            match change {
                ReferenceChange::Add { to, until } => {
                    self.references.insert(to, until);
                }
                // A key that has expired may be revoked and deleted: dropping twice is dropping.
                ReferenceChange::Drop { to } => {
                    self.references.remove(&to);
                }
            }
        }
    }
}
