//! Namespaces: what workloads are in, on clusters.

use super::declared::Declared;
use super::home::{Home, InProject};
use super::plan::{Plan, UseCase};
use super::{App, Fault, Refused, placement};
use crate::authz::{Permission, Target};
use aggregates::limit_range::{ContainerResources, LimitRange, OutOfOrder};
use aggregates::namespace::{Namespace, NamespaceCommand, NamespacePhase, NamespaceSpec};
use aggregates::project::Project;
use api::NamespaceInput;
use projections::documents::Sighted;
use projections::namespaces;
use serde_json::json;
use uuid::Uuid;
use values::Name;

impl Declared for Namespace {
    type Home = InProject;
    type Input = NamespaceInput;

    const DELETE: Permission = Permission::NamespaceWrite;

    fn target(home: &InProject, this: &Sighted) -> Target {
        let InProject { org, partner, project } = *home;
        Target::Namespace { org, partner, project, namespace: this.id }
    }

    fn name_in(input: &NamespaceInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &NamespaceInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &InProject,
        before: Option<&Self>,
        input: &NamespaceInput,
    ) -> Result<NamespaceCommand, Refused> {
        let (project, name) = (home.project, input.metadata.name.clone());
        let within = plan.load::<Project>(project).await?.state;
        if before.is_none() && within.spec.excluded_namespaces.contains(&name) {
            return Err(excluded(&name));
        }
        let profile = super::orgs::profile(&input.metadata);
        let placement = before.map(|before| &before.spec.placement);
        let placement = placement::declared(plan, home, placement, &input.spec.placement).await?;
        let spec = Box::new(NamespaceSpec {
            labels: input.spec.labels.clone(),
            annotations: input.spec.annotations.clone(),
            quota: super::projects::quota(&input.spec.quota),
            limit_range: input.spec.limit_range.as_ref().map(limit_range),
            placement,
        });
        let defaults = within.spec.default_namespace_quota;
        Ok(match before {
            None => NamespaceCommand::Create { project, name, profile, spec, defaults, at: plan.now },
            Some(_) => NamespaceCommand::Update { profile, spec, defaults },
        })
    }
}

/// Puts a namespace on the clusters that its placement selects now.
pub struct Publish {
    /// Where.
    pub home: InProject,
    /// Which.
    pub id: Uuid,
}

impl UseCase for Publish {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<Namespace>(self.id).await?;
        let namespace = &loaded.state;
        let clusters = placement::selected(plan.app, &self.home, &namespace.spec.placement).await?;
        let within = plan.load::<Project>(self.home.project).await?.state;
        if let Some(name) = namespace.name.as_ref().filter(|it| within.spec.excluded_namespaces.contains(it))
        {
            return Err(Refused::InvalidState(format!("the project excludes the namespace {name}")));
        }
        // Admission judges it again; here the cluster can be called by its name.
        let ids: Vec<Uuid> = clusters.iter().map(|cluster| cluster.id).collect();
        let taken = namespaces::holders(&plan.app.pool, self.home.org(), namespace.name(), &ids).await?;
        if let Some(other) = taken.into_iter().find(|holder| holder.namespace != self.id) {
            let cluster = clusters.into_iter().find(|cluster| cluster.id == other.cluster);
            let cluster = cluster.map_or_else(String::new, |cluster| cluster.name);
            return Err(Refused::TakenOnCluster { cluster, holder: other.namespace });
        }
        let command = NamespaceCommand::Publish { clusters, at: plan.now };
        let after = plan.decide(self.home.org(), self.id, loaded, command).await?;
        plan.answer(self.id, after.version, 200);
        Ok(())
    }
}

impl App {
    /// Appends to a published namespace's document, as it is now, what publishing it again would change.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_pending_clusters(
        self: &std::sync::Arc<Self>,
        home: &InProject,
        id: Uuid,
        document: &mut String,
    ) -> Result<(), Refused> {
        let namespace = Plan::new(self, None, true).load::<Namespace>(id).await?.state;
        if namespace.phase != NamespacePhase::Published {
            return Ok(());
        }
        let selected = placement::selected(self, home, &namespace.spec.placement).await?;
        let pending = placement::pending(&namespace.clusters, &selected);
        // The status is the last member of a document, and an object.
        if let Some(stem) = document.strip_suffix("}}") {
            *document = format!("{stem},\"pendingClusters\":{}}}}}", json!(pending));
        }
        Ok(())
    }
}

fn limit_range(given: &api::LimitRange) -> LimitRange {
    let amounts = |of: &api::ContainerResources| ContainerResources {
        cpu: of.cpu,
        memory: of.memory,
        ephemeral_storage: of.ephemeral_storage,
    };
    LimitRange {
        default: amounts(&given.default),
        default_request: amounts(&given.default_request),
        min: amounts(&given.min),
        max: amounts(&given.max),
    }
}

fn excluded(name: &Name) -> Refused {
    Refused::Invalid {
        pointer: "/metadata/name",
        code: "excluded_namespace",
        detail: format!("the project leaves the namespace {name} alone (spec.excludedNamespaces)"),
    }
}

/// What contradicts itself in a limit range, at its place in the document.
pub(super) fn out_of_order(OutOfOrder { lesser, resource, greater }: OutOfOrder) -> Refused {
    let pointer = format!("/spec/limitRange/{lesser}/{resource}");
    let detail = format!("is more than spec.limitRange.{greater}.{resource}");
    Refused::Faults(vec![Fault { pointer, code: "out_of_order".to_owned(), detail }])
}
