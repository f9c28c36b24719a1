//! Add-ons: what blueprints put on clusters.

use super::artifacts::Form;
use super::declared::Declared;
use super::home::InProject;
use super::plan::Plan;
use super::{Refused, references};
use crate::authz::Permission;
use aggregates::addon::{Addon, AddonCommand, AddonSpec, AddonType};
use aggregates::sharing::Sharing;
use api::AddonInput;
use std::sync::Arc;
use values::Name;

/// The namespace that is meant where none is said, as for `kubectl`.
const DEFAULT_NAMESPACE: &str = "default";

impl Declared for Addon {
    type Home = InProject;
    type Input = AddonInput;

    const DELETE: Permission = Permission::AddonWrite;

    fn name_in(input: &AddonInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &AddonInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    fn sharing(&self) -> Option<&Sharing> {
        self.spec.as_ref().map(|spec| &spec.sharing)
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &InProject,
        before: Option<&Self>,
        input: &AddonInput,
    ) -> Result<AddonCommand, Refused> {
        let (project, name) = (home.project, input.metadata.name.clone());
        let profile = super::orgs::profile(&input.metadata);
        let namespace = match &input.spec.namespace {
            Some(namespace) => namespace.clone(),
            None => Name::parse(DEFAULT_NAMESPACE).map_err(|error| Refused::Broken(Arc::new(error)))?,
        };
        let spec = Box::new(AddonSpec {
            kind: match input.spec.r#type {
                api::AddonType::Yaml => AddonType::Yaml,
                api::AddonType::Helm => AddonType::Helm,
                api::AddonType::Kustomize => AddonType::Kustomize,
            },
            namespace,
            sharing: references::sharing(plan, home, &input.spec.sharing, "/spec/sharing").await?,
        });
        Ok(match before {
            None => AddonCommand::Create { project, name, profile, spec },
            Some(_) => AddonCommand::Update { profile, spec },
        })
    }
}

/// What the artifacts of an add-on's versions must be.
pub(super) const fn form(kind: AddonType) -> Form {
    match kind {
        AddonType::Yaml => Form::Manifests,
        AddonType::Helm => Form::Chart,
        AddonType::Kustomize => Form::Kustomization,
    }
}
