//! Which role may do what: the table, as data. Everything that knows about rights (the authorizer, the OpenAPI
//! document, the documentation, the tests) reads it from here.

use values::Role;

use super::Permission;

/// How far a role's permission reaches. Ordered: more is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Entries about the org itself, not about what is inside.
    OrgEntriesOnly,
    /// What one has made oneself, in one's own partner's orgs.
    MadeByOneself,
    /// The namespaces that the binding names.
    NamedNamespaces,
    /// One's own partner with its orgs, or one's own org; nothing inside an org.
    Own,
    /// Everything within the scope of the binding.
    Everywhere,
}

impl Reach {
    /// The letter in the table: `x`, `o`, `m`, `n`, `l`.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Everywhere => 'x',
            Self::Own => 'o',
            Self::MadeByOneself => 'm',
            Self::NamedNamespaces => 'n',
            Self::OrgEntriesOnly => 'l',
        }
    }
}

type Row = [Option<Reach>; 15];

const X: Option<Reach> = Some(Reach::Everywhere);
const O: Option<Reach> = Some(Reach::Own);
const M: Option<Reach> = Some(Reach::MadeByOneself);
const N: Option<Reach> = Some(Reach::NamedNamespaces);
const L: Option<Reach> = Some(Reach::OrgEntriesOnly);
const E: Option<Reach> = None;

/// How far the permission reaches for the role; `None`: not at all.
#[must_use]
pub const fn reach(role: Role, permission: Permission) -> Option<Reach> {
    row(permission)[column(role)]
}

/// The roles that give the permission anywhere, in the order of the table.
#[must_use]
pub fn granting_roles(permission: Permission) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| reach(*role, permission).is_some()).collect()
}

const fn column(role: Role) -> usize {
    match role {
        Role::Operator => 0,
        Role::PartnerAdmin => 1,
        Role::PartnerReadOnly => 2,
        Role::OrgAdmin => 3,
        Role::OrgReadOnly => 4,
        Role::Auditor => 5,
        Role::ProjectAdmin => 6,
        Role::ProjectReadOnly => 7,
        Role::InfraAdmin => 8,
        Role::InfraReadOnly => 9,
        Role::ClusterAdmin => 10,
        Role::WorkspaceAdmin => 11,
        Role::WorkspaceReadOnly => 12,
        Role::NamespaceAdmin => 13,
        Role::NamespaceReadOnly => 14,
    }
}

#[rustfmt::skip]
#[expect(clippy::match_same_arms, reason = "a line here is a line of the table for people")]
const fn row(permission: Permission) -> Row {
    use Permission as P;
    match permission {
        //                           operator, partner: admin, read; org: admin, read, auditor; project: admin, read;
        //                           infra: admin, read; cluster admin; workspace: admin, read; namespace: admin, read
        P::OperatorRead
        | P::OperatorWrite
        | P::PartnerCreate
        | P::PartnerDelete        => [X, E, E, E, E, E, E, E, E, E, E, E, E, E, E],
        P::PartnerRead            => [X, O, O, E, E, E, E, E, E, E, E, E, E, E, E],
        P::PartnerUpdate
        | P::PartnerUserWrite     => [X, O, E, E, E, E, E, E, E, E, E, E, E, E, E],
        P::PartnerUserRead        => [X, O, O, E, E, E, E, E, E, E, E, E, E, E, E],
        P::OrgList
        | P::OrgRead              => [X, O, O, O, O, O, O, O, O, O, O, O, O, O, O],
        P::OrgCreate
        | P::OrgApprove
        | P::OrgReject
        | P::OrgActivate
        | P::OrgDeactivate
        | P::OrgDelete
        | P::OrgRestore           => [X, O, E, E, E, E, E, E, E, E, E, E, E, E, E],
        P::OrgUpdate              => [X, O, E, O, E, E, E, E, E, E, E, E, E, E, E],
        P::UserAdd
        | P::ApiKeyIssueForOthers => [X, O, E, X, E, E, E, E, E, E, E, E, E, E, E],
        P::UserRead               => [X, O, O, X, X, X, X, X, E, E, E, E, E, E, E],
        P::UserUpdate
        | P::UserSuspend
        | P::UserReactivate
        | P::UserRemove           => [X, M, E, X, E, E, E, E, E, E, E, E, E, E, E],
        P::UserErase              => [E, E, E, X, E, E, E, E, E, E, E, E, E, E, E],
        P::GroupRead
        | P::RoleBindingRead      => [E, E, E, X, X, X, X, X, E, E, E, E, E, E, E],
        P::GroupWrite
        | P::RoleBindingWriteOrg  => [E, E, E, X, E, E, E, E, E, E, E, E, E, E, E],
        P::RoleBindingWriteProject => [E, E, E, X, E, E, X, E, E, E, E, E, E, E, E],
        P::ApiKeyOwn              => [X, X, X, X, X, X, X, X, X, X, X, X, X, X, X],
        P::ApiKeyReadOthers       => [X, M, E, X, X, X, E, E, E, E, E, E, E, E, E],
        P::ApiKeyRevokeOthers     => [X, M, E, X, E, E, E, E, E, E, E, E, E, E, E],
        P::ProjectCreate
        | P::ProjectDelete        => [E, E, E, X, E, E, E, E, E, E, E, E, E, E, E],
        P::ProjectUpdate          => [E, E, E, X, E, E, X, E, E, E, E, E, E, E, E],
        P::ProjectRead
        | P::ClusterRead          => [E, E, E, X, X, X, X, X, X, X, X, X, X, X, X],
        P::ClusterCreate
        | P::ClusterUpdate
        | P::ClusterDelete
        | P::ClusterApprove
        | P::ClusterBootstrap
        | P::ClusterAssignBlueprint
        | P::ClusterDecommission  => [E, E, E, X, E, E, E, E, X, E, X, E, E, E, E],
        P::AddonRead
        | P::BlueprintRead        => [E, E, E, X, X, X, X, X, X, X, X, X, X, E, E],
        P::AddonWrite
        | P::BlueprintWrite       => [E, E, E, X, E, E, E, E, X, E, E, E, E, E, E],
        P::NamespaceRead          => [E, E, E, X, X, X, X, X, X, X, X, X, X, N, N],
        P::NamespaceWrite
        | P::NamespacePublish     => [E, E, E, X, E, E, X, E, X, E, E, X, E, E, E],
        P::WorkloadRead           => [E, E, E, X, X, X, X, X, X, X, X, X, X, N, N],
        P::WorkloadWrite
        | P::WorkloadPublish      => [E, E, E, X, E, E, X, E, E, E, E, X, E, N, E],
        P::DeletionProtectionSet  => [E, E, E, X, E, E, X, E, X, E, X, E, E, E, E],
        P::AuditOrg               => [E, L, L, X, X, X, E, E, E, E, E, E, E, E, E],
        P::AuditProject           => [E, E, E, X, X, X, X, X, X, X, X, X, X, E, E],
        P::AuditPlatform          => [X, O, O, E, E, E, E, E, E, E, E, E, E, E, E],
        P::WebhookRead            => [E, E, E, X, X, X, E, E, E, E, E, E, E, E, E],
        P::WebhookWrite           => [E, E, E, X, E, E, E, E, E, E, E, E, E, E, E],
        P::LedgerProof            => [X, E, E, X, X, X, E, E, E, E, E, E, E, E, E],
        P::LedgerExport           => [E, E, E, X, E, X, E, E, E, E, E, E, E, E, E],
        P::AccessCheckOthers      => [E, E, E, X, X, X, X, E, E, E, E, E, E, E, E],
    }
}
