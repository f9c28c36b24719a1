//! Whether somebody may (still) follow, and what it sees then.

use super::Sight;
use crate::app::call::{Call, decide_reading, require};
use crate::app::{App, Refused};
use crate::authn::{AuthMethod, Caller};
use crate::authz::{Permission, Target};
use std::net::IpAddr;
use values::{KeySecret, ScopeId};

/// Everything needed to ask again whether somebody may follow.
#[derive(Clone, Debug)]
pub struct Admitted {
    secret: KeySecret,
    method: AuthMethod,
    address: IpAddr,
    client: &'static str,
    permission: Permission,
    target: Target,
    /// The org and its partner; none for the installation.
    org: Option<(ScopeId, ScopeId)>,
}

impl Admitted {
    /// Whoever was let in to follow an org (and its partner is this one), or the installation; and what it sees.
    #[must_use]
    pub fn new(call: Call, org: Option<(ScopeId, ScopeId)>) -> (Self, Sight) {
        let admitted = Self {
            secret: call.secret,
            method: call.caller.method,
            address: call.origin.address,
            client: call.origin.client,
            permission: call.permission,
            target: call.target,
            org,
        };
        let sight = admitted.sight(call.caller);
        (admitted, sight)
    }

    fn sight(&self, caller: Caller) -> Sight {
        match self.org {
            Some((org, partner)) => Sight::of_org(caller, org, partner),
            None => Sight::LivesOfOrgs { partner: caller.partner },
        }
    }
}

impl App {
    /// What somebody who follows sees now.
    ///
    /// # Errors
    /// It is not let in any more, or the right is gone; or the database could not answer.
    pub async fn sight(&self, admitted: &Admitted) -> Result<Sight, Refused> {
        let now = self.clock.now();
        let Admitted { secret, method, address, client, permission, target, .. } = admitted;
        let caller = self.authenticator.authenticate(secret, *method, *address, now).await?;
        self.last_uses.saw(&caller, now, *address, client);
        require(decide_reading(&caller, *permission, *target, false))?;
        Ok(admitted.sight(caller))
    }
}
