//! Signing up: an org that nobody made for its first user.
//!
//! What is answered does not tell whether the address is known already: the identity is found or made, and the reply
//! shows neither.

use super::bootstrap::EMAIL;
use super::call::Origin;
use super::people::Person;
use super::plan::{Plan, UseCase};
use super::{App, Done, Refused};
use crate::ledger::unit::Refusal;
use aggregates::facts::ClaimKind;
use aggregates::membership::{Access, Add, Membership, MembershipCommand};
use aggregates::org::{self, Org, OrgCommand, OrgSpec};
use aggregates::partner::SignupPolicy;
use aggregates::profile::Profile;
use aggregates::user::{User, UserCommand};
use api::Signup;
use projections::{orgs, partners, people};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use values::{HostName, Role, ScopeId, ScopeKind};

/// The part of the system that acts when somebody signs up.
pub(super) const SIGNUP: &str = "signup";
/// The most orgs that may wait for a partner's word before others are turned away.
const MOST_WAITING: i64 = 1_000;
/// The partner of hosts that no partner has.
const FALLBACK: &str = "default";
/// How often it is tried again when the same address signs up twice at the same time.
const MOST_TRIES: usize = 3;

/// Makes an org that waits for its partner's word, and its first user.
#[derive(Clone, Debug)]
struct SignUp {
    partner: ScopeId,
    input: Arc<Signup>,
    origin: Origin,
}

impl App {
    /// An org signs up with the partner whose console is served under this host.
    ///
    /// # Errors
    /// The partner does not take sign-ups, too many wait, or the org's name is taken.
    pub async fn sign_up(
        self: &Arc<Self>,
        host: Option<&HostName>,
        input: Signup,
        origin: Origin,
    ) -> Result<Done, Refused> {
        let by_host = match host {
            Some(host) => partners::by_host(&self.pool, host.as_str()).await?,
            None => None,
        };
        let partner = match by_host {
            Some(partner) => Some(partner),
            None => self.standings.partner_named(FALLBACK).await?,
        };
        let partner = partner.ok_or(Refused::SignupClosed)?;
        let sign_up = SignUp { partner, input: Arc::new(input), origin };
        for _ in 0..MOST_TRIES {
            match self.run_for_nobody(sign_up.clone()).await {
                // Made known a moment ago: the next time it is found.
                Err(Refused::Admission(Refusal::Claimed { kind: ClaimKind::UserEmail, .. })) => {}
                outcome => return outcome,
            }
        }
        Err(Refused::Conflict)
    }
}

impl UseCase for SignUp {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let partner = plan.app.standings.partner(self.partner).await?;
        if !partner.active || partner.signup == SignupPolicy::Closed {
            return Err(Refused::SignupClosed);
        }
        if orgs::waiting(&plan.app.pool, self.partner, MOST_WAITING).await? >= MOST_WAITING {
            return Err(Refused::TooManyRequests("Too many orgs wait for approval here.".to_owned()));
        }
        let id = plan.new_id();
        let scope = ScopeId::from(id);
        let create = org::Create {
            partner: self.partner,
            origin: org::Origin::Signup,
            name: self.input.org.name.clone(),
            profile: Profile { display_name: self.input.org.display_name.clone(), ..Profile::default() },
            spec: OrgSpec::default(),
            approved_at: None,
        };
        let made = plan.create::<Org>(scope, id, OrgCommand::Create(Box::new(create))).await?;
        let person = self.identity(plan).await?;
        plan.acts_for_public(SIGNUP, SIGNUP, &self.origin, &person);
        let user = &self.input.user;
        let add = Add {
            user: person.id,
            kind: ScopeKind::Org,
            email: person.seal(user.email.as_str()),
            first_name: person.seal_unless_empty(user.first_name.as_str()),
            last_name: person.seal_unless_empty(user.last_name.as_str()),
            access: Access::Console,
            roles: BTreeSet::from([Role::OrgAdmin]),
        };
        let membership: Uuid = plan.new_id();
        plan.create::<Membership>(scope, membership, MembershipCommand::Add(Box::new(add))).await?;
        plan.answer(id, made.version, 202);
        Ok(())
    }
}

impl SignUp {
    /// The identity that has the address in the partner: the one that is known, or a new one.
    async fn identity(&self, plan: &mut Plan<'_>) -> Result<Person, Refused> {
        let email = self.input.user.email.as_str();
        let email_hash = plan.app.keyring.lookup_hash(EMAIL, email);
        let known = people::by_email_hash(&plan.app.pool, self.partner, &email_hash).await?;
        if let Some(known) = known {
            return plan.app.people.find(known).await?.ok_or(Refused::NotFound);
        }
        let id = plan.new_id();
        let person = plan.new_person(id, self.partner);
        let register = UserCommand::Register { home: self.partner, email: person.seal(email), email_hash };
        plan.create::<User>(self.partner, id, register).await?;
        Ok(person)
    }
}
