//! Declared things as places: `The<Project>` is what `{project}` names in the org that `{org}` names.

use super::namespaces::some_namespace;
use super::place::{PathParameters, Place, TheOrg};
use crate::app::declared::{Declared, which};
use crate::app::home::{Home, InOrg, InProject, Inside};
use crate::app::read::{Counting, Moment};
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::{Permission, Target};
use aggregates::addon::Addon;
use aggregates::addon_version::AddonVersion;
use aggregates::blueprint::Blueprint;
use aggregates::blueprint_version::BlueprintVersion;
use aggregates::cluster::Cluster;
use aggregates::group::Group;
use aggregates::namespace::Namespace;
use aggregates::project::Project;
use aggregates::webhook::Webhook;
use aggregates::workload::Workload;
use projections::documents::{self, Found, Sighted, Which};
use std::sync::Arc;
use uuid::Uuid;
use values::{NameOrId, ScopeId};

/// A place that declared things are in.
pub trait Houses<H: Home>: Place {
    /// It, as they know it.
    fn home(&self) -> H;
}

/// A kind of thing that paths name.
pub trait InPath: Declared {
    /// What paths call it: `cluster` for `{cluster}`.
    const PARAMETER: &'static str;
    /// What comes before it in the path.
    type Parent: Houses<Self::Home>;

    /// Where a new one would be, as something that the caller has rights on: where that hangs on what is declared, the
    /// place where the caller may make one.
    #[must_use]
    fn made_in(home: &Self::Home, _: &Caller) -> Target {
        home.target()
    }
}

/// The thing of kind `K` that a path names: by id, deleted ones too; by name, as of the moment that the request is
/// about. Where there is none, the right is judged as if there were, so that who lacks it learns nothing.
#[derive(Debug)]
pub struct The<K: InPath> {
    /// Where it is.
    pub home: K::Home,
    /// Its id; that of nothing where it is not there.
    pub id: Uuid,
    target: Target,
    counting: Counting,
    is_there: bool,
    pub(super) parent_is_there: bool,
}

/// The project that `{project}` names.
pub type TheProject = The<Project>;

impl InPath for Project {
    type Parent = TheOrg;

    const PARAMETER: &'static str = "project";
}

impl InPath for Group {
    type Parent = TheOrg;

    const PARAMETER: &'static str = "group";
}

impl InPath for Webhook {
    type Parent = TheOrg;

    const PARAMETER: &'static str = "webhook";
}

impl InPath for Blueprint {
    type Parent = TheProject;

    const PARAMETER: &'static str = "blueprint";
}

impl InPath for BlueprintVersion {
    type Parent = The<Blueprint>;

    const PARAMETER: &'static str = "version";
}

impl InPath for Cluster {
    type Parent = TheProject;

    const PARAMETER: &'static str = "cluster";
}

impl InPath for Namespace {
    type Parent = TheProject;

    const PARAMETER: &'static str = "namespace";
}

impl InPath for Workload {
    type Parent = TheProject;

    const PARAMETER: &'static str = "workload";

    fn made_in(home: &InProject, caller: &Caller) -> Target {
        some_namespace(home, caller, Permission::WorkloadWrite)
    }
}

impl InPath for Addon {
    type Parent = TheProject;

    const PARAMETER: &'static str = "addon";
}

impl InPath for AddonVersion {
    type Parent = The<Addon>;

    const PARAMETER: &'static str = "version";
}

impl Houses<InOrg> for TheOrg {
    fn home(&self) -> InOrg {
        InOrg { org: self.org, partner: self.partner }
    }
}

impl Houses<InProject> for The<Project> {
    fn home(&self) -> InProject {
        InProject { org: self.home.org, partner: self.home.partner, project: self.id }
    }
}

impl<K: InPath<Home = InProject>> Houses<Inside> for The<K> {
    fn home(&self) -> Inside {
        Inside { home: self.home, parent: self.id }
    }
}

impl<K: InPath> The<K> {
    /// The thing that the path names inside a place.
    pub(super) async fn within(
        parent: K::Parent,
        parameters: &PathParameters,
        app: &App,
    ) -> Result<Self, Refused> {
        let (home, counting, parent_is_there) = (parent.home(), parent.counting(), parent.is_there());
        let there = match parameters.text(K::PARAMETER) {
            Some(text) if parent_is_there => {
                look_up::<K>(app, &home, which(text), parameters.moment, counting).await?
            }
            Some(_) | None => None,
        };
        let is_there = there.is_some();
        let it = there.unwrap_or_else(nothing);
        Ok(Self { home, id: it.id, target: K::target(&home, &it), counting, is_there, parent_is_there })
    }

    /// Its document, as of a moment.
    ///
    /// # Errors
    /// It was not there then, the moment has not come, or the database could not answer.
    pub async fn read(&self, app: &App, moment: Moment) -> Result<Found, Refused> {
        let parent = ScopeId::from(self.home.parent());
        app.document(parent, K::KIND, &NameOrId::Id(self.id), moment, self.counting).await
    }
}

impl<K: InPath> Place for The<K> {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        match K::Parent::find(parameters, caller, app).await? {
            Some(parent) => Self::within(parent, parameters, app).await.map(Some),
            None => Ok(None),
        }
    }

    fn target(&self) -> Target {
        self.target
    }

    fn counting(&self) -> Counting {
        self.counting
    }

    fn is_there(&self) -> bool {
        self.is_there
    }
}

async fn look_up<K: Declared>(
    app: &App,
    home: &K::Home,
    which: Which<'_>,
    moment: Moment,
    counting: Counting,
) -> Result<Option<Sighted>, Refused> {
    if let (Which::Name(name), Moment::Time(_) | Moment::Position(_)) = (&which, moment) {
        return app.named_then(home, K::KIND, name, moment, counting).await;
    }
    Ok(documents::sight(&app.pool, home.org(), home.parent(), K::KIND, which).await?)
}

/// What stands for a thing that is not there.
const fn nothing() -> Sighted {
    Sighted { id: Uuid::nil(), name: String::new(), phase: String::new(), owner: None, version: 0 }
}

/// What lists the things of a kind at a place: an org, or a thing that is there.
#[must_use]
pub fn lister<H: Home>(place: &impl Houses<H>) -> ScopeId {
    ScopeId::from(place.home().parent())
}
