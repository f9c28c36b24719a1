//! Where things are: what is told of an event besides the event itself.
//!
//! What a scope is, in which project a thing is and whose, never changes: it is asked for once, for a whole page of events,
//! and remembered as long as there is room.

use projections::events::{self, Around, Place, ScopeFacts, ThingFacts};
use sqlx::PgPool;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;
use values::{ScopeId, ScopeKind};

/// The most scopes, and the most things, that are remembered.
const MOST: usize = 50_000;
/// What there is nothing about: the platform.
const PLATFORM: ScopeFacts = ScopeFacts { kind: ScopeKind::Platform, partner: None };

/// Remembers where things are.
#[derive(Debug, Default)]
pub(super) struct Places(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    scopes: HashMap<ScopeId, ScopeFacts>,
    things: HashMap<Uuid, ThingFacts>,
}

impl Places {
    /// Where each of these happened, in their order.
    pub(super) async fn of(&self, pool: &PgPool, events: &[Around]) -> Result<Vec<Place>, sqlx::Error> {
        let mut here = Known::default();
        let (mut scopes, mut things) = (HashSet::new(), HashSet::new());
        {
            let known = self.known();
            for event in events {
                match known.scopes.get(&event.scope) {
                    Some(facts) => drop(here.scopes.insert(event.scope, *facts)),
                    None => drop(scopes.insert(event.scope)),
                }
                match known.things.get(&event.aggregate_id) {
                    Some(facts) => drop(here.things.insert(event.aggregate_id, *facts)),
                    None if is_somewhere(event) => drop(things.insert((event.scope, event.aggregate_id))),
                    None => {}
                }
            }
        }
        if !scopes.is_empty() {
            let found = events::scopes(pool, &Vec::from_iter(scopes)).await?;
            remember(&mut self.known().scopes, &found);
            here.scopes.extend(found);
        }
        if !things.is_empty() {
            let found = events::things(pool, &Vec::from_iter(things)).await?;
            remember(&mut self.known().things, &found);
            here.things.extend(found);
        }
        Ok(events.iter().map(|event| here.place(event)).collect())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn place(&self, event: &Around) -> Place {
        let ScopeFacts { kind, partner } = self.scopes.get(&event.scope).copied().unwrap_or(PLATFORM);
        let ThingFacts { project, owner } = self.things.get(&event.aggregate_id).copied().unwrap_or_default();
        Place { scope: event.scope, kind, partner, project, owner }
    }
}

/// Whether what it happened to may be in a project, or somebody's: a scope is neither, and what was attempted is nowhere.
fn is_somewhere(event: &Around) -> bool {
    event.aggregate_id != event.scope.as_uuid() && event.aggregate_type != "access"
}

/// Where there is no room any more, what is remembered is forgotten.
fn remember<K: std::hash::Hash + Eq + Copy, V: Copy>(known: &mut HashMap<K, V>, found: &[(K, V)]) {
    if known.len() + found.len() > MOST {
        known.clear();
    }
    known.extend(found.iter().copied());
}
