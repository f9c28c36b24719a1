//! A call: who asks for what, from where, and under which right.

use crate::authn::{AuthMethod, Caller};
use crate::authz::{
    AccessRequest, Decision, Grant, KeyRestrictions, Permission, Reach, Target, authorize, granting_roles,
};
use crate::crypto::sha256;
use crate::ledger::unit::Idempotency;
use std::net::IpAddr;
use uuid::Uuid;
use values::{KeySecret, Reason};

use super::Refused;

/// What a request says beside what it asks for.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The request.
    pub request_id: String,
    /// What belongs together; the request's own id where the caller said nothing.
    pub correlation_id: String,
    /// Why, as the caller says.
    pub reason: Option<Reason>,
    /// By which kind of client: `console`, `rctl`, `api` or `agent`.
    pub client: &'static str,
    /// By which program.
    pub user_agent: Option<String>,
    /// From where.
    pub address: IpAddr,
}

/// How a command wants to be taken.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// `Idempotency-Key`, and what to fingerprint: method, path, query, body and `If-Match`.
    pub idempotency: Option<(String, Vec<u8>)>,
    /// The versions that `If-Match` admits.
    pub if_match: Option<Expected>,
    /// The versions that `If-None-Match` excludes.
    pub if_none_match: Option<Expected>,
    /// Judge, and record nothing.
    pub dry_run: bool,
}

/// What `If-Match` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Any version, as long as there is one.
    Any,
    /// One of these versions.
    OneOf(Vec<i64>),
}

impl Expected {
    /// Whether this version will do.
    #[must_use]
    pub fn admits(&self, version: i64) -> bool {
        match self {
            Self::Any => version > 0,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }
}

/// A caller, its right, and everything needed to ask again whether it still has it.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who.
    pub caller: Caller,
    /// The secret that was shown, for asking again.
    pub secret: KeySecret,
    /// The right.
    pub permission: Permission,
    /// What was asked, for the record: `org.approve`.
    pub action: &'static str,
    /// On what.
    pub target: Target,
    /// Whether the caller made the thing itself.
    pub made_by_caller: bool,
    /// How far the right reaches.
    pub reach: Reach,
    /// What the request says beside.
    pub origin: Origin,
    /// How the command wants to be taken.
    pub conditions: Conditions,
}

impl Call {
    /// Whether the caller has a right on something.
    #[must_use]
    pub fn may(&self, permission: Permission, target: Target) -> bool {
        decide(&self.caller, permission, target, false).is_allowed()
    }

    /// Requires a right on something, beside the one that the call came in by.
    ///
    /// # Errors
    /// [`Refused::Forbidden`], or [`Refused::NotFound`] where the caller may not know of it.
    pub fn require(&self, permission: Permission, target: Target) -> Result<(), Refused> {
        require(decide(&self.caller, permission, target, false)).map(|_| ())
    }

    /// The binding by which an org lets one of its partner's staff do this, where nothing else does.
    #[must_use]
    pub fn break_glass(&self) -> Option<Uuid> {
        let caller = &self.caller;
        let may = |grants: &[Grant]| {
            let request = AccessRequest {
                grants,
                restrictions: &caller.key.restrictions,
                permission: self.permission,
                target: self.target,
                made_by_caller: self.made_by_caller,
            };
            authorize(&request).is_allowed()
        };
        if caller.bindings.is_empty() || may(&caller.grants_without_break_glass()) {
            return None;
        }
        let broken = caller.bindings.iter().filter(|binding| binding.break_glass);
        broken.into_iter().find(|binding| may(std::slice::from_ref(&binding.grant))).map(|binding| binding.id)
    }

    /// The key under which the answer is kept, if the caller gave one.
    #[must_use]
    pub fn idempotency(&self) -> Option<Idempotency> {
        let (key, asked) = self.conditions.idempotency.as_ref()?;
        Some(Idempotency {
            scope: self.caller.scope,
            actor: self.caller.membership.to_string(),
            key: key.clone(),
            fingerprint: sha256(asked),
        })
    }
}

/// Asks the table.
#[must_use]
pub fn decide(caller: &Caller, permission: Permission, target: Target, made_by_caller: bool) -> Decision {
    if permission == Permission::ApiKeyOwn {
        return own_keys(caller, target, caller.key.restrictions.read_only);
    }
    authorize(&AccessRequest {
        grants: &caller.grants(),
        restrictions: &caller.key.restrictions,
        permission,
        target,
        made_by_caller,
    })
}

/// Asks the table, for something that changes nothing: a key that only reads may look at its user's own keys too.
#[must_use]
pub fn decide_reading(
    caller: &Caller,
    permission: Permission,
    target: Target,
    made_by_caller: bool,
) -> Decision {
    if permission == Permission::ApiKeyOwn {
        return own_keys(caller, target, false);
    }
    decide(caller, permission, target, made_by_caller)
}

/// Own keys are those of the caller's own membership, and nowhere else: a wider role does not make those of another
/// scope one's own. Which projects a key is good for makes no difference.
fn own_keys(caller: &Caller, target: Target, read_only: bool) -> Decision {
    let permission = Permission::ApiKeyOwn;
    let restrictions = KeyRestrictions { read_only, projects: vec![], ..caller.key.restrictions.clone() };
    let decision = authorize(&AccessRequest {
        grants: &caller.grants(),
        restrictions: &restrictions,
        permission,
        target,
        made_by_caller: true,
    });
    if decision.is_allowed() && target != caller.own_target() {
        return Decision::Denied {
            missing: permission,
            granted_by_roles: granting_roles(permission),
            visible: true,
        };
    }
    decision
}

/// What the table says, as what the caller is told: 404 where it may not know, 403 where it may.
///
/// # Errors
/// [`Refused::NotFound`] or [`Refused::Forbidden`].
pub fn require(decision: Decision) -> Result<Reach, Refused> {
    match decision {
        Decision::Allowed { reach, .. } => Ok(reach),
        Decision::Denied { visible: false, .. } => Err(Refused::NotFound),
        Decision::Denied { missing, granted_by_roles, .. } => {
            Err(Refused::Forbidden { missing, granted_by: granted_by_roles })
        }
    }
}

/// How a credential was shown, and what was shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The secret.
    pub secret: KeySecret,
    /// How.
    pub method: AuthMethod,
}

/// The id of the object, where a path names one, for the record of attempts.
pub type ObjectId = Option<Uuid>;
