//! From a partner's state to its document.

use crate::documents::{Documented, Draft, Stamps, metadata};
use aggregates::partner::{ApprovalPolicy, Partner, PartnerPolicy, SignupPolicy};
use api::{Colors, PartnerKind, PartnerPhase, PartnerSpec, PartnerStatus};
use values::ScopeId;

impl Documented for Partner {
    const KIND: &'static str = "Partner";

    fn is_deleted(&self) -> bool {
        self.deleted
    }

    fn phase(&self) -> &'static str {
        if self.deleted { "deleted" } else { "active" }
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.partner_id = Some(stamps.id);
        metadata.org_id = None;
        let phase = if self.deleted { PartnerPhase::Deleted } else { PartnerPhase::Active };
        let document = api::Partner {
            api_version: api::ApiVersion::V1,
            kind: PartnerKind::It,
            metadata,
            spec: spec(&self.spec),
            status: PartnerStatus { phase },
        };
        Draft::declared(self, ScopeId::PLATFORM.as_uuid(), &document.metadata, &document)
    }
}

/// What people set, as it is shown.
pub(super) fn spec(spec: &aggregates::partner::PartnerSpec) -> PartnerSpec {
    let brand = spec.brand.clone();
    PartnerSpec {
        host: brand.host,
        product_name: brand.product_name,
        logo_url: brand.logo_url,
        icon_url: brand.icon_url,
        colors: Colors { primary: brand.primary_color, accent: brand.accent_color },
        links: brand.links,
        policy: policy(spec.policy),
    }
}

pub(super) fn policy(policy: PartnerPolicy) -> api::PartnerPolicy {
    api::PartnerPolicy {
        signup: match policy.signup {
            SignupPolicy::Closed => api::SignupPolicy::Closed,
            SignupPolicy::Open => api::SignupPolicy::Open,
        },
        org_approval: match policy.org_approval {
            ApprovalPolicy::Automatic => api::ApprovalPolicy::Automatic,
            ApprovalPolicy::Required => api::ApprovalPolicy::Required,
        },
    }
}
