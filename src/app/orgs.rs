//! Orgs: what a partner does with its customers.

use super::Refused;
use super::people::Person;
use super::plan::{Edit, Plan, UseCase};
use aggregates::org::{self, Contact, Org, OrgCommand, OrgSettings, OrgSpec, Origin};
use aggregates::partner::ApprovalPolicy;
use aggregates::profile::Profile;
use api::{ContactInput, OrgInput};
use uuid::Uuid;
use values::{NameOrId, Reason, ScopeId, Sealed};

/// Makes an org.
#[derive(Debug)]
pub struct Create {
    /// In which partner.
    pub partner: ScopeId,
    /// What it shall be.
    pub input: OrgInput,
}

impl UseCase for Create {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let partner = plan.partner(self.partner).await?;
        let id = plan.new_id();
        let scope = ScopeId::from(id);
        let input = &self.input;
        let contact = contact(plan, scope, None, input.spec.contact.as_ref()).await?;
        let approved_at = match partner.org_approval {
            ApprovalPolicy::Automatic => Some(plan.now),
            ApprovalPolicy::Required => None,
        };
        let create = org::Create {
            partner: self.partner,
            origin: Origin::Partner,
            name: input.metadata.name.clone(),
            profile: profile(&input.metadata),
            spec: spec(input, contact)?,
            approved_at,
        };
        let made = plan.create::<Org>(scope, id, OrgCommand::Create(Box::new(create))).await?;
        plan.answer(id, made.version, 201);
        Ok(())
    }
}

/// Sets what people set on an org.
pub struct Update {
    /// Which.
    pub org: ScopeId,
    /// What it shall be.
    pub edit: Edit<OrgInput>,
}

impl UseCase for Update {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let id = self.org.as_uuid();
        let loaded = plan.load_answer::<Org>(id).await?;
        let input = &plan.edited(id, loaded.version, &self.edit).await?;
        if let Some(asked) = &input.spec.partner
            && !is_partner(plan, asked, loaded.state.partner).await?
        {
            return Err(Refused::Immutable { pointer: "/spec/partner" });
        }
        let before = loaded.state.spec.contact.as_ref();
        let command = OrgCommand::Update {
            name: input.metadata.name.clone(),
            profile: profile(&input.metadata),
            spec: Box::new(spec(input, contact(plan, self.org, before, input.spec.contact.as_ref()).await?)?),
        };
        let after = plan.decide(self.org, id, loaded, command).await?;
        plan.answer(id, after.version, 200);
        Ok(())
    }
}

/// Whether a partner is the one that is meant, by name or id.
async fn is_partner(plan: &Plan<'_>, asked: &NameOrId, is: Option<ScopeId>) -> Result<bool, Refused> {
    let meant = match asked {
        NameOrId::Id(id) => Some(ScopeId::from(*id)),
        NameOrId::Name(name) => plan.app.standings.partner_named(name.as_str()).await?,
    };
    Ok(meant.is_some() && meant == is)
}

/// What a partner says to an org.
#[derive(Debug)]
pub enum Verb {
    /// Let it begin.
    Approve(Option<Reason>),
    /// Turn it down.
    Reject(Option<Reason>),
    /// Let its members act again.
    Activate(Option<Reason>),
    /// Keep its members from acting.
    Deactivate(Reason),
    /// Delete it.
    Delete,
    /// Bring it back.
    Restore,
}

/// Moves an org through its life.
#[derive(Debug)]
pub struct Move {
    /// Which.
    pub org: ScopeId,
    /// Where to.
    pub verb: Verb,
}

impl UseCase for Move {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let command = match &self.verb {
            Verb::Approve(reason) => {
                OrgCommand::Approve { at: plan.now, reason: plan.reason(reason.as_ref()).await? }
            }
            Verb::Reject(reason) => OrgCommand::Reject { reason: plan.reason(reason.as_ref()).await? },
            Verb::Activate(reason) => OrgCommand::Activate { reason: plan.reason(reason.as_ref()).await? },
            Verb::Deactivate(reason) => {
                let reason = plan.reason(Some(reason)).await?.ok_or(Refused::NotFound)?;
                OrgCommand::Deactivate { reason }
            }
            Verb::Delete => OrgCommand::Delete,
            Verb::Restore => OrgCommand::Restore,
        };
        plan.change::<Org>(self.org, self.org.as_uuid(), command).await?;
        Ok(())
    }
}

/// What people wrote, as aggregates keep it.
pub(super) fn profile(metadata: &api::MetadataInput) -> Profile {
    Profile {
        display_name: metadata.display_name.clone(),
        description: metadata.description.clone(),
        labels: metadata.labels.clone(),
        annotations: metadata.annotations.clone(),
        deletion_protection: metadata.deletion_protection,
    }
}

/// What people wrote on a version, as aggregates keep it.
pub(super) fn version_profile(metadata: &api::VersionMetadataInput) -> Profile {
    Profile {
        display_name: metadata.display_name.clone(),
        description: metadata.description.clone(),
        labels: metadata.labels.clone(),
        annotations: metadata.annotations.clone(),
        deletion_protection: metadata.deletion_protection,
    }
}

fn spec(input: &OrgInput, contact: Option<Contact>) -> Result<OrgSpec, Refused> {
    let settings = &input.spec.settings;
    for (pointer, hours) in [
        ("/spec/settings/apiKeyDefaultValidityHours", settings.api_key_default_validity_hours),
        ("/spec/settings/apiKeyMaxValidityHours", settings.api_key_max_validity_hours),
    ] {
        if !(1..=MOST_VALIDITY_HOURS).contains(&hours) {
            let detail = format!("must be from 1 to {MOST_VALIDITY_HOURS} hours");
            return Err(Refused::Invalid { pointer, code: "out_of_range", detail });
        }
    }
    if settings.api_key_default_validity_hours > settings.api_key_max_validity_hours {
        return Err(aggregates::org::OrgRefusal::DefaultAboveMaximum.into());
    }
    Ok(OrgSpec {
        external_id: input.spec.external_id.clone(),
        contact,
        settings: OrgSettings {
            api_key_default_validity_hours: settings.api_key_default_validity_hours,
            api_key_max_validity_hours: settings.api_key_max_validity_hours,
            allow_non_expiring_keys: settings.allow_non_expiring_keys,
            allow_partner_keys: settings.allow_partner_keys,
            allow_break_glass: settings.allow_break_glass,
        },
    })
}

/// Ten years.
const MOST_VALIDITY_HOURS: u32 = 87_600;

/// The contact, sealed under the key of the person that it was, where that still can be, else of a new one.
async fn contact(
    plan: &mut Plan<'_>,
    scope: ScopeId,
    before: Option<&Contact>,
    input: Option<&ContactInput>,
) -> Result<Option<Contact>, Refused> {
    let Some(input) = input else { return Ok(None) };
    let known = match before.and_then(person_of) {
        Some(id) => plan.app.people.find(id).await?,
        None => None,
    };
    let person = known.unwrap_or_else(|| {
        let id = plan.new_id();
        plan.new_person(id, scope)
    });
    Ok(Some(sealed(&person, input)))
}

fn sealed(person: &Person, input: &ContactInput) -> Contact {
    Contact {
        first_name: person.seal_unless_empty(input.first_name.as_str()),
        last_name: person.seal_unless_empty(input.last_name.as_str()),
        email: input.email.as_ref().map(|email| person.seal(email.as_str())),
        phone: input.phone.as_ref().map(|phone| person.seal(phone.as_str())),
    }
}

fn person_of(contact: &Contact) -> Option<Uuid> {
    let texts = [&contact.first_name, &contact.last_name, &contact.email, &contact.phone];
    texts.into_iter().flatten().map(Sealed::person).next()
}
