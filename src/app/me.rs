//! Who somebody is, as far as its credential reaches.

use super::{App, Refused};
use crate::authn::{Caller, NotLetIn};
use crate::authz::scope_permissions;
use api::{Me, MeKey, MeMembership, MeUser, MembershipKind, User};
use projections::members;
use std::sync::Arc;
use values::ScopeKind;

impl App {
    /// The caller, its memberships and its rights, as JSON of an [`Me`].
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn me(&self, caller: &Caller) -> Result<String, Refused> {
        let scopes = [caller.scope];
        let found = members::memberships_of(&self.pool, &scopes, caller.user).await?;
        // Removed since the caller was let in: it would not be let in now.
        let gone = || Refused::from(NotLetIn::Unknown);
        let (_, name, document) = found.into_iter().next().ok_or_else(gone)?;
        let member: User = serde_json::from_str(&document).map_err(broken)?;
        let kind = match caller.kind {
            ScopeKind::Platform => MembershipKind::Platform,
            ScopeKind::Partner => MembershipKind::Partner,
            ScopeKind::Org => MembershipKind::Org,
        };
        let permissions = scope_permissions(&caller.grants(), &caller.key.restrictions, caller.own_target());
        let me = Me {
            user: MeUser {
                id: caller.user,
                email: member.spec.email,
                first_name: member.spec.first_name,
                last_name: member.spec.last_name,
            },
            memberships: vec![MeMembership {
                kind,
                id: caller.scope.as_uuid(),
                name,
                phase: phase(member.status.phase).to_owned(),
                roles: member.spec.roles.clone(),
            }],
            key: MeKey {
                id: caller.key.id,
                access_key_id: caller.key.access_key_id.clone(),
                expires_at: caller.key.expires_at,
                read_only: caller.key.restrictions.read_only,
            },
            roles: member.spec.roles,
            permissions: permissions.iter().map(|permission| permission.as_str().to_owned()).collect(),
        };
        let json = serde_json::to_string(&me).map_err(broken)?;
        Ok(self.people.open(json).await?)
    }
}

const fn phase(phase: api::UserPhase) -> &'static str {
    match phase {
        api::UserPhase::Invited => "invited",
        api::UserPhase::Active => "active",
        api::UserPhase::Suspended => "suspended",
        api::UserPhase::Removed => "removed",
        api::UserPhase::Erased => "erased",
    }
}

fn broken(error: serde_json::Error) -> Refused {
    Refused::Broken(Arc::new(error))
}
