//! What an event says to the rest of the ledger: the names it takes, the things it leans on, what must hold.
//!
//! Three pure functions beside each event type ([`Facts`]) are all that admission knows of an aggregate. Admission
//! evaluates them for a whole batch under the ledger's lock, against the tables of claims and references and the
//! typed columns of documents, never against anybody's JSON.

use crate::quota::Resource;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{Quantity, ScopeId, Sha256Hex, Timestamp};

/// The aggregate an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The aggregate's id.
    pub id: Uuid,
    /// The scope in whose order the event is counted.
    pub scope: ScopeId,
}

/// What must be unique, and what refusing it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClaimKind {
    /// A partner's name, in the platform.
    PartnerName,
    /// The host under which a partner's console is served, in the platform.
    PartnerHost,
    /// An org's name, in its partner.
    OrgName,
    /// An org's id in the partner's own books, in its partner.
    OrgExternalId,
    /// A person's e-mail address, in its partner. What claims it carries the sealed address; what is stored as the
    /// claim is its keyed hash.
    UserEmail,
    /// A group's name, in its org.
    GroupName,
    /// A role binding's name, in its org.
    RoleBindingName,
    /// A project's name, in its org.
    ProjectName,
    /// A cluster's name, in its project.
    ClusterName,
    /// An add-on's name, in its project.
    AddonName,
    /// The name of a version of an add-on, in the add-on: for ever, once the version was activated.
    AddonVersionName,
    /// A blueprint's name, in its project.
    BlueprintName,
    /// The name of a version of a blueprint, in the blueprint: for ever, once the version was activated.
    BlueprintVersionName,
    /// A namespace's name, in its project.
    NamespaceName,
    /// The name of a published namespace, on a cluster.
    ClusterNamespace,
    /// A workload's name, in its project.
    WorkloadName,
    /// A webhook's name, in its org.
    WebhookName,
}

impl ClaimKind {
    /// Every kind there is.
    pub const ALL: &'static [Self] = &[
        Self::PartnerName,
        Self::PartnerHost,
        Self::OrgName,
        Self::OrgExternalId,
        Self::UserEmail,
        Self::GroupName,
        Self::RoleBindingName,
        Self::ProjectName,
        Self::ClusterName,
        Self::AddonName,
        Self::AddonVersionName,
        Self::BlueprintName,
        Self::BlueprintVersionName,
        Self::NamespaceName,
        Self::ClusterNamespace,
        Self::WorkloadName,
        Self::WebhookName,
    ];

    /// The stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PartnerName => "partnerName",
            Self::PartnerHost => "partnerHost",
            Self::OrgName => "orgName",
            Self::OrgExternalId => "orgExternalId",
            Self::UserEmail => "userEmail",
            Self::GroupName => "groupName",
            Self::RoleBindingName => "roleBindingName",
            Self::ProjectName => "projectName",
            Self::ClusterName => "clusterName",
            Self::AddonName => "addonName",
            Self::AddonVersionName => "addonVersionName",
            Self::BlueprintName => "blueprintName",
            Self::BlueprintVersionName => "blueprintVersionName",
            Self::NamespaceName => "namespaceName",
            Self::ClusterNamespace => "clusterNamespace",
            Self::WorkloadName => "workloadName",
            Self::WebhookName => "webhookName",
        }
    }
}

/// One name, in one scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claim {
    /// Where the name is unique.
    pub scope: ScopeId,
    /// What kind of name it is.
    pub kind: ClaimKind,
    /// The name. Where it is personal: sealed in the facts of an event, its keyed hash in what is stored.
    pub key: String,
}

impl Claim {
    /// A name that is unique among what `parent` lists, in an org.
    #[must_use]
    pub fn sibling(org: ScopeId, kind: ClaimKind, parent: Uuid, name: &str) -> Self {
        Self { scope: org, kind, key: format!("{parent}/{name}") }
    }
}

/// A name changes hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimChange {
    /// The subject takes the name; refused while another holds it.
    Take(Claim),
    /// The subject gives the name up.
    Release(Claim),
}

impl ClaimChange {
    /// The name that changes hands.
    #[must_use]
    pub const fn claim(&self) -> &Claim {
        match self {
            Self::Take(claim) | Self::Release(claim) => claim,
        }
    }

    /// The name that changes hands.
    #[must_use]
    pub const fn claim_mut(&mut self) -> &mut Claim {
        match self {
            Self::Take(claim) | Self::Release(claim) => claim,
        }
    }
}

/// How one thing leans on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReferenceKind {
    /// It cannot be deleted while this one uses it.
    Uses,
    /// This membership administers that scope, directly and without an end.
    Administers,
    /// This key opens that membership.
    KeyOf,
    /// This group has that membership in it.
    Includes,
    /// This role binding gives a role to that membership or group.
    Grants,
    /// This cluster, add-on or blueprint may be used in that project, or in all projects of that org.
    SharedWith,
    /// This published workload runs in that namespace, which cannot be unpublished meanwhile.
    RunsIn,
    /// This is a version of that, and goes with it.
    VersionOf,
    /// This published workload runs in that namespace on that cluster, which the namespace cannot leave meanwhile.
    RunsOn,
    /// This membership, of whichever scope, is that user's, and still knows who that is.
    MembershipOf,
}

impl ReferenceKind {
    /// The stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uses => "uses",
            Self::Administers => "administers",
            Self::KeyOf => "keyOf",
            Self::Includes => "includes",
            Self::Grants => "grants",
            Self::SharedWith => "sharedWith",
            Self::RunsIn => "runsIn",
            Self::VersionOf => "versionOf",
            Self::RunsOn => "runsOn",
            Self::MembershipOf => "membershipOf",
        }
    }

    /// The kind whose stored form this is.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Uses,
            Self::Administers,
            Self::KeyOf,
            Self::Includes,
            Self::Grants,
            Self::SharedWith,
            Self::RunsIn,
            Self::VersionOf,
            Self::RunsOn,
            Self::MembershipOf,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// What is referred to, and how: the row of references that admission counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The scope the thing referred to lives in.
    pub scope: ScopeId,
    /// The thing referred to.
    pub id: Uuid,
    /// In which way.
    pub kind: ReferenceKind,
}

impl Target {
    /// Something in an org that is used.
    #[must_use]
    pub const fn used(org: ScopeId, id: Uuid) -> Self {
        Self { scope: org, id, kind: ReferenceKind::Uses }
    }

    /// Something that this is a version of.
    #[must_use]
    pub const fn version_of(org: ScopeId, thing: Uuid) -> Self {
        Self { scope: org, id: thing, kind: ReferenceKind::VersionOf }
    }

    /// A namespace that something published runs in.
    #[must_use]
    pub const fn runs_in(org: ScopeId, namespace: Uuid) -> Self {
        Self { scope: org, id: namespace, kind: ReferenceKind::RunsIn }
    }

    /// A namespace on one of its clusters, that something published runs in there. Two ids make one: both are random
    /// enough that no two pairs of an org make the same.
    #[must_use]
    pub const fn runs_on(org: ScopeId, namespace: Uuid, cluster: Uuid) -> Self {
        let pair = namespace.as_u128() ^ cluster.as_u128().rotate_left(64);
        Self { scope: org, id: Uuid::from_u128(pair), kind: ReferenceKind::RunsOn }
    }
}

/// The subject begins or stops to lean on something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceChange {
    /// From now on, or until a moment from which it no longer counts.
    Add {
        /// What is leaned on.
        to: Target,
        /// When it ends by itself.
        until: Option<Timestamp>,
    },
    /// No longer.
    Drop {
        /// What was leaned on.
        to: Target,
    },
}

/// What must hold under the ledger's lock for the unit to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// The thing exists, is not deleted, and is in one of these phases (any, when empty).
    InPhase {
        /// The thing's id.
        id: Uuid,
        /// The phases that do, as its document shows them.
        phases: &'static [&'static str],
    },
    /// Nothing uses the thing once the unit is recorded.
    Unused(Target),
    /// At most so many references of this kind once the unit is recorded.
    AtMost {
        /// What is referred to.
        to: Target,
        /// The most that may be live.
        limit: usize,
    },
    /// No reference of this kind remains once the unit is recorded. Whoever planned the unit dropped all it saw; if
    /// another came since, the unit is planned again.
    NoneRemains(Target),
    /// At least one reference of this kind remains once the unit is recorded.
    OneRemains(Target),
    /// Somebody holds a name once the unit is recorded. Whoever planned the unit saw it so; if that has changed since,
    /// the unit is planned again.
    Holds {
        /// The name.
        claim: Claim,
        /// Who holds it.
        holder: Uuid,
    },
    /// The bytes of an artifact are kept. From then on they stay for ever. Should they have been swept away since the
    /// unit was planned, it is planned again.
    Stored {
        /// The org that they are kept for.
        scope: ScopeId,
        /// Their digest.
        sha256: Sha256Hex,
    },
}

impl Requirement {
    /// The thing is there and active: a project that something is made in.
    #[must_use]
    pub const fn active(id: Uuid) -> Self {
        Self::InPhase { id, phases: &["active"] }
    }
}

/// Something there is only so much of, shared by whoever holds some: the pods of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pool {
    /// The org.
    pub scope: ScopeId,
    /// What has the pool: a project.
    pub id: Uuid,
    /// Of what.
    pub resource: Resource,
}

/// How much there is of something, or how much of it the subject holds, changes. A unit after which more is held
/// than there is, is refused. Without a limit a pool is boundless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountChange {
    /// From now on there is so much.
    Limit {
        /// Of what.
        pool: Pool,
        /// The most that may be held; `None` for boundless.
        at_most: Option<Quantity>,
    },
    /// From now on the subject holds so much, whatever it held before.
    Hold {
        /// Of what.
        pool: Pool,
        /// How much.
        amount: Quantity,
    },
    /// The subject holds nothing any more.
    Release {
        /// Of what.
        pool: Pool,
    },
}

impl AmountChange {
    /// The pool that it is about.
    #[must_use]
    pub const fn pool(&self) -> Pool {
        match self {
            Self::Limit { pool, .. } | Self::Hold { pool, .. } | Self::Release { pool } => *pool,
        }
    }
}

/// What an event means to the rest of the ledger.
pub trait Facts: DomainEvent {
    /// Names taken and released.
    fn claims(&self, of: Subject) -> Vec<ClaimChange>;

    /// What the subject begins and stops to use.
    fn references(&self, of: Subject) -> Vec<ReferenceChange>;

    /// What must hold.
    fn requirements(&self, of: Subject) -> Vec<Requirement>;

    /// Whether somebody's rights may differ after this event. Units that were authorized
    /// before it are authorized again.
    fn changes_authority(&self) -> bool;

    /// The scopes in which that is so: the subject's own, unless rights of members of other scopes hang on the event.
    fn authority_scopes(&self, of: Subject) -> Vec<ScopeId> {
        if self.changes_authority() { vec![of.scope] } else { vec![] }
    }

    /// How much of something there is, or the subject holds. Most events have nothing to do with any.
    fn amounts(&self, _: Subject) -> Vec<AmountChange> {
        vec![]
    }
}
