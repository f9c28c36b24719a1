//! Erasing: a scope forgets who a member was. The key that what it knows of the member is sealed under is destroyed; with
//! the last scope that knows the user, the identity goes, too.

use super::plan::{Plan, UseCase};
use super::users::{MemberScope, end_all};
use super::{App, Call, Done, Refused};
use crate::background::Background;
use crate::ids::membership_id;
use crate::ledger::LedgerError;
use crate::ledger::compose::Loaded;
use crate::ledger::erasures::{Caught, Erasure, ErasureError};
use aggregates::membership::{Membership, MembershipCommand, MembershipPhase};
use aggregates::user::{User, UserCommand};
use projections::{members, people};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use values::{Email, ScopeId};

/// How often the list outside the database is held against the ledger.
const EVERY: Duration = Duration::from_secs(1);

/// Erases a member, on somebody's word that is said twice.
#[derive(Debug)]
pub struct Erase {
    /// From where.
    pub of: MemberScope,
    /// Whom.
    pub user: Uuid,
    /// Its address or id once more.
    pub confirm: String,
}

impl UseCase for Erase {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let membership = membership_id(self.of.id, self.user);
        let loaded = plan.load_answer::<Membership>(membership).await?;
        // Nobody can say the address of one who was erased already; and nothing is done to it.
        if loaded.state.phase != MembershipPhase::Erased {
            self.require_confirmation(plan, &loaded.state).await?;
        }
        erase(plan, self.of.id, self.user, membership, loaded).await
    }
}

impl Erase {
    async fn require_confirmation(&self, plan: &Plan<'_>, member: &Membership) -> Result<(), Refused> {
        if Uuid::try_parse(&self.confirm) == Ok(self.user) {
            return Ok(());
        }
        if let (Ok(email), Some(person)) = (Email::parse(&self.confirm), member.person())
            && let Some(person) = plan.app.people.find(person).await?
            && member.email.as_ref() == Some(&person.seal(email.as_str()))
        {
            return Ok(());
        }
        Err(Refused::Invalid {
            pointer: "/confirm",
            code: "confirmation_mismatch",
            detail: "this is not the user's e-mail address, nor its id: say once more who shall be erased"
                .to_owned(),
        })
    }
}

/// Erases a member again, of a database that is from before it was erased.
struct EraseAgain(Erasure);

impl UseCase for EraseAgain {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let Erasure { person, scope, user } = self.0;
        let membership = membership_id(scope, user);
        let loaded = plan.load_answer::<Membership>(membership).await?;
        plan.acts_in(scope);
        plan.answer(membership, loaded.version, 200);
        // Whoever was added again since is known by another key.
        if loaded.state.person() != Some(person) {
            return Ok(());
        }
        erase(plan, scope, user, membership, loaded).await
    }
}

async fn erase(
    plan: &mut Plan<'_>,
    scope: ScopeId,
    user: Uuid,
    membership: Uuid,
    loaded: Loaded<Membership>,
) -> Result<(), Refused> {
    let (before, person) = (loaded.version, loaded.state.person());
    let after = plan.decide(scope, membership, loaded, MembershipCommand::Erase).await?;
    plan.answer(membership, after.version, 200);
    if after.version == before {
        return Ok(());
    }
    end_all(plan, scope, user, membership).await?;
    if !people::is_known_elsewhere(&plan.app.pool, user, membership).await? {
        erase_identity(plan, user).await?;
    }
    // Where it is the identity's own, it goes with that.
    if let Some(person) = person.filter(|person| *person != user) {
        plan.destroy_key(person);
    }
    Ok(())
}

/// Frees the address, of which there is nothing but a keyed hash that could be looked up.
async fn erase_identity(plan: &mut Plan<'_>, user: Uuid) -> Result<(), Refused> {
    let loaded = plan.load::<User>(user).await?;
    let (Some(home), Some(email)) = (loaded.state.home, loaded.state.email.clone()) else { return Ok(()) };
    if let Some(hash) = people::email_hash_of(&plan.app.pool, home, user).await? {
        plan.claim_as(&email, hash);
    }
    plan.decide(home, user, loaded, UserCommand::Erase).await?;
    plan.destroy_key(user);
    Ok(())
}

impl App {
    /// Erases a member. When this returns, it is also in the list outside the database.
    ///
    /// # Errors
    /// See [`Refused`]. Where the list cannot be written, the member is erased and nobody is told so: asking again is what
    /// helps.
    pub async fn erase(self: &Arc<Self>, call: Call, erase: Erase) -> Result<Done, Refused> {
        let done = self.run(call, erase).await?;
        if done.dry_run.is_none() {
            self.erasures.catch_up().await.map_err(|error| LedgerError::Unavailable(Arc::new(error)))?;
        }
        Ok(done)
    }

    /// Erases again everybody who was ever erased, where the database is from before that. Their keys are destroyed when
    /// this returns; a member who cannot leave, as the last who administers, stays and has no name.
    ///
    /// # Errors
    /// The list cannot be read, or the database could not answer.
    pub async fn erase_again(self: &Arc<Self>) -> Result<(), ErasureError> {
        let erased = self.erasures.apply().await?;
        let membership = |erasure: &Erasure| membership_id(erasure.scope, erasure.user);
        let all: Vec<_> = erased.iter().map(|erasure| (erasure.scope, membership(erasure))).collect();
        let known = members::not_erased(&self.pool, &all).await?;
        for erasure in erased {
            if known.get(&membership(&erasure)) != Some(&erasure.person) {
                continue;
            }
            let Erasure { scope, user, .. } = erasure;
            self.ledger.head().authority_changed(scope);
            match self.run_for_nobody(EraseAgain(erasure)).await {
                Ok(_) => tracing::warn!(user.id = %user, org.id = %scope, "Erased a user again"),
                Err(refused) => tracing::error!(
                    error = &refused as &dyn std::error::Error,
                    user.id = %user,
                    org.id = %scope,
                    "A user whose key is destroyed is a member still: remove it"
                ),
            }
        }
        Ok(())
    }

    /// Keeps the list outside the database up with the ledger, also with what other processes record, until it is stopped.
    pub fn keep_erasures(self: &Arc<Self>) -> Background {
        let stop = CancellationToken::new();
        let (app, stopped) = (Arc::clone(self), stop.clone());
        let work = async move {
            while stopped.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
                let kept = match app.erasures.catch_up().await {
                    Ok(Caught::Up) => Ok(()),
                    Ok(Caught::InAnotherLife) => app.erase_again().await,
                    Err(error) => Err(error),
                };
                if let Err(error) = kept {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "Could not keep the list of erasures: trying again"
                    );
                }
            }
        };
        Background::start("Keeping the list of erasures", stop, work)
    }
}
