//! A caller that has been let in.

use super::holding::HeldBinding;
use crate::authz::{Grant, GrantScope, Holding, KeyRestrictions, Target};
use api::{Actor, ActorKind};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{AccessKeyId, Cidr, Role, ScopeId, ScopeKind, Timestamp};

/// How a credential was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMethod {
    /// `Authorization: Basic`.
    Basic,
    /// `Authorization: Bearer`.
    Bearer,
    /// `X-API-KEY`.
    ApiKeyHeader,
}

impl AuthMethod {
    /// The form in the record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Bearer => "bearer",
            Self::ApiKeyHeader => "apiKeyHeader",
        }
    }
}

/// The key that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its id.
    pub id: Uuid,
    /// Its public half.
    pub access_key_id: AccessKeyId,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// How it is cut down.
    pub restrictions: KeyRestrictions,
    /// The networks it may come from; empty for all.
    pub cidrs: BTreeSet<Cidr>,
}

/// Who is calling, with its rights as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The person or machine.
    pub user: Uuid,
    /// The membership whose key was shown.
    pub membership: Uuid,
    /// The key that what is personal of the member is sealed under, as sealed texts name it.
    pub person: Uuid,
    /// What it is a membership of.
    pub scope: ScopeId,
    /// What kind of scope that is.
    pub kind: ScopeKind,
    /// The partner that the scope is or belongs to; none for the platform.
    pub partner: Option<ScopeId>,
    /// The roles of the membership.
    pub roles: BTreeSet<Role>,
    /// The role bindings in force for it, its own and those of its groups.
    pub bindings: Vec<HeldBinding>,
    /// The key.
    pub key: KeyInfo,
    /// The version of who may do what in the scope, as it was when the caller was let in.
    pub authority: i64,
    /// How the credential was shown.
    pub method: AuthMethod,
}

impl Caller {
    /// What the caller's roles and bindings amount to.
    #[must_use]
    pub fn grants(&self) -> Vec<Grant> {
        let bound = self.bindings.iter().map(|binding| binding.grant.clone());
        self.direct_grants().chain(bound).collect()
    }

    /// The same, each with its end.
    #[must_use]
    pub fn holdings(&self) -> Vec<Holding> {
        let direct = self.direct_grants().map(|grant| Holding { grant, until: None });
        let bound = self
            .bindings
            .iter()
            .map(|binding| Holding { grant: binding.grant.clone(), until: binding.until });
        direct.chain(bound).collect()
    }

    /// What the caller has without being let in by an org as one of its partner's staff.
    #[must_use]
    pub fn grants_without_break_glass(&self) -> Vec<Grant> {
        let bound = self.bindings.iter().filter(|binding| !binding.break_glass);
        self.direct_grants().chain(bound.map(|binding| binding.grant.clone())).collect()
    }

    /// What the roles of the membership amount to.
    fn direct_grants(&self) -> impl Iterator<Item = Grant> {
        let on = match self.kind {
            ScopeKind::Platform => GrantScope::Platform,
            ScopeKind::Partner => GrantScope::Partner(self.scope),
            ScopeKind::Org => GrantScope::Org(self.scope),
        };
        self.roles.iter().map(move |role| Grant { role: *role, on: on.clone() })
    }

    /// The caller's own scope, as something to have rights on.
    #[must_use]
    pub fn own_target(&self) -> Target {
        match (self.kind, self.partner) {
            (ScopeKind::Org, Some(partner)) => Target::Org { org: self.scope, partner },
            (ScopeKind::Partner, _) => Target::Partner { partner: self.scope },
            (ScopeKind::Platform | ScopeKind::Org, _) => Target::Platform,
        }
    }

    /// The caller as documents and the record show it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.kind {
            ScopeKind::Platform => {
                Actor { kind: ActorKind::Operator, id: self.user.to_string(), user_id: None }
            }
            ScopeKind::Partner | ScopeKind::Org => Actor {
                kind: ActorKind::ApiKey,
                id: self.key.access_key_id.as_str().to_owned(),
                user_id: Some(self.user),
            },
        }
    }
}
