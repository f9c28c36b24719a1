//! What is public of what happens to orgs.

use super::projector::settings;
use crate::events::{Published, metadata_of, name_changes};
use aggregates::org::{Claimed, OrgEvent, OrgUpdate, Origin};
use api::{
    ExternalIdChange, NothingMore, OrgApproved, OrgCreated, OrgEvent as Public, OrgEventSpec, OrgNames,
    OrgOrigin, OrgSpecChanges, OrgUpdated,
};

impl Published for OrgEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { partner, origin, name, profile, spec, approved_at } => {
                Public::Created(Box::new(OrgCreated {
                    partner_id: partner.as_uuid(),
                    origin: match origin {
                        Origin::Partner => OrgOrigin::Partner,
                        Origin::Signup => OrgOrigin::Signup,
                    },
                    approved_at: *approved_at,
                    metadata: metadata_of(name.as_str(), profile),
                    spec: OrgEventSpec {
                        external_id: spec.external_id.clone(),
                        settings: settings(&spec.settings),
                    },
                }))
            }
            Self::Updated(update) => Public::Updated(Box::new(updated(update))),
            Self::Approved { at, reason: _ } => Public::Approved(Box::new(OrgApproved { approved_at: *at })),
            Self::Rejected { claimed: _, reason: _ } => Public::Rejected(Box::new(NothingMore {})),
            Self::Activated { reason: _ } => Public::Activated(Box::new(NothingMore {})),
            Self::Deactivated { reason: _ } => Public::Deactivated(Box::new(NothingMore {})),
            Self::Deleted { claimed } => Public::Deleted(Box::new(names(claimed))),
            Self::Restored { claimed } => Public::Restored(Box::new(names(claimed))),
        }
    }
}

fn updated(update: &OrgUpdate) -> OrgUpdated {
    OrgUpdated {
        metadata: name_changes(update.name.as_ref().map(|(_, to)| to), update.profile.as_ref()),
        spec: OrgSpecChanges {
            external_id: update.external_id.clone().map(|(from, to)| ExternalIdChange { from, to }),
            settings: update.settings.as_ref().map(settings),
            contact_changed: update.contact.is_some().then_some(true),
        },
    }
}

fn names(claimed: &Claimed) -> OrgNames {
    OrgNames { name: claimed.name.as_str().to_owned(), external_id: claimed.external_id.clone() }
}
