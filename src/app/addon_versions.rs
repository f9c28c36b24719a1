//! Versions of add-ons: what is put on clusters.

use super::declared::Declared;
use super::home::Inside;
use super::plan::Plan;
use super::{Fault, Refused, addons, artifacts};
use crate::authz::Permission;
use aggregates::addon::{Addon, AddonType};
use aggregates::addon_version::{AddonVersion, AddonVersionCommand, AddonVersionSpec};
use api::AddonVersionInput;
use values::{Timestamp, VersionName};

/// The most texts of values, and the most bytes in all of them: they are part of events.
const MOST_VALUES: usize = 16;
const MOST_VALUES_BYTES: usize = 512 << 10;

impl Declared for AddonVersion {
    type Home = Inside;
    type Input = AddonVersionInput;

    const DELETE: Permission = Permission::AddonWrite;

    fn name_in(input: &AddonVersionInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &AddonVersionInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", VersionName::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    fn activating(command: AddonVersionCommand, now: Timestamp) -> AddonVersionCommand {
        use AddonVersionCommand as C;
        match command {
            C::Create { addon, project, name, profile, spec, at, .. } => {
                C::Create { addon, project, name, profile, spec, activate: true, at }
            }
            C::Update { profile, spec, .. } => C::Update { profile, spec, activate: Some(now) },
            C::Activate { .. } | C::Disable { .. } | C::Delete | C::Restore => command,
        }
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &Inside,
        before: Option<&Self>,
        input: &AddonVersionInput,
    ) -> Result<AddonVersionCommand, Refused> {
        let addon = plan.load::<Addon>(home.parent).await?.state;
        let kind = addon.spec.as_ref().ok_or(Refused::NotFound)?.kind;
        check_values(kind, &input.spec.values).await?;
        let known = before.and_then(|before| before.spec.as_ref()).map(|spec| &spec.artifact);
        let (org, given) = (home.home.org, &input.spec.artifact);
        let artifact =
            artifacts::declared(plan, org, known, given, addons::form(kind), "/spec/artifact").await?;
        let profile = super::orgs::version_profile(&input.metadata);
        let spec = Box::new(AddonVersionSpec {
            artifact,
            values: input.spec.values.clone(),
            notes: input.spec.notes.clone(),
        });
        Ok(match before {
            None => AddonVersionCommand::Create {
                addon: home.parent,
                project: home.home.project,
                name: input.metadata.name.clone(),
                profile,
                spec,
                activate: false,
                at: plan.now,
            },
            Some(_) => AddonVersionCommand::Update { profile, spec, activate: None },
        })
    }
}

async fn check_values(kind: AddonType, texts: &[String]) -> Result<(), Refused> {
    let fault = |code: &str, detail: String| {
        let (pointer, code) = ("/spec/values".to_owned(), code.to_owned());
        Refused::Faults(vec![Fault { pointer, code, detail }])
    };
    if kind != AddonType::Helm && !texts.is_empty() {
        return Err(fault("unexpected", "values are for add-ons of the type helm".to_owned()));
    }
    if texts.len() > MOST_VALUES {
        return Err(fault("too_many", format!("send at most {MOST_VALUES} texts")));
    }
    if texts.iter().map(String::len).sum::<usize>() > MOST_VALUES_BYTES {
        return Err(fault("too_large", "all texts together may have at most 512 KiB".to_owned()));
    }
    artifacts::check_values(texts, "/spec/values").await
}
