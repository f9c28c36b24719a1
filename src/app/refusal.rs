//! Why a use case ends without what was asked.

use crate::authn::NotLetIn;
use crate::authz::Permission;
use crate::ledger::LedgerError;
use crate::ledger::compose::ComposeError;
use crate::ledger::unit::Refusal;
use aggregates::addon::AddonRefusal;
use aggregates::addon_version::AddonVersionRefusal;
use aggregates::api_key::ApiKeyRefusal;
use aggregates::cluster::ClusterRefusal;
use aggregates::group::GroupRefusal;
use aggregates::membership::MembershipRefusal;
use aggregates::namespace::NamespaceRefusal;
use aggregates::org::OrgRefusal;
use aggregates::partner::PartnerRefusal;
use aggregates::project::ProjectRefusal;
use aggregates::role_binding::RoleBindingRefusal;
use aggregates::user::UserRefusal;
use aggregates::webhook::WebhookRefusal;
use aggregates::workload::WorkloadRefusal;
use aggregates::workload_revision::WorkloadRevisionRefusal;
use std::sync::Arc;
use uuid::Uuid;
use values::Role;

/// Why a use case ends without what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such thing, or the caller may not know of it.
    #[error("there is no such thing")]
    NotFound,
    /// The caller is not let in (any more).
    #[error(transparent)]
    NotLetIn(Arc<NotLetIn>),
    /// A right is missing.
    #[error("the permission {} is missing", missing.as_str())]
    Forbidden {
        /// The right.
        missing: Permission,
        /// Who has it.
        granted_by: Vec<Role>,
    },
    /// The caller would give more than it has.
    #[error("{0}")]
    GrantExceedsOwn(String),
    /// Something does not fit the state things are in.
    #[error("{0}")]
    InvalidState(String),
    /// A user with this address is a member already.
    #[error("{0}")]
    AlreadyMember(String),
    /// The thing is protected against deletion.
    #[error("{0}")]
    DeletionProtected(String),
    /// The thing is published, and cannot be deleted.
    #[error("{0}")]
    StillPublished(String),
    /// The namespace that it is in is on none of its clusters.
    #[error("{0}")]
    NamespaceNotPublished(String),
    /// Another namespace has the name on one of the clusters.
    #[error("another namespace of this name is published on the cluster {cluster}")]
    TakenOnCluster {
        /// The cluster.
        cluster: String,
        /// The namespace, of whichever project.
        holder: Uuid,
    },
    /// Something in the document is not possible.
    #[error("{pointer}: {detail}")]
    Invalid {
        /// Where (RFC 6901).
        pointer: &'static str,
        /// A stable code.
        code: &'static str,
        /// What to do about it.
        detail: String,
    },
    /// Several things in the document are not possible.
    #[error("the document has faults")]
    Faults(Vec<Fault>),
    /// Something in the document cannot be changed.
    #[error("{pointer} cannot be changed")]
    Immutable {
        /// Where (RFC 6901).
        pointer: &'static str,
    },
    /// Signing up is not on.
    #[error("signing up is not open here")]
    SignupClosed,
    /// There are as many as there may be for now.
    #[error("{0}")]
    TooManyRequests(String),
    /// The caller has asked too often.
    #[error("the {of} may ask {} times in {} s, and has: try again in {seconds} s", .limit.most(), .limit.period_seconds())]
    TooOften {
        /// Whose allowance is used up.
        of: super::rate::Of,
        /// The limit.
        limit: super::rate::Limit,
        /// When there is one again.
        seconds: u32,
    },
    /// The version asked for is not the current one.
    #[error("the current version is {current}")]
    VersionMismatch {
        /// The current version.
        current: i64,
    },
    /// Others were faster, several times in a row.
    #[error("others changed this at the same time, several times in a row: try again")]
    Conflict,
    /// A rule that several things share stood against it.
    #[error("a rule stands against it")]
    Admission(Refusal),
    /// A time or position that has not come yet.
    #[error("{0}")]
    AsOfInFuture(String),
    /// A cursor or page token of another life of the ledger.
    #[error("{detail}")]
    EpochChanged {
        /// What to do about it.
        detail: String,
        /// The last position that was not lost, where that is known.
        position: Option<i64>,
    },
    /// The ledger is not what was signed before.
    #[error("{0}")]
    LedgerRewritten(String),
    /// The position that was asked for has not come in time.
    #[error("the position has not come in time")]
    NotThereYet,
    /// The ledger could not take it.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The database could not answer.
    #[error("the database could not answer")]
    Database(#[source] Arc<sqlx::Error>),
    /// A defect.
    #[error("something is broken")]
    Broken(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// One thing in a document that is not possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where (RFC 6901).
    pub pointer: String,
    /// A stable code.
    pub code: String,
    /// What to do about it.
    pub detail: String,
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<NotLetIn> for Refused {
    fn from(error: NotLetIn) -> Self {
        match error {
            NotLetIn::Unavailable(error) => error.into(),
            NotLetIn::Unknown | NotLetIn::Suspended(_) | NotLetIn::OrgInactive(_) => {
                Self::NotLetIn(Arc::new(error))
            }
        }
    }
}

impl<R: Into<Self>> From<ComposeError<R>> for Refused {
    fn from(error: ComposeError<R>) -> Self {
        match error {
            ComposeError::Refused(refusal) => refusal.into(),
            ComposeError::OtherVersion { current } => Self::VersionMismatch { current },
            ComposeError::Broken(error) => Self::Broken(error.into()),
        }
    }
}

impl From<OrgRefusal> for Refused {
    fn from(refusal: OrgRefusal) -> Self {
        match refusal {
            OrgRefusal::NotFound => Self::NotFound,
            OrgRefusal::AlreadyExists | OrgRefusal::Deleted | OrgRefusal::WrongPhase { .. } => {
                Self::InvalidState(refusal.to_string())
            }
            OrgRefusal::DeletionProtected => Self::DeletionProtected(refusal.to_string()),
            OrgRefusal::DefaultAboveMaximum => Self::Invalid {
                pointer: "/spec/settings/apiKeyDefaultValidityHours",
                code: "above_maximum",
                detail: refusal.to_string(),
            },
        }
    }
}

impl From<PartnerRefusal> for Refused {
    fn from(refusal: PartnerRefusal) -> Self {
        match refusal {
            PartnerRefusal::NotFound => Self::NotFound,
            PartnerRefusal::AlreadyExists | PartnerRefusal::Deleted => {
                Self::InvalidState(refusal.to_string())
            }
            PartnerRefusal::DeletionProtected => Self::DeletionProtected(refusal.to_string()),
        }
    }
}

impl From<GroupRefusal> for Refused {
    fn from(refusal: GroupRefusal) -> Self {
        match refusal {
            GroupRefusal::NotFound => Self::NotFound,
            GroupRefusal::AlreadyExists | GroupRefusal::Deleted => Self::InvalidState(refusal.to_string()),
            GroupRefusal::DeletionProtected => Self::DeletionProtected(refusal.to_string()),
            GroupRefusal::TooManyMembers { .. } => {
                Self::Invalid { pointer: "/spec/members", code: "too_many", detail: refusal.to_string() }
            }
        }
    }
}

impl From<RoleBindingRefusal> for Refused {
    fn from(refusal: RoleBindingRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            RoleBindingRefusal::NotFound => Self::NotFound,
            RoleBindingRefusal::AlreadyExists | RoleBindingRefusal::Deleted => Self::InvalidState(detail),
            RoleBindingRefusal::DeletionProtected => Self::DeletionProtected(detail),
            RoleBindingRefusal::RoleDoesNotFit(_) => {
                Self::Invalid { pointer: "/spec/role", code: "role_does_not_fit", detail }
            }
            RoleBindingRefusal::EndsInThePast => {
                Self::Invalid { pointer: "/spec/expiresAt", code: "in_the_past", detail }
            }
            RoleBindingRefusal::TooLongForStaff { .. } => {
                Self::Invalid { pointer: "/spec/expiresAt", code: "too_long", detail }
            }
        }
    }
}

impl From<AddonRefusal> for Refused {
    fn from(refusal: AddonRefusal) -> Self {
        match refusal {
            AddonRefusal::NotFound => Self::NotFound,
            AddonRefusal::AlreadyExists | AddonRefusal::Deleted => Self::InvalidState(refusal.to_string()),
            AddonRefusal::DeletionProtected => Self::DeletionProtected(refusal.to_string()),
            AddonRefusal::TypeIsFixed => Self::Immutable { pointer: "/spec/type" },
        }
    }
}

impl From<AddonVersionRefusal> for Refused {
    fn from(refusal: AddonVersionRefusal) -> Self {
        match refusal {
            AddonVersionRefusal::NotFound => Self::NotFound,
            AddonVersionRefusal::AlreadyExists
            | AddonVersionRefusal::Deleted
            | AddonVersionRefusal::Immutable
            | AddonVersionRefusal::WasActivated
            | AddonVersionRefusal::NeverActivated => Self::InvalidState(refusal.to_string()),
            AddonVersionRefusal::DeletionProtected => Self::DeletionProtected(refusal.to_string()),
        }
    }
}

impl From<ProjectRefusal> for Refused {
    fn from(refusal: ProjectRefusal) -> Self {
        match refusal {
            ProjectRefusal::NotFound => Self::NotFound,
            ProjectRefusal::AlreadyExists | ProjectRefusal::Deleted => {
                Self::InvalidState(refusal.to_string())
            }
            ProjectRefusal::DeletionProtected => Self::DeletionProtected(refusal.to_string()),
            ProjectRefusal::DefaultAboveQuota(resource) => {
                super::projects::above_quota(resource, refusal.to_string())
            }
        }
    }
}

impl From<WebhookRefusal> for Refused {
    fn from(refusal: WebhookRefusal) -> Self {
        match refusal {
            WebhookRefusal::NotFound => Self::NotFound,
            WebhookRefusal::AlreadyExists | WebhookRefusal::Deleted => {
                Self::InvalidState(refusal.to_string())
            }
            WebhookRefusal::DeletionProtected => Self::DeletionProtected(refusal.to_string()),
            WebhookRefusal::BeginsOnce => {
                Self::Invalid { pointer: "/spec/after", code: "immutable_field", detail: refusal.to_string() }
            }
        }
    }
}

impl From<NamespaceRefusal> for Refused {
    fn from(refusal: NamespaceRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            NamespaceRefusal::NotFound => Self::NotFound,
            NamespaceRefusal::AlreadyExists
            | NamespaceRefusal::Deleted
            | NamespaceRefusal::NeverPublished => Self::InvalidState(detail),
            NamespaceRefusal::DeletionProtected => Self::DeletionProtected(detail),
            NamespaceRefusal::StillPublished => Self::StillPublished(detail),
            NamespaceRefusal::ReservedName => {
                Self::Invalid { pointer: "/metadata/name", code: "reserved_name", detail }
            }
            NamespaceRefusal::LimitRange(out_of_order) => super::namespaces::out_of_order(out_of_order),
        }
    }
}

impl From<WorkloadRefusal> for Refused {
    fn from(refusal: WorkloadRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            WorkloadRefusal::NotFound => Self::NotFound,
            WorkloadRefusal::AlreadyExists | WorkloadRefusal::Deleted | WorkloadRefusal::NeverPublished => {
                Self::InvalidState(detail)
            }
            WorkloadRefusal::DeletionProtected => Self::DeletionProtected(detail),
            WorkloadRefusal::StillPublished => Self::StillPublished(detail),
            WorkloadRefusal::NamespaceNotPublished => Self::NamespaceNotPublished(detail),
        }
    }
}

impl From<WorkloadRevisionRefusal> for Refused {
    fn from(refusal: WorkloadRevisionRefusal) -> Self {
        match refusal {
            WorkloadRevisionRefusal::AlreadyExists => Self::InvalidState(refusal.to_string()),
        }
    }
}

impl From<ClusterRefusal> for Refused {
    fn from(refusal: ClusterRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            ClusterRefusal::NotFound => Self::NotFound,
            ClusterRefusal::AlreadyExists
            | ClusterRefusal::Deleted
            | ClusterRefusal::Decommissioning
            | ClusterRefusal::NoAgent
            | ClusterRefusal::Approved
            | ClusterRefusal::HasAgent
            | ClusterRefusal::TokenNotGood
            | ClusterRefusal::NotDecommissioning => Self::InvalidState(detail),
            ClusterRefusal::DeletionProtected => Self::DeletionProtected(detail),
            ClusterRefusal::PasswordWithoutUser => {
                Self::Invalid { pointer: "/spec/proxy/user", code: "required", detail }
            }
        }
    }
}

impl From<UserRefusal> for Refused {
    fn from(refusal: UserRefusal) -> Self {
        match refusal {
            UserRefusal::NotFound => Self::NotFound,
            UserRefusal::AlreadyExists | UserRefusal::Erased => Self::InvalidState(refusal.to_string()),
        }
    }
}

impl From<MembershipRefusal> for Refused {
    fn from(refusal: MembershipRefusal) -> Self {
        match refusal {
            MembershipRefusal::NotFound => Self::NotFound,
            MembershipRefusal::AlreadyMember => Self::AlreadyMember(refusal.to_string()),
            MembershipRefusal::Removed | MembershipRefusal::Erased => Self::InvalidState(refusal.to_string()),
            MembershipRefusal::RoleDoesNotFit(_) => Self::Invalid {
                pointer: "/spec/roles",
                code: "role_does_not_fit",
                detail: refusal.to_string(),
            },
        }
    }
}

impl From<ApiKeyRefusal> for Refused {
    fn from(refusal: ApiKeyRefusal) -> Self {
        match refusal {
            ApiKeyRefusal::NotFound => Self::NotFound,
            ApiKeyRefusal::AlreadyExists | ApiKeyRefusal::Ended(_) => Self::InvalidState(refusal.to_string()),
        }
    }
}
