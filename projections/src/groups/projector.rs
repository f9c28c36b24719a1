//! From a group's state to its document.

use crate::documents::{Documented, Draft, Stamps, metadata};
use aggregates::group::{Group, Member};
use api::{GroupKind, GroupPhase, GroupSpec, GroupStatus, Reference};

impl Documented for Group {
    const KIND: &'static str = "Group";

    fn is_deleted(&self) -> bool {
        self.deleted
    }

    fn phase(&self) -> &'static str {
        if self.deleted { "deleted" } else { "active" }
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let shown = if self.deleted { GroupPhase::Deleted } else { GroupPhase::Active };
        let document = api::Group {
            api_version: api::ApiVersion::V1,
            kind: GroupKind::It,
            metadata: metadata(stamps, name, &self.profile),
            spec: GroupSpec { members: self.members.values().map(member).collect() },
            status: GroupStatus { phase: shown, conditions: vec![] },
        };
        Draft::declared(self, stamps.scope.as_uuid(), &document.metadata, &document)
    }
}

fn member(member: &Member) -> Reference {
    Reference { name: member.email.to_string(), id: member.user }
}
