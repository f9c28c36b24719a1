//! Who is calling: from a presented secret to a caller with its rights as they are now.
//!
//! What was found out about a credential is remembered only as long as the ledger's head is confirmed, and forgotten
//! when somebody's rights change in its scope. For commands the ledger judges once more under its lock.

mod cache;
mod caller;
mod holding;
mod last_use;
mod look_up;

pub use caller::{AuthMethod, Caller, KeyInfo};
pub use holding::HeldBinding;
pub use last_use::{LastUses, flush};
pub use look_up::{MemberRights, rights_of};

use crate::crypto::Keyring;
use crate::ledger::head::HeadWatch;
use cache::Remembered;
use look_up::Known;
use sqlx::PgPool;
use std::net::IpAddr;
use std::sync::Arc;
use values::{AccessKeyId, KeySecret, ScopeKind, Timestamp};

/// Why a caller is not let in.
#[derive(Debug, thiserror::Error)]
pub enum NotLetIn {
    /// Unknown, wrong, expired, revoked, or from the wrong network: not told apart.
    #[error("the credential opens nothing")]
    Unknown,
    /// The membership of this caller is suspended.
    #[error("the user is suspended")]
    Suspended(Box<Caller>),
    /// The org of this caller is not active.
    #[error("the org is not active")]
    OrgInactive(Box<Caller>),
    /// The database could not answer.
    #[error("the credential could not be looked up")]
    Unavailable(#[from] sqlx::Error),
}

/// Lets callers in.
#[derive(Debug)]
pub struct Authenticator {
    pool: PgPool,
    keyring: Arc<Keyring>,
    head: HeadWatch,
    remembered: Arc<Remembered>,
}

impl Authenticator {
    /// An authenticator over this database and keyring, which remembers while this head is confirmed.
    #[must_use]
    pub fn new(pool: PgPool, keyring: Arc<Keyring>, head: HeadWatch) -> Self {
        let remembered = Arc::new(Remembered::default());
        let forgetful = Arc::clone(&remembered);
        head.on_authority_change(move |changed| forgetful.forget(changed));
        Self { pool, keyring, head, remembered }
    }

    /// Who shows this secret, from this address, at this time.
    ///
    /// # Errors
    /// See [`NotLetIn`].
    pub async fn authenticate(
        &self,
        secret: &KeySecret,
        method: AuthMethod,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<Caller, NotLetIn> {
        let Some(known) = self.known(secret).await? else {
            self.keyring.verify_nothing(secret);
            return Err(NotLetIn::Unknown);
        };
        if !self.keyring.verify(secret, &known.verifier) {
            return Err(NotLetIn::Unknown);
        }
        let caller = &known.caller;
        let expired = caller.key.expires_at.is_some_and(|end| end <= now);
        let cidrs = &caller.key.cidrs;
        let elsewhere = !cidrs.is_empty() && !cidrs.iter().any(|cidr| cidr.contains(address));
        if !known.key_works || expired || elsewhere {
            return Err(NotLetIn::Unknown);
        }
        let mut caller = Caller { method, ..caller.clone() };
        caller.bindings.retain(|binding| binding.is_in_force(now));
        match known.membership_phase.as_str() {
            "invited" | "active" => {}
            "suspended" => return Err(NotLetIn::Suspended(Box::new(caller))),
            _ => return Err(NotLetIn::Unknown),
        }
        match (caller.kind, known.scope_phase.as_deref()) {
            (ScopeKind::Platform, _) | (_, Some("active")) => Ok(caller),
            (ScopeKind::Org, _) => Err(NotLetIn::OrgInactive(Box::new(caller))),
            // A partner is deleted only when it has no orgs: nothing is left that its staff could know of.
            (ScopeKind::Partner, _) => Err(NotLetIn::Unknown),
        }
    }

    /// Whose key this is, with what it could do as things are now, from anywhere: nothing, where it lets nobody in.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn standing_of(&self, id: &AccessKeyId, now: Timestamp) -> Result<Option<Caller>, sqlx::Error> {
        let Some(known) = look_up::look_up(&self.pool, id).await? else { return Ok(None) };
        let expired = known.caller.key.expires_at.is_some_and(|end| end <= now);
        let is_live = matches!(known.membership_phase.as_str(), "invited" | "active");
        let is_open =
            known.caller.kind == ScopeKind::Platform || known.scope_phase.as_deref() == Some("active");
        let mut caller = known.caller;
        if !known.key_works || expired || !is_live || !is_open {
            caller.roles.clear();
            caller.bindings.clear();
        }
        caller.bindings.retain(|binding| binding.is_in_force(now));
        Ok(Some(caller))
    }

    async fn known(&self, secret: &KeySecret) -> Result<Option<Arc<Known>>, sqlx::Error> {
        let id = secret.access_key_id();
        if self.head.is_confirmed()
            && let Some(known) = self.remembered.get(&id)
        {
            return Ok(Some(known));
        }
        let ticket = self.remembered.ticket();
        let known = look_up::look_up(&self.pool, &id).await?.map(Arc::new);
        if let Some(known) = &known {
            self.remembered.put(ticket, id, Arc::clone(known));
        }
        Ok(known)
    }
}
