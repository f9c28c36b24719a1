//! From an aggregate's state to its document.

use aggregates::artifact::Artifact;
use aggregates::condition::{Condition, Truth};
use aggregates::profile::Profile;
use aggregates::reference::Reference;
use aggregates::sharing::Sharing;
use api::{Actor, ConditionStatus, Metadata, SharingMode};
use cqrs_es::Aggregate;
use serde::Serialize;
use uuid::Uuid;
use values::{Labels, ScopeId, Timestamp};

/// Who changed a thing, and when: what the writer knows and the aggregate does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamps {
    /// The aggregate.
    pub id: Uuid,
    /// Its scope.
    pub scope: ScopeId,
    /// The stream's last sequence.
    pub version: i64,
    /// When the first event was recorded.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
    /// When the last event was recorded.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: Actor,
    /// When it was deleted, if it is.
    pub deleted_at: Option<Timestamp>,
}

/// A document and the typed columns that it is found by.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The kind, as on the wire.
    pub kind: &'static str,
    /// What lists it.
    pub parent: Uuid,
    /// Its name; sealed where it is personal.
    pub name: String,
    /// Its phase, as on the wire.
    pub phase: &'static str,
    /// Its labels.
    pub labels: Labels,
    /// Lower-case text that a search looks into; nothing personal.
    pub search: String,
    /// Its id in somebody else's books.
    pub external_id: Option<String>,
    /// Whose it is.
    pub owner: Option<Uuid>,
    /// The JSON that is sent, sealed spans aside.
    pub json: String,
}

impl Draft {
    /// The document of a thing that people declare: found by its name, its display name and its labels.
    ///
    /// # Errors
    /// As [`Documented::draft`].
    pub fn declared<A: Documented>(
        of: &A,
        parent: Uuid,
        metadata: &Metadata,
        document: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        let (name, display_name) = (&metadata.name, metadata.display_name.as_str());
        Ok(Self {
            kind: A::KIND,
            parent,
            name: name.clone(),
            phase: of.phase(),
            labels: metadata.labels.clone(),
            search: format!("{name} {display_name}").to_lowercase(),
            external_id: None,
            owner: None,
            json: serde_json::to_string(document)?,
        })
    }
}

/// An aggregate that has a document.
pub trait Documented: Aggregate {
    /// The kind, as on the wire.
    const KIND: &'static str;

    /// Whether the aggregate is deleted, or ended in a way that lists leave out.
    fn is_deleted(&self) -> bool;

    /// Its phase, as on the wire: what requirements of others look at.
    fn phase(&self) -> &'static str;

    /// Renders the document.
    ///
    /// # Errors
    /// The state cannot be written as JSON, which no state that `apply` makes does.
    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error>;
}

/// The `metadata` of a document.
#[must_use]
pub fn metadata(stamps: &Stamps, name: &str, profile: &Profile) -> Metadata {
    Metadata {
        id: stamps.id,
        name: name.to_owned(),
        display_name: profile.display_name.clone(),
        description: profile.description.clone(),
        partner_id: None,
        org_id: Some(stamps.scope.as_uuid()),
        project_id: None,
        labels: profile.labels.clone(),
        annotations: profile.annotations.clone(),
        version: stamps.version,
        deletion_protection: profile.deletion_protection,
        created_at: stamps.created_at,
        created_by: stamps.created_by.clone(),
        updated_at: stamps.updated_at,
        updated_by: stamps.updated_by.clone(),
        deleted_at: stamps.deleted_at,
    }
}

/// In which projects a thing may be used, as it is shown.
#[must_use]
pub fn sharing(sharing: &Sharing) -> api::Sharing {
    match sharing {
        Sharing::None => api::Sharing::default(),
        Sharing::All => api::Sharing { mode: SharingMode::All, projects: vec![] },
        Sharing::Projects { projects } => {
            api::Sharing { mode: SharingMode::Projects, projects: projects.iter().map(reference).collect() }
        }
    }
}

/// An artifact as it is shown: without its bytes.
#[must_use]
pub fn artifact(artifact: &Artifact) -> api::Artifact {
    match artifact.clone() {
        Artifact::Stored { sha256, size_bytes, filename } => api::Artifact {
            sha256: Some(sha256),
            size_bytes: Some(size_bytes),
            filename,
            ..api::Artifact::default()
        },
        Artifact::Helm { repository, chart, version } => api::Artifact {
            helm: Some(api::HelmChart { repository, chart, version }),
            ..api::Artifact::default()
        },
        Artifact::Git { url, revision, path } => {
            api::Artifact { git: Some(api::GitSource { url, revision, path }), ..api::Artifact::default() }
        }
    }
}

/// A reference as it is shown.
#[must_use]
pub fn reference(reference: &Reference) -> api::Reference {
    api::Reference { name: reference.name.clone(), id: reference.id }
}

/// A condition as it is shown.
#[must_use]
pub fn condition(condition: &Condition) -> api::Condition {
    api::Condition {
        kind: condition.kind.clone(),
        status: match condition.status {
            Truth::True => ConditionStatus::True,
            Truth::False => ConditionStatus::False,
            Truth::Unknown => ConditionStatus::Unknown,
        },
        reason: condition.reason.clone(),
        message: condition.message.clone(),
        last_transition_time: condition.last_transition_time,
        observed_generation: condition.observed_generation,
    }
}
