//! From a membership's state to its document.

use crate::documents::{Documented, Draft, Stamps, metadata};
use aggregates::membership::{Access, Membership, MembershipPhase};
use aggregates::profile::Profile;
use api::{UserKind, UserPhase, UserSpec, UserStatus};
use uuid::Uuid;
use values::{ScopeKind, Sealed};

impl Documented for Membership {
    const KIND: &'static str = "User";

    fn is_deleted(&self) -> bool {
        matches!(self.phase, MembershipPhase::Removed | MembershipPhase::Erased)
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let text = |sealed: &Option<Sealed>| sealed.as_ref().map(Sealed::to_string);
        let email = text(&self.email).unwrap_or_default();
        let user = self.user.unwrap_or(Uuid::nil());
        let mut metadata = metadata(stamps, &email, &Profile::default());
        metadata.id = user;
        match self.kind {
            Some(ScopeKind::Org) | None => {}
            Some(ScopeKind::Partner) => metadata.partner_id = metadata.org_id.take(),
            Some(ScopeKind::Platform) => metadata.org_id = None,
        }
        let document = api::User {
            api_version: api::ApiVersion::V1,
            kind: UserKind::It,
            metadata,
            spec: UserSpec {
                email: email.clone(),
                first_name: text(&self.first_name).unwrap_or_default(),
                last_name: text(&self.last_name).unwrap_or_default(),
                access: match self.access {
                    Access::Console => api::Access::Console,
                    Access::Programmatic => api::Access::Programmatic,
                },
                roles: self.roles.clone(),
            },
            status: UserStatus { phase: phase(self.phase), reason: text(&self.reason) },
        };
        Ok(Draft {
            kind: Self::KIND,
            parent: stamps.scope.as_uuid(),
            name: email,
            phase: self.phase(),
            labels: values::Labels::default(),
            search: String::new(),
            external_id: None,
            owner: Some(user),
            json: serde_json::to_string(&document)?,
        })
    }
}

fn phase(phase: MembershipPhase) -> UserPhase {
    match phase {
        MembershipPhase::None | MembershipPhase::Invited => UserPhase::Invited,
        MembershipPhase::Active => UserPhase::Active,
        MembershipPhase::Suspended => UserPhase::Suspended,
        MembershipPhase::Removed => UserPhase::Removed,
        MembershipPhase::Erased => UserPhase::Erased,
    }
}
