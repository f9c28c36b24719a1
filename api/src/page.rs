//! Lists.

use crate::{
    Addon, AddonVersion, ApiKey, AuditEntry, Blueprint, BlueprintVersion, Cluster, Delivery, Group,
    HistoryEntry, Namespace, Org, Partner, Project, RoleBinding, User, Webhook, Workload, WorkloadRevision,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Declares one page of a list of something.
macro_rules! page {
    ($(#[$doc:meta])* $page:ident of $item:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $page {
            /// What is on the page.
            pub items: Vec<$item>,
            /// Asks for the next page; `null` on the last. Later pages are as of the first one.
            pub next_page_token: Option<String>,
            /// The position the list is as of: following events from it misses and repeats nothing.
            pub position: i64,
        }
    };
}

page! {
    /// One page of a list of orgs.
    OrgPage of Org
}
page! {
    /// One page of a list of partners.
    PartnerPage of Partner
}
page! {
    /// One page of a list of users.
    UserPage of User
}
page! {
    /// One page of a list of access keys.
    ApiKeyPage of ApiKey
}
page! {
    /// One page of a list of entries of the audit trail.
    AuditPage of AuditEntry
}
page! {
    /// One page of a list of groups.
    GroupPage of Group
}
page! {
    /// One page of a list of role bindings.
    RoleBindingPage of RoleBinding
}
page! {
    /// One page of a list of projects.
    ProjectPage of Project
}
page! {
    /// One page of a list of webhooks.
    WebhookPage of Webhook
}
page! {
    /// One page of a list of deliveries, newest first.
    DeliveryPage of Delivery
}
page! {
    /// One page of the history of a thing.
    HistoryPage of HistoryEntry
}
page! {
    /// One page of a list of namespaces.
    NamespacePage of Namespace
}
page! {
    /// One page of a list of blueprints.
    BlueprintPage of Blueprint
}
page! {
    /// One page of a list of versions of a blueprint.
    BlueprintVersionPage of BlueprintVersion
}
page! {
    /// One page of a list of add-ons.
    AddonPage of Addon
}
page! {
    /// One page of a list of versions of an add-on.
    AddonVersionPage of AddonVersion
}
page! {
    /// One page of a list of workloads.
    WorkloadPage of Workload
}
page! {
    /// One page of a list of revisions of a workload.
    WorkloadRevisionPage of WorkloadRevision
}
page! {
    /// One page of a list of clusters.
    ClusterPage of Cluster
}
