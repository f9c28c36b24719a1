//! What can have happened to a version of an add-on. Stored for ever: a stored form never changes.

use super::{AddonVersion, AddonVersionSpec};
use crate::artifact::Artifact;
use crate::facts::{Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject};
use crate::profile::Profile;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{Description, Timestamp, VersionName};

/// An event of a version of an add-on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AddonVersionEvent {
    /// It was made: a draft, or active at once.
    Created {
        /// The add-on it is a version of.
        addon: Uuid,
        /// The project that is in.
        project: Uuid,
        /// Its name.
        name: VersionName,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<AddonVersionSpec>,
        /// Whether it became active at once.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        active: bool,
        /// When.
        at: Timestamp,
    },
    /// Some of what people set changed.
    Updated(Box<AddonVersionUpdate>),
    /// It can be used from now on, the first time or again.
    Activated {
        /// The add-on it is a version of.
        addon: Uuid,
        /// What changed with it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        update: Option<Box<AddonVersionUpdate>>,
        /// When.
        at: Timestamp,
    },
    /// Nothing new uses it from now on.
    Disabled {
        /// When.
        at: Timestamp,
    },
    /// The draft was deleted, softly.
    Deleted {
        /// The add-on it was a version of.
        addon: Uuid,
        /// The name that is free again.
        name: VersionName,
    },
    /// The draft came back as it was.
    Restored {
        /// The add-on it is a version of.
        addon: Uuid,
        /// The name that it has again.
        name: VersionName,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddonVersionUpdate {
    /// The add-on it is a version of.
    pub addon: Uuid,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// What is put on clusters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub artifact: Option<Artifact>,
    /// Values for Helm.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub values: Option<Vec<String>>,
    /// What people say of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notes: Option<Description>,
}

impl AddonVersionUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(is: &AddonVersion, profile: Profile, spec: AddonVersionSpec) -> Option<Self> {
        let current = is.spec.as_ref()?;
        let AddonVersionSpec { artifact, values, notes } = spec;
        let nothing = Self { addon: is.addon?, profile: None, artifact: None, values: None, notes: None };
        let update = Self {
            profile: (is.profile != profile).then_some(profile),
            artifact: (current.artifact != artifact).then_some(artifact),
            values: (current.values != values).then_some(values),
            notes: (current.notes != notes).then_some(notes),
            ..nothing.clone()
        };
        (update != nothing).then_some(update)
    }

    pub(super) fn apply_to(self, version: &mut AddonVersion) {
        if let Some(profile) = self.profile {
            version.profile = profile;
        }
        let Some(spec) = &mut version.spec else { return };
        if let Some(artifact) = self.artifact {
            spec.artifact = artifact;
        }
        if let Some(values) = self.values {
            spec.values = values;
        }
        if let Some(notes) = self.notes {
            spec.notes = notes;
        }
    }
}

fn named(of: Subject, addon: Uuid, name: &VersionName) -> Claim {
    Claim::sibling(of.scope, ClaimKind::AddonVersionName, addon, name.as_str())
}

impl DomainEvent for AddonVersionEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "addonVersion.created",
            Self::Updated(_) => "addonVersion.updated",
            Self::Activated { .. } => "addonVersion.activated",
            Self::Disabled { .. } => "addonVersion.disabled",
            Self::Deleted { .. } => "addonVersion.deleted",
            Self::Restored { .. } => "addonVersion.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for AddonVersionEvent {
    /// Only a draft gives its name up: that of an activated version is taken for ever.
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { addon, name, .. } | Self::Restored { addon, name } => {
                vec![ClaimChange::Take(named(of, *addon, name))]
            }
            Self::Deleted { addon, name } => vec![ClaimChange::Release(named(of, *addon, name))],
            Self::Updated(_) | Self::Activated { .. } | Self::Disabled { .. } => vec![],
        }
    }

    /// None: an add-on goes with its versions.
    fn references(&self, _: Subject) -> Vec<ReferenceChange> {
        vec![]
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        let with = |addon: Uuid, artifact: Option<&Artifact>| {
            let stored = artifact.and_then(|artifact| artifact.requirement(of));
            std::iter::once(Requirement::active(addon)).chain(stored).collect()
        };
        match self {
            Self::Created { addon, spec, .. } => with(*addon, Some(&spec.artifact)),
            Self::Updated(update) => with(update.addon, update.artifact.as_ref()),
            Self::Activated { addon, update, .. } => {
                with(*addon, update.as_ref().and_then(|update| update.artifact.as_ref()))
            }
            Self::Restored { addon, .. } => with(*addon, None),
            Self::Disabled { .. } | Self::Deleted { .. } => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
