//! What is public of what happens to partners.

use super::projector::{policy, spec};
use crate::events::{Published, metadata_of, name_changes};
use aggregates::partner::{Brand, Claimed, PartnerEvent};
use api::{
    Colors, PartnerBrand, PartnerCreated, PartnerEvent as Public, PartnerNames, PartnerSpecChanges,
    PartnerUpdated,
};

impl Published for PartnerEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, spec: given } => Public::Created(Box::new(PartnerCreated {
                metadata: metadata_of(name.as_str(), profile),
                spec: spec(given),
            })),
            Self::Updated(update) => Public::Updated(Box::new(PartnerUpdated {
                metadata: name_changes(update.name.as_ref().map(|(_, to)| to), update.profile.as_ref()),
                spec: PartnerSpecChanges {
                    brand: update.brand.as_ref().map(brand),
                    policy: update.policy.map(policy),
                },
            })),
            Self::Deleted { claimed } => Public::Deleted(Box::new(names(claimed))),
            Self::Restored { claimed } => Public::Restored(Box::new(names(claimed))),
        }
    }
}

fn brand(brand: &Brand) -> PartnerBrand {
    PartnerBrand {
        host: brand.host.clone(),
        product_name: brand.product_name.clone(),
        logo_url: brand.logo_url.clone(),
        icon_url: brand.icon_url.clone(),
        colors: Colors { primary: brand.primary_color.clone(), accent: brand.accent_color.clone() },
        links: brand.links.clone(),
    }
}

fn names(claimed: &Claimed) -> PartnerNames {
    PartnerNames { name: claimed.name.as_str().to_owned(), host: claimed.host.clone() }
}
