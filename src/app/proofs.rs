//! Proofs of the ledger, for whoever wants to check it; and the ledger itself, to be checked elsewhere.

use super::attempts::Asked;
use super::read::{Counting, Moment};
use super::{App, Call, Refused};
use crate::crypto::hex;
use crate::ledger::export;
use crate::ledger::merkle::Hash;
use crate::ledger::proofs::{CheckpointError, Signed, Tree, TreeError, View};
use crate::ledger::reader::Reader;
use aggregates::access::{Attempt, Outcome};
use api::LedgerProof;
use std::sync::Arc;
use values::ScopeId;

/// How many events are exported at a time.
const EVENTS_AT_A_TIME: usize = 500;

/// What is to be proved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// That this position is in the tree.
    pub position: Option<u64>,
    /// That the tree of this size is the beginning of the tree.
    pub from: Option<u64>,
    /// How large the tree is; as large as the newest checkpoint's unless said.
    pub size: Option<u64>,
}

impl App {
    /// The newest checkpoint of an org, which covers everything that has happened in it.
    ///
    /// # Errors
    /// The ledger is not what was signed before; or the database could not answer.
    pub async fn checkpoint(&self, org: ScopeId) -> Result<Signed, Refused> {
        let head = self.pin(Moment::Now, Counting::Scope(org)).await?.shown;
        Ok(self.checkpoints.covering(org, head.unsigned_abs()).await?)
    }

    /// Proofs about an org's ledger.
    ///
    /// # Errors
    /// Something is asked about that has not happened; or as for a checkpoint.
    pub async fn prove(&self, org: ScopeId, wanted: Wanted) -> Result<LedgerProof, Refused> {
        let signed = self.checkpoint(org).await?;
        let size = wanted.size.unwrap_or(signed.size);
        for asked in [Some(size), wanted.position, wanted.from].into_iter().flatten() {
            if asked > signed.size {
                return Err(Refused::AsOfInFuture(format!(
                    "the last position is {}: position {asked} has not come yet",
                    signed.size
                )));
            }
        }
        let mut connection = self.pool.acquire().await?;
        let db = &mut *connection;
        let tree = Tree::Scope(org);
        let mut view = View::new(tree, size);
        let (mut leaf, mut hashes) = (None, None);
        if let Some(index) = wanted.position.and_then(|position| position.checked_sub(1)) {
            hashes = view.inclusion(db, index).await?;
            leaf = Some(hex(&view.leaf(db, index).await?));
        }
        let (mut from_root, mut consistency) = (None, None);
        if let Some(from) = wanted.from {
            consistency = view.consistency(db, from).await?;
            from_root = Some(hex(&view.root_at(db, from).await?));
        }
        let root = hex(&view.root(db).await?);
        let to_checkpoint = View::new(tree, signed.size).consistency(db, size).await?.unwrap_or_default();
        Ok(LedgerProof {
            size,
            root,
            position: wanted.position,
            leaf,
            hashes: hashes.as_deref().map(hexes),
            from: wanted.from,
            from_root,
            consistency: consistency.as_deref().map(hexes),
            checkpoint: signed.note,
            checkpoint_consistency: hexes(&to_checkpoint),
        })
    }

    /// Everything that has happened in an org after a position, and until another one, to be checked elsewhere. That somebody took it is in the
    /// ledger before the first of it is.
    ///
    /// # Errors
    /// It cannot be recorded; or the database could not answer.
    pub async fn export(
        self: &Arc<Self>,
        call: Call,
        org: ScopeId,
        after: i64,
        until: Option<i64>,
    ) -> Result<Export, Refused> {
        let head = self.pin(Moment::Now, Counting::Scope(org)).await?.shown;
        if let Some(asked) = [Some(after), until].into_iter().flatten().find(|asked| *asked > head) {
            return Err(Refused::AsOfInFuture(format!(
                "the last position is {head}: position {asked} has not come yet"
            )));
        }
        let attempt = Attempt {
            outcome: Outcome::Allowed,
            action: call.action.to_owned(),
            code: "exported".to_owned(),
            kind: "Org".to_owned(),
            route: "/v1/orgs/{org}/ledger/export".to_owned(),
            object: Some(org.as_uuid()),
            project: None,
            count: 1,
        };
        self.attempted(&Asked { caller: call.caller, origin: call.origin }, attempt, true).await?;
        Ok(Export { app: Arc::clone(self), reader: Reader::of_scope(org, after, until.unwrap_or(head)) })
    }
}

/// A ledger on its way out.
#[derive(Debug)]
pub struct Export {
    app: Arc<App>,
    reader: Reader,
}

impl Export {
    /// The next events, one a line; `None` after the last.
    ///
    /// # Errors
    /// One is missing, or the database could not answer.
    pub async fn next(&mut self) -> Result<Option<String>, Refused> {
        // Held for as long as a page is read, and not for as long as somebody takes to receive it.
        let mut connection = self.app.pool.acquire().await?;
        let mut lines = String::new();
        for _ in 0..EVENTS_AT_A_TIME {
            let next = self.reader.next(&mut connection).await;
            let Some(event) = next.map_err(|error| Refused::Broken(Arc::new(error)))? else { break };
            lines.push_str(&export::line(&event).map_err(|error| Refused::Broken(Arc::new(error)))?);
        }
        Ok((!lines.is_empty()).then_some(lines))
    }
}

fn hexes(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| hex(hash)).collect()
}

impl From<CheckpointError> for Refused {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Refused(_) => Self::LedgerRewritten(error.to_string()),
            CheckpointError::Late => Self::NotThereYet,
            CheckpointError::Database(error) => error.into(),
            CheckpointError::Shelf(error) => Self::Broken(Arc::new(error)),
        }
    }
}

impl From<TreeError> for Refused {
    fn from(error: TreeError) -> Self {
        CheckpointError::from(error).into()
    }
}
