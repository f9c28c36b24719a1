//! Verifying an exported ledger by checkpoints and a public key alone.

use super::Fault;
use super::witness::Witness;
use crate::ledger::canonical::is_canonical;
use crate::ledger::export::Exported;
use crate::ledger::merkle::Frontier;
use crate::ledger::proofs::Tree;
use std::collections::HashMap;
use std::io::{self, BufRead};
use uuid::Uuid;
use values::Timestamp;

/// An export could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum OfflineError {
    /// It cannot be read.
    #[error("the export could not be read")]
    Read(#[from] io::Error),
    /// There is nothing in it.
    #[error("the export is empty")]
    Empty,
    /// No checkpoint is of its org.
    #[error("none of the checkpoints is of the scope {0}, which was exported")]
    NoCheckpoint(Uuid),
}

/// What was found in an export; positions are those of its scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It is what was signed.
    Fine {
        /// Of which scope it is.
        scope: Uuid,
        /// How many events it has.
        events: u64,
        /// When the newest checkpoint was signed.
        signed_at: Timestamp,
    },
    /// It is what was signed up to a position, and nothing speaks for what is after.
    UnprovenTail {
        /// The last position that a checkpoint covers.
        proven: u64,
        /// The last position of the export.
        events: u64,
    },
    /// It is not what was signed.
    Damaged(Fault),
}

/// Verifies an export, line by line.
///
/// # Errors
/// It cannot be read, or no checkpoint speaks for it.
pub fn verify_export(mut export: impl BufRead, witness: &Witness) -> Result<Checked, OfflineError> {
    let mut seen = Seen::default();
    let mut line = String::new();
    while export.read_line(&mut line)? > 0 {
        if let Some(what) = seen.next(&line, witness) {
            let position = seen
                .unproven_since
                .filter(|_| seen.mismatched)
                .unwrap_or(seen.events() + u64::from(!seen.mismatched));
            return Ok(damaged(position, what));
        }
        line.clear();
    }
    let scope = seen.scope.ok_or(OfflineError::Empty)?;
    let newest = witness.newest().find(|(tree, _, _)| *tree == Tree::of(scope));
    let (_, size, signed_at) = newest.ok_or(OfflineError::NoCheckpoint(scope))?;
    let events = seen.events();
    if size > events {
        let since = seen.unproven_since;
        let what = if since.is_some() { "this or something after it is missing" } else { "is missing" };
        let what = format!(
            "{what}: the export ends at {events}, and was signed up to {size} at {signed_at}; an export to hold against that \
             checkpoint is asked for with ?until={size}"
        );
        return Ok(damaged(since.unwrap_or(events + 1), what));
    }
    Ok(match seen.proven {
        proven if proven < events => Checked::UnprovenTail { proven, events },
        _ => Checked::Fine { scope, events, signed_at },
    })
}

fn damaged(position: u64, what: String) -> Checked {
    Checked::Damaged(Fault { position: i64::try_from(position).unwrap_or(i64::MAX), what })
}

/// What the lines so far lead one to expect of the next.
#[derive(Default)]
struct Seen {
    scope: Option<Uuid>,
    tree: Frontier,
    recorded_at: Option<Timestamp>,
    streams: HashMap<(String, String), u64>,
    proven: u64,
    /// Since which position no checkpoint speaks for what was read.
    unproven_since: Option<u64>,
    /// Whether a checkpoint did not follow.
    mismatched: bool,
}

impl Seen {
    fn events(&self) -> u64 {
        self.tree.size()
    }

    /// What is wrong with the next line.
    fn next(&mut self, line: &str, witness: &Witness) -> Option<String> {
        let Some(line) = line.strip_suffix('\n') else {
            return Some("is where the export breaks off, in the middle of a line".to_owned());
        };
        let event = match Exported::read(line) {
            Ok(event) => event,
            Err(why) => return Some(why),
        };
        if event.org_position != self.events() + 1 {
            return Some(format!("is missing: position {} stands in its place", event.org_position));
        }
        let scope = *self.scope.get_or_insert(event.org_id);
        if scope != event.org_id {
            return Some(format!("is of another scope, {}", event.org_id));
        }
        if self.recorded_at > Some(event.recorded_at) {
            return Some("was recorded before the event in front of it".to_owned());
        }
        self.recorded_at = Some(event.recorded_at);
        let (kind, id, sequence) = event.stream();
        let in_stream = self.streams.entry((kind.to_owned(), id.to_owned())).or_default();
        if sequence != *in_stream + 1 {
            return Some(format!("has sequence {sequence} in its stream, after {in_stream}"));
        }
        *in_stream = sequence;
        if !event.stored().iter().all(|json| is_canonical(json)) {
            return Some("has content that is not in canonical form".to_owned());
        }
        let leaf = event.computed_leaf();
        if !event.says(&leaf) {
            return Some("was changed: its leaf is not its hash".to_owned());
        }
        self.tree.append(leaf);
        self.compare(Tree::of(scope), witness)
    }

    /// Holds the tree against the checkpoints of its size.
    fn compare(&mut self, tree: Tree, witness: &Witness) -> Option<String> {
        let size = self.events();
        let since = *self.unproven_since.get_or_insert(size);
        for known in witness.of(tree, size) {
            if known.root != self.tree.root() {
                self.mismatched = true;
                let range = if since == size {
                    String::new()
                } else {
                    format!("this or something up to position {size} ")
                };
                return Some(format!(
                    "{range}is not what was signed: the checkpoint at {size}, signed {}, does not follow",
                    known.at
                ));
            }
            (self.proven, self.unproven_since) = (size, None);
        }
        None
    }
}
