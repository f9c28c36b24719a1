//! The first start: a platform operator with a key, and a partner named `default`.

use super::plan::{Plan, UseCase};
use super::secrets::ShownOnce;
use super::users::new_member;
use super::{App, Done, Refused};
pub(super) use crate::crypto::EMAIL;
use crate::crypto::issue_key;
use crate::ids::membership_id;
use aggregates::api_key::{ApiKey, ApiKeyCommand, Issue, KeyScope};
use aggregates::membership::{Access, Add, Membership, MembershipCommand};
use aggregates::partner::{Partner, PartnerCommand, PartnerSpec};
use aggregates::profile::Profile;
use aggregates::user::{User, UserCommand};
use projections::people;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use values::{Description, DisplayName, KeySecret, Name, Role, ScopeId, ScopeKind};

/// The address under which the operator that the first start makes is known. Nothing is ever sent to it.
const OPERATOR: &str = "operator@quarterdeck.invalid";
/// The name of the first partner.
const FIRST_PARTNER: &str = "default";

impl App {
    /// On an empty ledger, makes the operator, its first key and the first partner. Returns the key's secret, once;
    /// `None` where somebody has been here before.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn bootstrap(self: &Arc<Self>) -> Result<Option<KeySecret>, Refused> {
        let position: i64 =
            sqlx::query_scalar("SELECT position FROM ledger_head").fetch_one(&self.pool).await?;
        if position > 0 {
            return Ok(None);
        }
        match self.run_for_nobody(FirstStart).await {
            Ok(done) => Ok(key_of(done)),
            // Another process was faster.
            Err(Refused::Admission(_) | Refused::Conflict) => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    /// Issues another key to the first operator, on the host's word.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn issue_operator_key(self: &Arc<Self>) -> Result<Option<KeySecret>, Refused> {
        Ok(key_of(self.run_for_nobody(OperatorKey).await?))
    }
}

/// The key that an answer shows.
fn key_of(done: Done) -> Option<KeySecret> {
    match done.secret {
        Some(ShownOnce::Key(secret)) => Some(secret),
        Some(ShownOnce::Signing(_) | ShownOnce::Join(_)) | None => None,
    }
}

/// Makes the operator, its key and the first partner in one unit.
struct FirstStart;

impl UseCase for FirstStart {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let partner = plan.new_id();
        let create = PartnerCommand::Create {
            name: fixed(Name::parse(FIRST_PARTNER))?,
            profile: Profile::default(),
            spec: Box::new(PartnerSpec::default()),
        };
        plan.create::<Partner>(ScopeId::from(partner), partner, create).await?;

        let (home, user) = (ScopeId::PLATFORM, plan.new_id());
        let membership = membership_id(home, user);
        let email = plan.new_person(user, home).seal(OPERATOR);
        plan.claim_as(&email, plan.app.keyring.lookup_hash(EMAIL, OPERATOR));
        plan.create::<User>(home, user, UserCommand::Register { home, email }).await?;
        let person = new_member(plan, home);
        let add = Add {
            user,
            kind: ScopeKind::Platform,
            email: person.seal(OPERATOR),
            first_name: None,
            last_name: Some(person.seal("Operator")),
            access: Access::Console,
            roles: BTreeSet::from([Role::Operator]),
        };
        plan.create::<Membership>(home, membership, MembershipCommand::Add(Box::new(add))).await?;
        issue(plan, user, membership).await
    }
}

/// Issues a key to the first operator.
struct OperatorKey;

impl UseCase for OperatorKey {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let hash = plan.app.keyring.lookup_hash(EMAIL, OPERATOR);
        let user = people::by_email_hash(&plan.app.pool, ScopeId::PLATFORM, &hash).await?;
        let user = user.ok_or(Refused::NotFound)?;
        issue(plan, user, membership_id(ScopeId::PLATFORM, user)).await
    }
}

async fn issue(plan: &mut Plan<'_>, user: Uuid, membership: Uuid) -> Result<(), Refused> {
    let key = plan.new_id();
    let (access_key_id, secret) = issue_key(&plan.app.random);
    let command = ApiKeyCommand::Issue(Box::new(Issue {
        membership,
        user,
        name: fixed(Name::parse("operator"))?,
        display_name: DisplayName::default(),
        description: Description::default(),
        access_key_id,
        scope: KeyScope::default(),
        expires_at: None,
        by_partner: false,
    }));
    let made = plan.create::<ApiKey>(ScopeId::PLATFORM, key, command).await?;
    plan.show_once(ScopeId::PLATFORM, key, secret);
    plan.answer(key, made.version, 201);
    Ok(())
}

/// A value written down in this file.
fn fixed<T>(parsed: Result<T, values::Invalid>) -> Result<T, Refused> {
    parsed.map_err(|error| Refused::Broken(Arc::new(error)))
}
