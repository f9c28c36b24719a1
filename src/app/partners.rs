//! Partners: who sells clusters under a brand of their own.

use super::orgs::profile;
use super::plan::{Edit, Plan, UseCase};
use super::{Fault, Refused};
use aggregates::partner::{
    ApprovalPolicy, Brand, Partner, PartnerCommand, PartnerPolicy, PartnerSpec, SignupPolicy,
};
use api::PartnerInput;
use values::ScopeId;

/// The most links of a brand.
const MOST_LINKS: usize = 32;

/// Makes a partner.
#[derive(Debug)]
pub struct Create {
    /// What it shall be.
    pub input: PartnerInput,
}

impl UseCase for Create {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let id = plan.new_id();
        let command = PartnerCommand::Create {
            name: self.input.metadata.name.clone(),
            profile: profile(&self.input.metadata),
            spec: Box::new(spec(&self.input.spec)?),
        };
        let made = plan.create::<Partner>(ScopeId::from(id), id, command).await?;
        plan.answer(id, made.version, 201);
        Ok(())
    }
}

/// Sets what people set on a partner.
pub struct Update {
    /// Which.
    pub partner: ScopeId,
    /// What it shall be.
    pub edit: Edit<PartnerInput>,
}

impl UseCase for Update {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let id = self.partner.as_uuid();
        let loaded = plan.load_answer::<Partner>(id).await?;
        let input = plan.edited(id, loaded.version, &self.edit).await?;
        let command = PartnerCommand::Update {
            name: input.metadata.name.clone(),
            profile: profile(&input.metadata),
            spec: Box::new(spec(&input.spec)?),
        };
        let after = plan.decide(self.partner, id, loaded, command).await?;
        plan.answer(id, after.version, 200);
        Ok(())
    }
}

/// What the operator says to a partner.
#[derive(Clone, Copy, Debug)]
pub enum Verb {
    /// Delete it.
    Delete,
    /// Bring it back.
    Restore,
}

/// Moves a partner through its life.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// Which.
    pub partner: ScopeId,
    /// Where to.
    pub verb: Verb,
}

impl UseCase for Move {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let command = match self.verb {
            Verb::Delete => PartnerCommand::Delete,
            Verb::Restore => PartnerCommand::Restore,
        };
        plan.change::<Partner>(self.partner, self.partner.as_uuid(), command).await?;
        Ok(())
    }
}

/// What people set, as the aggregate keeps it.
fn spec(input: &api::PartnerSpec) -> Result<PartnerSpec, Refused> {
    if input.links.len() > MOST_LINKS {
        return Err(Refused::Faults(vec![Fault {
            pointer: "/spec/links".to_owned(),
            code: "too_many".to_owned(),
            detail: format!("a brand has at most {MOST_LINKS} links"),
        }]));
    }
    Ok(PartnerSpec {
        brand: Brand {
            host: input.host.clone(),
            product_name: input.product_name.clone(),
            logo_url: input.logo_url.clone(),
            icon_url: input.icon_url.clone(),
            primary_color: input.colors.primary.clone(),
            accent_color: input.colors.accent.clone(),
            links: input.links.clone(),
        },
        policy: PartnerPolicy {
            signup: match input.policy.signup {
                api::SignupPolicy::Closed => SignupPolicy::Closed,
                api::SignupPolicy::Open => SignupPolicy::Open,
            },
            org_approval: match input.policy.org_approval {
                api::ApprovalPolicy::Automatic => ApprovalPolicy::Automatic,
                api::ApprovalPolicy::Required => ApprovalPolicy::Required,
            },
        },
    })
}
