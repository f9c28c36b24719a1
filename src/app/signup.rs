//! Signing up: an org that nobody made for its first user.
//!
//! What is answered does not tell whether the address is known already: the identity is found or made, and the reply
//! shows neither.

use super::call::Origin;
use super::plan::{Plan, UseCase};
use super::users::{identity, new_member};
use super::{App, Done, Refused};
use crate::ids::membership_id;
use aggregates::membership::{Access, Add, Membership, MembershipCommand};
use aggregates::org::{self, Org, OrgCommand, OrgSpec};
use aggregates::partner::SignupPolicy;
use aggregates::profile::Profile;
use api::Signup;
use projections::{orgs, partners};
use std::collections::BTreeSet;
use std::sync::Arc;
use values::{HostName, Role, ScopeId, ScopeKind};

/// The part of the system that acts when somebody signs up.
pub(super) const SIGNUP: &str = "signup";
/// The most orgs that may wait for a partner's word before others are turned away.
const MOST_WAITING: i64 = 1_000;
/// The partner of hosts that no partner has.
const FALLBACK: &str = "default";

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
        self.run_for_nobody(sign_up).await
    }
}

impl UseCase for SignUp {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let partner = plan.partner(self.partner).await?;
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
        let user = identity(plan, self.partner, &self.input.user.email).await?;
        let person = new_member(plan, scope);
        plan.acts_for_public(SIGNUP, SIGNUP, &self.origin, &person);
        let said = &self.input.user;
        let add = Add {
            user,
            kind: ScopeKind::Org,
            email: person.seal(said.email.as_str()),
            first_name: person.seal_unless_empty(said.first_name.as_str()),
            last_name: person.seal_unless_empty(said.last_name.as_str()),
            access: Access::Console,
            roles: BTreeSet::from([Role::OrgAdmin]),
        };
        let add = MembershipCommand::Add(Box::new(add));
        plan.create::<Membership>(scope, membership_id(scope, user), add).await?;
        plan.answer(id, made.version, 202);
        Ok(())
    }
}
