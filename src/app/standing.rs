//! What is remembered of partners and orgs between requests: facts that every command needs and that seldom change.
//!
//! Remembered only while the ledger's head is confirmed, and forgotten scope by scope when rights change there; an
//! org's partner never changes and is remembered as long as there is room.

use super::Refused;
use crate::ledger::head::{Changed, HeadWatch};
use aggregates::partner::{ApprovalPolicy, SignupPolicy};
use projections::documents::{self, At, Which};
use projections::{orgs, partners};
use sqlx::PgPool;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use values::ScopeId;

/// The most of each that is remembered.
const MOST: usize = 100_000;

/// How a partner stands, as far as its orgs are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartnerStanding {
    /// Whether it can sell.
    pub active: bool,
    /// Whether orgs may sign up.
    pub signup: SignupPolicy,
    /// Whether orgs wait for approval.
    pub org_approval: ApprovalPolicy,
    /// The version of who may do what in it, under which all of this is so.
    pub authority: i64,
}

/// Remembers how partners and orgs stand.
#[derive(Debug)]
pub struct Standings {
    pool: PgPool,
    head: HeadWatch,
    remembered: Arc<Remembered>,
    org_partners: RwLock<HashMap<ScopeId, ScopeId>>,
}

/// What is forgotten when rights change in a partner's scope: also when it is renamed, deleted or changes its policy.
#[derive(Debug, Default)]
struct Remembered {
    partners: RwLock<HashMap<ScopeId, PartnerStanding>>,
    names: RwLock<HashMap<String, ScopeId>>,
    /// Counts how often something was forgotten, so that what was read before is not remembered after.
    forgotten: AtomicU64,
}

impl Standings {
    /// Over this database, remembering while this head is confirmed.
    #[must_use]
    pub fn new(pool: PgPool, head: HeadWatch) -> Self {
        let remembered = Arc::new(Remembered::default());
        let forgetful = Arc::clone(&remembered);
        head.on_authority_change(move |changed| forgetful.forget(changed));
        Self { pool, head, remembered, org_partners: RwLock::default() }
    }

    /// The partner of an org; `None` where there is no such org.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn partner_of(&self, org: ScopeId) -> Result<Option<ScopeId>, sqlx::Error> {
        if let Some(partner) = read(&self.org_partners, &org) {
            return Ok(Some(partner));
        }
        let partner = orgs::standing(&self.pool, org).await?.map(|standing| standing.partner);
        if let Some(partner) = partner {
            write(&self.org_partners, org, partner);
        }
        Ok(partner)
    }

    /// The live partner of this name.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn partner_named(&self, name: &str) -> Result<Option<ScopeId>, sqlx::Error> {
        if self.head.is_confirmed()
            && let Some(partner) = read(&self.remembered.names, name)
        {
            return Ok(Some(partner));
        }
        let ticket = self.remembered.ticket();
        let partner = partners::named(&self.pool, name).await?;
        if let Some(partner) = partner {
            self.remembered.unless_forgotten(ticket, |it| write(&it.names, name.to_owned(), partner));
        }
        Ok(partner)
    }

    /// How a partner stands.
    ///
    /// # Errors
    /// There is no such partner, or the database could not answer.
    pub async fn partner(&self, partner: ScopeId) -> Result<PartnerStanding, Refused> {
        if self.head.is_confirmed()
            && let Some(standing) = read(&self.remembered.partners, &partner)
        {
            return Ok(standing);
        }
        let ticket = self.remembered.ticket();
        // Before the document: what is newer than its version is found out by whoever relies on that.
        let authority = sqlx::query_scalar("SELECT authority FROM scopes WHERE org_id = $1")
            .bind(partner.as_uuid())
            .fetch_optional(&self.pool)
            .await?;
        let which = Which::Id(partner.as_uuid());
        let found = documents::get(&self.pool, ScopeId::PLATFORM, "Partner", which, At::Now).await?;
        let found = found.ok_or(Refused::NotFound)?;
        let document: api::Partner =
            serde_json::from_str(&found.json).map_err(|error| Refused::Broken(Arc::new(error)))?;
        let standing = standing(&document, authority.unwrap_or(0));
        self.remembered.unless_forgotten(ticket, |it| write(&it.partners, partner, standing));
        Ok(standing)
    }
}

fn standing(partner: &api::Partner, authority: i64) -> PartnerStanding {
    let policy = partner.spec.policy;
    PartnerStanding {
        active: partner.status.phase == api::PartnerPhase::Active,
        signup: match policy.signup {
            api::SignupPolicy::Closed => SignupPolicy::Closed,
            api::SignupPolicy::Open => SignupPolicy::Open,
        },
        org_approval: match policy.org_approval {
            api::ApprovalPolicy::Automatic => ApprovalPolicy::Automatic,
            api::ApprovalPolicy::Required => ApprovalPolicy::Required,
        },
        authority,
    }
}

impl Remembered {
    fn ticket(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    fn unless_forgotten(&self, ticket: u64, remember: impl FnOnce(&Self)) {
        if self.ticket() == ticket {
            remember(self);
            // Something may have been forgotten between the two: then this goes as well.
            if self.ticket() != ticket {
                self.clear();
            }
        }
    }

    fn forget(&self, changed: Changed) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        let Changed::In(scope) = changed else { return self.clear() };
        self.partners.write().unwrap_or_else(PoisonError::into_inner).remove(&scope);
        self.names.write().unwrap_or_else(PoisonError::into_inner).retain(|_, partner| *partner != scope);
    }

    fn clear(&self) {
        self.partners.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.names.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn read<K, Q, V>(map: &RwLock<HashMap<K, V>>, key: &Q) -> Option<V>
where
    K: Eq + Hash + std::borrow::Borrow<Q>,
    Q: Eq + Hash + ?Sized,
    V: Copy,
{
    map.read().unwrap_or_else(PoisonError::into_inner).get(key).copied()
}

fn write<K: Eq + Hash, V>(map: &RwLock<HashMap<K, V>>, key: K, value: V) {
    let mut map = map.write().unwrap_or_else(PoisonError::into_inner);
    if map.len() >= MOST {
        map.clear();
    }
    map.insert(key, value);
}
