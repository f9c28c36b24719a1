//! The record of one thing: its history, the difference between two versions, who set what, and going back.
//!
//! Every kind has these four operations alike. Each is written once, for every place that names something
//! ([`Remembered`]), and documented where it is mounted: one line of [`routes`] a kind.

mod blame;
mod describe;
mod diff;
mod history;
mod places;
mod revert;

use places::{Remembered, Reverted};

use super::call::{
    AddonRead, AddonRevert, AddonVersionRead, AddonVersionRevert, BlueprintRead, BlueprintRevert,
    BlueprintVersionRead, BlueprintVersionRevert, ClusterRead, ClusterRevert, GroupRead, GroupRevert,
    KeyRead, Member, NamespaceRead, NamespaceRevert, OrgRead, OrgRevert, PartnerRead, PartnerRevert,
    ProjectRead, ProjectRevert, Right, RoleBindingRead, RoleBindingRevert, The, TheBinding, TheKey, TheOrg,
    ThePartner, UserRead, UserRevert, WebhookRead, WebhookRevert, WorkloadRead, WorkloadRevert,
};
use super::documentation::{
    AddonPath, AddonVersionPath, BlueprintPath, BlueprintVersionPath, ClusterPath, GroupPath, KeyPath,
    NamespacePath, OrgPath, PartnerPath, ProjectPath, RoleBindingPath, UserPath, WebhookPath, WorkloadPath,
};
use crate::app::App;
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
use describe::{Described, path};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The operations.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(all::<OrgRead, OrgRevert, TheOrg>("/v1/orgs/{org}", "an org", path::<OrgPath>()))
        .merge(all::<PartnerRead, PartnerRevert, ThePartner>(
            "/v1/partners/{partner}",
            "a partner",
            path::<PartnerPath>(),
        ))
        .merge(all::<UserRead, UserRevert, Member>(
            "/v1/orgs/{org}/users/{user}",
            "a user",
            [path::<OrgPath>(), path::<UserPath>()].concat(),
        ))
        .merge(read_only::<KeyRead, TheKey>(
            "/v1/orgs/{org}/api-keys/{key}",
            "an access key",
            [path::<OrgPath>(), path::<KeyPath>()].concat(),
        ))
        .merge(all::<GroupRead, GroupRevert, The<Group>>(
            "/v1/orgs/{org}/groups/{group}",
            "a group",
            path::<GroupPath>(),
        ))
        .merge(all::<RoleBindingRead, RoleBindingRevert, TheBinding>(
            "/v1/orgs/{org}/role-bindings/{binding}",
            "a role binding",
            path::<RoleBindingPath>(),
        ))
        .merge(all::<ProjectRead, ProjectRevert, The<Project>>(
            "/v1/orgs/{org}/projects/{project}",
            "a project",
            path::<ProjectPath>(),
        ))
        .merge(all::<BlueprintRead, BlueprintRevert, The<Blueprint>>(
            "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}",
            "a blueprint",
            path::<BlueprintPath>(),
        ))
        .merge(all::<BlueprintVersionRead, BlueprintVersionRevert, The<BlueprintVersion>>(
            "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}",
            "a version of a blueprint",
            path::<BlueprintVersionPath>(),
        ))
        .merge(all::<ClusterRead, ClusterRevert, The<Cluster>>(
            "/v1/orgs/{org}/projects/{project}/clusters/{cluster}",
            "a cluster",
            path::<ClusterPath>(),
        ))
        .merge(all::<NamespaceRead, NamespaceRevert, The<Namespace>>(
            "/v1/orgs/{org}/projects/{project}/namespaces/{namespace}",
            "a namespace",
            path::<NamespacePath>(),
        ))
        .merge(all::<WorkloadRead, WorkloadRevert, The<Workload>>(
            "/v1/orgs/{org}/projects/{project}/workloads/{workload}",
            "a workload",
            path::<WorkloadPath>(),
        ))
        .merge(all::<AddonRead, AddonRevert, The<Addon>>(
            "/v1/orgs/{org}/projects/{project}/addons/{addon}",
            "an add-on",
            path::<AddonPath>(),
        ))
        .merge(all::<AddonVersionRead, AddonVersionRevert, The<AddonVersion>>(
            "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions/{version}",
            "a version of an add-on",
            path::<AddonVersionPath>(),
        ))
        .merge(all::<WebhookRead, WebhookRevert, The<Webhook>>(
            "/v1/orgs/{org}/webhooks/{webhook}",
            "a webhook",
            path::<WebhookPath>(),
        ))
}

/// All four, for what the right `R` reads, the right `W` changes, and `P` names in a path.
fn all<R: Right, W: Right, P: Reverted>(
    path: &'static str,
    noun: &'static str,
    parameters: Vec<describe::Parameter>,
) -> OpenApiRouter<Arc<App>> {
    let of = Described { path, kind: P::KIND, noun, parameters };
    reads::<R, P>(&of).routes(revert::operation::<W, P>(&of))
}

/// Those that read, for what nobody edits.
fn read_only<R: Right, P: Remembered>(
    path: &'static str,
    noun: &'static str,
    parameters: Vec<describe::Parameter>,
) -> OpenApiRouter<Arc<App>> {
    reads::<R, P>(&Described { path, kind: P::KIND, noun, parameters })
}

fn reads<R: Right, P: Remembered>(of: &Described) -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(history::operation::<R, P>(of))
        .routes(diff::operation::<R, P>(of))
        .routes(blame::operation::<R, P>(of))
}
