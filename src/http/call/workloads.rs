//! Workloads and their revisions as places.

use super::place::{PathParameters, Place};
use super::the::The;
use crate::app::read::{Counting, Moment};
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::Target;
use aggregates::workload::Workload;
use aggregates::workload_revision::WorkloadRevision;
use projections::documents::{Documented, Found};
use std::sync::Arc;
use values::{NameOrId, ScopeId};

/// The workload that `{workload}` names.
pub type TheWorkload = The<Workload>;

/// The revision that `{revision}` names by its number, of the workload that `{workload}` names.
#[derive(Debug)]
pub struct TheRevision {
    workload: TheWorkload,
    which: Option<NameOrId>,
}

impl Place for TheRevision {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let workload = TheWorkload::find(parameters, caller, app).await?;
        let which = parameters.name_or_id("revision");
        Ok(workload.map(|workload| Self { workload, which }))
    }

    fn target(&self) -> Target {
        self.workload.target()
    }

    fn counting(&self) -> Counting {
        self.workload.counting()
    }

    fn is_there(&self) -> bool {
        self.workload.is_there()
    }
}

impl TheRevision {
    /// The org that it is in.
    #[must_use]
    pub const fn org(&self) -> ScopeId {
        self.workload.home.org
    }

    /// Its document, as of a moment.
    ///
    /// # Errors
    /// There is none, or was not then, the moment has not come, or the database could not answer.
    pub async fn read(&self, app: &App, moment: Moment) -> Result<Found, Refused> {
        let which = self.which.as_ref().ok_or(Refused::NotFound)?;
        let parent = ScopeId::from(self.workload.id);
        app.document(parent, WorkloadRevision::KIND, which, moment, self.counting()).await
    }
}
