//! From an org's state to its document.

use crate::documents::{Documented, Draft, Stamps, metadata};
use aggregates::org::{Contact, Org, OrgPhase, Origin};
use api::{OrgKind, OrgOrigin, OrgSettings, OrgSpec, OrgStatus};
use uuid::Uuid;
use values::{ScopeId, Sealed};

impl Documented for Org {
    const KIND: &'static str = "Org";

    fn is_deleted(&self) -> bool {
        self.deleted
    }

    fn phase(&self) -> &'static str {
        if self.deleted { "deleted" } else { self.phase.as_str() }
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let partner = self.partner.map_or(Uuid::nil(), ScopeId::as_uuid);
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.partner_id = Some(partner);
        let document = api::Org {
            api_version: api::ApiVersion::V1,
            kind: OrgKind::It,
            metadata,
            spec: OrgSpec {
                external_id: self.spec.external_id.clone(),
                contact: self.spec.contact.as_ref().map(contact),
                settings: settings(&self.spec.settings),
            },
            status: OrgStatus {
                phase: phase(self),
                origin: match self.origin {
                    Origin::Partner => OrgOrigin::Partner,
                    Origin::Signup => OrgOrigin::Signup,
                },
                approved_at: self.approved_at,
                reason: self.reason.as_ref().map(Sealed::to_string),
            },
        };
        Ok(Draft {
            kind: Self::KIND,
            parent: partner,
            name: name.to_owned(),
            phase: self.phase(),
            labels: self.profile.labels.clone(),
            search: format!("{name} {}", self.profile.display_name.as_str()).to_lowercase(),
            external_id: self.spec.external_id.as_ref().map(|id| id.as_str().to_owned()),
            owner: None,
            json: serde_json::to_string(&document)?,
        })
    }
}

fn phase(org: &Org) -> api::OrgPhase {
    match (org.deleted, org.phase) {
        (true, _) => api::OrgPhase::Deleted,
        (false, OrgPhase::None | OrgPhase::PendingApproval) => api::OrgPhase::PendingApproval,
        (false, OrgPhase::Active) => api::OrgPhase::Active,
        (false, OrgPhase::Deactivated) => api::OrgPhase::Deactivated,
        (false, OrgPhase::Rejected) => api::OrgPhase::Rejected,
    }
}

fn contact(contact: &Contact) -> api::Contact {
    let text = |sealed: &Option<Sealed>| sealed.as_ref().map(Sealed::to_string);
    api::Contact {
        first_name: text(&contact.first_name).unwrap_or_default(),
        last_name: text(&contact.last_name).unwrap_or_default(),
        email: text(&contact.email),
        phone: text(&contact.phone),
    }
}

pub(super) fn settings(settings: &aggregates::org::OrgSettings) -> OrgSettings {
    OrgSettings {
        api_key_default_validity_hours: settings.api_key_default_validity_hours,
        api_key_max_validity_hours: settings.api_key_max_validity_hours,
        allow_non_expiring_keys: settings.allow_non_expiring_keys,
        allow_partner_keys: settings.allow_partner_keys,
        allow_break_glass: settings.allow_break_glass,
    }
}
