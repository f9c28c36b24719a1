//! From a key's state to its document. The secret is not in the state, so it cannot be in the document.

use crate::documents::{Documented, Draft, Stamps, metadata};
use aggregates::api_key::{ApiKey, ApiKeyPhase};
use aggregates::profile::Profile;
use api::{ApiKeyKind, ApiKeySpec, ApiKeyStatus, KeyScope};
use serde::ser::Error;
use uuid::Uuid;
use values::Sealed;

impl Documented for ApiKey {
    const KIND: &'static str = "ApiKey";

    fn is_deleted(&self) -> bool {
        self.deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let profile = Profile {
            display_name: self.display_name.clone(),
            description: self.description.clone(),
            ..Profile::default()
        };
        let access_key_id =
            self.access_key_id.clone().ok_or_else(|| serde_json::Error::custom("a key without its id"))?;
        let document = api::ApiKey {
            api_version: api::ApiVersion::V1,
            kind: ApiKeyKind::It,
            metadata: metadata(stamps, name, &profile),
            spec: ApiKeySpec {
                user_id: self.user.unwrap_or(Uuid::nil()),
                scope: KeyScope {
                    read_only: self.scope.read_only,
                    role_cap: self.scope.role_cap,
                    projects: self.scope.projects.clone(),
                    cidrs: self.scope.cidrs.clone(),
                },
                never_expires: self.expires_at.is_none(),
            },
            status: ApiKeyStatus {
                phase: phase(self.phase),
                access_key_id,
                secret: None,
                expires_at: self.expires_at,
                superseded_by: self.superseded_by,
                by_partner: self.by_partner,
                reason: self.reason.as_ref().map(Sealed::to_string),
                last_used: None,
                last_used_at: None,
            },
        };
        Ok(Draft {
            kind: Self::KIND,
            parent: stamps.scope.as_uuid(),
            name: name.to_owned(),
            phase: self.phase(),
            labels: values::Labels::default(),
            search: format!("{name} {}", self.display_name.as_str()).to_lowercase(),
            external_id: None,
            owner: self.membership,
            json: serde_json::to_string(&document)?,
        })
    }
}

fn phase(phase: ApiKeyPhase) -> api::ApiKeyPhase {
    match phase {
        ApiKeyPhase::None | ApiKeyPhase::Active => api::ApiKeyPhase::Active,
        ApiKeyPhase::Superseded => api::ApiKeyPhase::Superseded,
        ApiKeyPhase::Expired => api::ApiKeyPhase::Expired,
        ApiKeyPhase::Revoked => api::ApiKeyPhase::Revoked,
    }
}
