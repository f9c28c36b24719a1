//! Permissions: what can be allowed, by name.

use std::fmt;

use super::Level;

macro_rules! permissions {
    ($($variant:ident = $name:literal, $level:ident, $access:ident;)+) => {
        /// The right to do one kind of thing to one kind of resource.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $(#[doc = concat!("`", $name, "`")] $variant,)+
        }

        impl Permission {
            /// Every permission, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire, such as `org.read`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Where the things of this permission live: users in an org, clusters in a project.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level,)+ }
            }

            /// True if using the permission changes nothing, so that a read-only key has it. Keys can be issued by
            /// [`Permission::ApiKeyOwn`], so it is not one of these.
            #[must_use]
            pub const fn is_read(self) -> bool {
                matches!(match self { $(Self::$variant => Access::$access,)+ }, Access::Read)
            }
        }
    };
}

enum Access {
    Read,
    Write,
}

permissions! {
    OperatorRead = "operator.read", Platform, Read;
    OperatorWrite = "operator.write", Platform, Write;
    PartnerCreate = "partner.create", Platform, Write;
    PartnerDelete = "partner.delete", Partner, Write;
    PartnerRead = "partner.read", Partner, Read;
    PartnerUpdate = "partner.update", Partner, Write;
    PartnerUserWrite = "partnerUser.write", Partner, Write;
    PartnerUserRead = "partnerUser.read", Partner, Read;
    OrgList = "org.list", Org, Read;
    OrgRead = "org.read", Org, Read;
    OrgCreate = "org.create", Partner, Write;
    OrgApprove = "org.approve", Org, Write;
    OrgReject = "org.reject", Org, Write;
    OrgActivate = "org.activate", Org, Write;
    OrgDeactivate = "org.deactivate", Org, Write;
    OrgDelete = "org.delete", Org, Write;
    OrgRestore = "org.restore", Org, Write;
    OrgUpdate = "org.update", Org, Write;
    UserAdd = "user.add", Org, Write;
    ApiKeyIssueForOthers = "apiKey.issueForOthers", Org, Write;
    UserRead = "user.read", Org, Read;
    UserUpdate = "user.update", Org, Write;
    UserSuspend = "user.suspend", Org, Write;
    UserReactivate = "user.reactivate", Org, Write;
    UserRemove = "user.remove", Org, Write;
    UserErase = "user.erase", Org, Write;
    GroupRead = "group.read", Org, Read;
    RoleBindingRead = "roleBinding.read", Project, Read;
    GroupWrite = "group.write", Org, Write;
    RoleBindingWriteOrg = "roleBinding.writeOrg", Org, Write;
    RoleBindingWriteProject = "roleBinding.writeProject", Project, Write;
    ApiKeyOwn = "apiKey.own", Org, Write;
    ApiKeyReadOthers = "apiKey.readOthers", Org, Read;
    ApiKeyRevokeOthers = "apiKey.revokeOthers", Org, Write;
    ProjectCreate = "project.create", Org, Write;
    ProjectDelete = "project.delete", Project, Write;
    ProjectUpdate = "project.update", Project, Write;
    ProjectRead = "project.read", Project, Read;
    ClusterRead = "cluster.read", Project, Read;
    ClusterCreate = "cluster.create", Project, Write;
    ClusterUpdate = "cluster.update", Project, Write;
    ClusterDelete = "cluster.delete", Project, Write;
    ClusterApprove = "cluster.approve", Project, Write;
    ClusterBootstrap = "cluster.bootstrap", Project, Write;
    ClusterAssignBlueprint = "cluster.assignBlueprint", Project, Write;
    ClusterDecommission = "cluster.decommission", Project, Write;
    AddonRead = "addon.read", Project, Read;
    BlueprintRead = "blueprint.read", Project, Read;
    AddonWrite = "addon.write", Project, Write;
    BlueprintWrite = "blueprint.write", Project, Write;
    NamespaceRead = "namespace.read", Namespace, Read;
    NamespaceWrite = "namespace.write", Namespace, Write;
    NamespacePublish = "namespace.publish", Namespace, Write;
    WorkloadRead = "workload.read", Namespace, Read;
    WorkloadWrite = "workload.write", Namespace, Write;
    WorkloadPublish = "workload.publish", Namespace, Write;
    DeletionProtectionSet = "deletionProtection.set", Project, Write;
    AuditOrg = "audit.org", Org, Read;
    AuditProject = "audit.project", Project, Read;
    AuditPlatform = "audit.platform", Platform, Read;
    WebhookRead = "webhook.read", Org, Read;
    WebhookWrite = "webhook.write", Org, Write;
    LedgerProof = "ledger.proof", Org, Read;
    LedgerExport = "ledger.export", Org, Read;
    AccessCheckOthers = "access.checkOthers", Project, Read;
}

impl Permission {
    /// The permission of this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.as_str() == name)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
