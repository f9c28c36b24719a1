use crate::macros::parse_impls;
use crate::{Invalid, ScopeKind, codes};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $wire:literal at $level:ident;)*) => {
        /// A set of permissions with a name, given to somebody on a scope.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $($(#[$doc])* $name,)*
        }

        impl Role {
            /// All roles, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name on the wire, in capitals: `ORG_ADMIN`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)*
                }
            }

            /// How wide the role is meant to reach.
            #[must_use]
            pub const fn level(self) -> RoleLevel {
                match self {
                    $(Self::$name => RoleLevel::$level,)*
                }
            }

            /// # Errors
            /// `invalid_role` for anything but the names of [`Role::ALL`], in capitals.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                match text {
                    $($wire => Ok(Self::$name),)*
                    _ => Err(Invalid::new(
                        codes::INVALID_ROLE,
                        concat!("A role is one of:" $(, " ", $wire)*, "."),
                    )),
                }
            }
        }
    };
}

roles! {
    /// Runs the installation.
    Operator = "OPERATOR" at Platform;
    /// Runs a partner and the lives of its orgs.
    PartnerAdmin = "PARTNER_ADMIN" at Partner;
    /// Reads what a partner admin runs.
    PartnerReadOnly = "PARTNER_READ_ONLY" at Partner;
    /// Runs an org and everything in it.
    OrgAdmin = "ORG_ADMIN" at Org;
    /// Reads everything in an org.
    OrgReadOnly = "ORG_READ_ONLY" at Org;
    /// Reads everything in an org, and exports its ledger.
    Auditor = "AUDITOR" at Org;
    /// Runs a project.
    ProjectAdmin = "PROJECT_ADMIN" at Project;
    /// Reads a project.
    ProjectReadOnly = "PROJECT_READ_ONLY" at Project;
    /// Runs a project's clusters, add-ons, blueprints and namespaces.
    InfraAdmin = "INFRA_ADMIN" at Project;
    /// Reads what an infrastructure admin runs.
    InfraReadOnly = "INFRA_READ_ONLY" at Project;
    /// Runs a project's clusters.
    ClusterAdmin = "CLUSTER_ADMIN" at Project;
    /// Runs a project's namespaces and workloads.
    WorkspaceAdmin = "WORKSPACE_ADMIN" at Project;
    /// Reads what a workspace admin runs.
    WorkspaceReadOnly = "WORKSPACE_READ_ONLY" at Project;
    /// Runs the workloads in the namespaces named.
    NamespaceAdmin = "NAMESPACE_ADMIN" at Namespace;
    /// Reads the namespaces named.
    NamespaceReadOnly = "NAMESPACE_READ_ONLY" at Namespace;
}

impl Role {
    /// Whether a membership of such a scope may carry the role: the platform's the operator's, a partner's those
    /// of partners, an org's those of orgs and of projects, the latter meaning "in every project". Roles in
    /// namespaces need a binding that names them.
    #[must_use]
    pub const fn may_be_granted_on(self, scope: ScopeKind) -> bool {
        match self.level() {
            RoleLevel::Platform => matches!(scope, ScopeKind::Platform),
            RoleLevel::Partner => matches!(scope, ScopeKind::Partner),
            RoleLevel::Org | RoleLevel::Project => matches!(scope, ScopeKind::Org),
            RoleLevel::Namespace => false,
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

parse_impls!(Role);

#[cfg(feature = "utoipa")]
impl utoipa::PartialSchema for Role {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A set of permissions, given on a scope."))
            .enum_values(Some(Self::ALL.iter().map(|role| role.as_str())))
            .examples([Self::OrgAdmin.as_str()])
            .into()
    }
}

#[cfg(feature = "utoipa")]
impl utoipa::ToSchema for Role {}

/// How wide a role is meant to reach. Ordered: the wider is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleLevel {
    /// Namespaces of a project, named one by one.
    Namespace,
    /// A project; on an org's membership every project of it.
    Project,
    /// An org.
    Org,
    /// A partner and the lives of its orgs, not what is inside them.
    Partner,
    /// The installation.
    Platform,
}

impl RoleLevel {
    /// The name on the wire: `namespace`, `project`, `org`, `partner`, `platform`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Project => "project",
            Self::Org => "org",
            Self::Partner => "partner",
            Self::Platform => "platform",
        }
    }
}
