//! Apply: many documents at once, in whatever order they come; all or nothing, or each for itself.
//!
//! Documents are declared in the order in which things refer to each other, all in one plan, so that what refers to
//! something finds what the same plan makes. The plan is one unit of work: what is applied, is applied in one commit.
//! Each document needs the right that declaring its thing alone would need.
//!
//! What is done with documents can be done with other [`Part`]s too, such as the things to restore with a project.

mod document;
mod run;

pub use document::{Declaration, Document, Where};

use super::declared::Applied;
use super::home::InOrg;
use super::plan::Plan;
use super::run::Written;
use super::{Fault, Refused};
use crate::authz::{Permission, Target};
use std::sync::Arc;

/// What a document came to; documents are counted from 0, in the order in which they were sent.
pub type Outcome = Result<Applied, Refused>;

/// Says what the documents came to, as it is answered.
pub type Render = Arc<dyn Fn(&[Outcome]) -> String + Send + Sync>;

/// A right on something.
pub type Under = (Permission, Target);

/// One of many things that are done together.
pub trait Part: Send + Sync {
    /// When it is done: what others refer to comes first.
    fn rank(&self) -> u8;

    /// What is done first among those of the same rank: project, parent and name. Where not all of them fit, which do must
    /// not hang on the order in which they were sent.
    fn place(&self) -> [&str; 3] {
        [""; 3]
    }

    /// Does it as part of a plan. Says under which right.
    ///
    /// # Errors
    /// It cannot be done.
    fn plan(
        &self,
        plan: &mut Plan<'_>,
        org: InOrg,
    ) -> impl Future<Output = Result<(Applied, Under), Refused>> + Send;
}

/// Many documents, or other parts.
pub struct Apply<P = Document> {
    /// The org.
    pub home: InOrg,
    /// The parts.
    pub parts: Vec<P>,
    /// Whether it is all or nothing.
    pub atomic: bool,
    /// Says what the documents came to.
    pub render: Render,
}

/// What an apply came to.
#[derive(Debug)]
pub enum ApplyDone {
    /// What was asked, as far as it was not refused.
    Applied {
        /// What each document came to, as it is answered.
        body: String,
        /// Where it wrote last, where it wrote anything.
        written: Option<Written>,
        /// Whether this is the answer to an earlier request under the same key.
        replayed: bool,
        /// What each document came to; nothing where it is replayed.
        outcomes: Vec<Outcome>,
    },
    /// Nothing, because a document was refused.
    Refused(Vec<Outcome>),
}

impl<P: Part> Apply<P> {
    /// The order in which the documents are declared: what others refer to comes first, and then by their places, so that
    /// the order in which they were sent makes no difference.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.parts.len()).collect();
        let key = |index: &usize| (self.parts[*index].rank(), self.parts[*index].place());
        order.sort_by(|one, other| key(one).cmp(&key(other)));
        order
    }
}

/// The same thing is declared by two documents.
pub(super) fn twice() -> Refused {
    Refused::Faults(vec![Fault {
        pointer: "/metadata/name".to_owned(),
        code: "duplicate_document".to_owned(),
        detail: "another document declares the same thing: send one of them".to_owned(),
    }])
}
