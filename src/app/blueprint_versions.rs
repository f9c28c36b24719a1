//! Versions of blueprints: which add-ons clusters are set up with, and how they are watched.

use super::declared::Declared;
use super::home::{Home, InProject, Inside};
use super::plan::{Plan, UseCase};
use super::references::{VersionMeant, Versioned, versions};
use super::{Fault, Refused};
use crate::authz::Permission;
use aggregates::addon_version::AddonVersion;
use aggregates::blueprint::{Blueprint, BlueprintType};
use aggregates::blueprint_version::{
    Base, BlueprintVersion, BlueprintVersionCommand, BlueprintVersionRefusal, BlueprintVersionSpec,
    GoldenSetting,
};
use aggregates::drift::{Drift, DriftAction};
use aggregates::reference::Reference;
use aggregates::setup::AddonUse;
use aggregates::version_use::VersionReference;
use api::{BlueprintAddonInput, BlueprintVersionInput, VersionReferenceInput};
use projections::blueprint_versions;
use projections::documents::Documented;
use uuid::Uuid;
use values::{Timestamp, VersionName};

/// The most add-ons that a version can have.
const MOST_ADDONS: usize = 256;

impl Declared for BlueprintVersion {
    type Home = Inside;
    type Input = BlueprintVersionInput;

    const DELETE: Permission = Permission::BlueprintWrite;

    fn name_in(input: &BlueprintVersionInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &BlueprintVersionInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", VersionName::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    fn activating(command: BlueprintVersionCommand, at: Timestamp) -> BlueprintVersionCommand {
        use BlueprintVersionCommand as C;
        match command {
            C::Create { project, blueprint, name, profile, spec, .. } => {
                C::Create { project, blueprint, name, profile, spec, activate: Some(at) }
            }
            C::Update { profile, spec, .. } => C::Update { profile, spec, activate: Some(at) },
            C::Activate { .. } | C::Disable { .. } | C::Delete | C::Restore | C::Withdraw | C::Return => {
                command
            }
        }
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &Inside,
        before: Option<&Self>,
        input: &BlueprintVersionInput,
    ) -> Result<BlueprintVersionCommand, Refused> {
        let profile = super::orgs::version_profile(&input.metadata);
        let spec = Box::new(spec(plan, &home.home, before.map(|before| &before.spec), input).await?);
        if before.is_some() {
            return Ok(BlueprintVersionCommand::Update { profile, spec, activate: None });
        }
        let of = plan.load::<Blueprint>(home.parent).await?.state;
        let blueprint = Reference { id: home.parent, name: of.name().to_owned() };
        let (project, name) = (home.home.project, input.metadata.name.clone());
        Ok(BlueprintVersionCommand::Create { project, blueprint, name, profile, spec, activate: None })
    }
}

async fn spec(
    plan: &Plan<'_>,
    home: &InProject,
    before: Option<&BlueprintVersionSpec>,
    input: &BlueprintVersionInput,
) -> Result<BlueprintVersionSpec, Refused> {
    let given = &input.spec;
    let base = match &given.base {
        None => None,
        Some(named) => Some(base(plan, home, before.and_then(|before| before.base.as_ref()), named).await?),
    };
    let addons = addons(plan, home, before.map_or(&[], |before| &before.addons), &given.addons).await?;
    let (drift, namespace_sync) = (given.drift.map(drift), given.namespace_sync);
    Ok(match base {
        Some(_) => BlueprintVersionSpec { base, addons, drift, namespace_sync },
        None => BlueprintVersionSpec {
            base,
            addons,
            drift: Some(drift.unwrap_or_default()),
            namespace_sync: Some(namespace_sync.unwrap_or_default()),
        },
    })
}

async fn base(
    plan: &Plan<'_>,
    home: &InProject,
    before: Option<&Base>,
    named: &VersionReferenceInput,
) -> Result<Base, Refused> {
    const POINTER: &str = "/spec/base";
    let known = before
        .map(|base| VersionReference { of: base.blueprint.clone(), version: base.version.clone() })
        .into_iter()
        .collect::<Vec<_>>();
    let named = std::slice::from_ref(named);
    let found = meant::<BlueprintVersion>(plan, home, &known, named, |_| POINTER.to_owned()).await?;
    let VersionReference { of, version: found } = found.into_iter().next().ok_or(Refused::NotFound)?;
    if let Some(known) = before.filter(|base| base.version.id == found.id) {
        return Ok(known.clone());
    }
    let version = plan.load::<BlueprintVersion>(found.id).await?.state;
    if let Some(deeper) = &version.spec.base {
        let detail = format!(
            "{} {} builds on {} itself: build on that, or on a version that builds on nothing",
            of.name, found.name, deeper.blueprint.name
        );
        return Err(Refused::Invalid { pointer: POINTER, code: "nested_base", detail });
    }
    let blueprint = plan.load::<Blueprint>(of.id).await?.state;
    Ok(Base {
        blueprint: of,
        version: found,
        is_golden: blueprint.spec.r#type == BlueprintType::Golden,
        setup: version.spec.setup(),
    })
}

async fn addons(
    plan: &Plan<'_>,
    home: &InProject,
    before: &[AddonUse],
    given: &[BlueprintAddonInput],
) -> Result<Vec<AddonUse>, Refused> {
    if given.len() > MOST_ADDONS {
        let detail = format!("at most {MOST_ADDONS} add-ons");
        return Err(Refused::Invalid { pointer: "/spec/addons", code: "too_many", detail });
    }
    let known: Vec<VersionReference> = before
        .iter()
        .map(|it| VersionReference { of: it.addon.clone(), version: it.version.clone() })
        .collect();
    let named: Vec<VersionReferenceInput> = given.iter().map(BlueprintAddonInput::reference).collect();
    let pointer = |index| format!("/spec/addons/{index}");
    let found = meant::<AddonVersion>(plan, home, &known, &named, pointer).await?;
    let used = found.into_iter().zip(given).map(|(found, given)| AddonUse {
        addon: found.of,
        version: found.version,
        depends_on: given.depends_on.clone(),
        critical: given.critical,
    });
    Ok(used.collect())
}

/// The versions that are meant; what is referred to already is not looked up again.
pub(super) async fn meant<K: Versioned>(
    plan: &Plan<'_>,
    home: &InProject,
    known: &[VersionReference],
    given: &[VersionReferenceInput],
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<VersionReference>, Refused> {
    let at = |index, member: &str, code: &str, detail: String| {
        let pointer = format!("{}/{member}", pointer(index));
        Fault { pointer, code: code.to_owned(), detail }
    };
    let (mut named, mut faults) = (vec![], vec![]);
    for (index, one) in given.iter().enumerate() {
        match (one.thing(), &one.version) {
            (Some(of), Some(version)) => named.push(VersionMeant { of, version: version.clone() }),
            (None, _) => {
                let detail = format!("say which {} it is, by name or id", K::Of::KIND);
                faults.push(at(index, "name", "required", detail));
            }
            (Some(of), None) => {
                faults.push(at(index, "version", "required", format!("say which version of {of} it is")));
            }
        }
    }
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let found = versions::<K>(plan, home, known, &named, &pointer).await?;
    for (index, (found, given)) in found.iter().zip(given).enumerate() {
        if given.version_id.is_some_and(|id| id != found.version.id) {
            let detail = format!("the name is that of {}: send the name alone", found.version.id);
            faults.push(at(index, "versionId", "reference_disagrees", detail));
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Refused::Faults(faults)) }
}

const fn drift(given: api::Drift) -> Drift {
    let action = match given.action {
        api::DriftAction::Notify => DriftAction::Notify,
        api::DriftAction::Deny => DriftAction::Deny,
    };
    Drift { enabled: given.enabled, action }
}

/// Lets a version be used, the first time or again.
pub struct Activate {
    /// Where.
    pub home: Inside,
    /// Which.
    pub id: Uuid,
}

impl UseCase for Activate {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<BlueprintVersion>(self.id).await?;
        // Admission judges it again; here what is not active can be called by its name.
        let uses: Vec<Uuid> = loaded.state.spec.uses().into_iter().collect();
        let asleep = blueprint_versions::not_active(&plan.app.pool, self.home.org(), &uses).await?;
        let is_news = loaded.state.phase.as_str() != "active";
        if let Some(found) = asleep.into_iter().next().filter(|_| is_news) {
            let of = if found.kind == "Addon" { "add-on" } else { "blueprint" };
            let detail = format!(
                "it uses version {} of the {of} {}, which is {}: activate that first",
                found.name, found.of, found.phase
            );
            return Err(Refused::InvalidState(detail));
        }
        let command = BlueprintVersionCommand::Activate { at: plan.now };
        let after = plan.decide(self.home.org(), self.id, loaded, command).await?;
        plan.answer(self.id, after.version, 200);
        Ok(())
    }
}

impl From<BlueprintVersionRefusal> for Refused {
    fn from(refusal: BlueprintVersionRefusal) -> Self {
        use BlueprintVersionRefusal as R;
        let detail = refusal.to_string();
        let at = |pointer: String, code: &str, detail| {
            Self::Faults(vec![Fault { pointer, code: code.to_owned(), detail }])
        };
        match refusal {
            R::NotFound => Self::NotFound,
            R::AlreadyExists
            | R::Deleted
            | R::Withdrawn
            | R::Immutable
            | R::NeverDeleted
            | R::NeverActivated => Self::InvalidState(detail),
            R::DeletionProtected => Self::DeletionProtected(detail),
            R::OwnBase => Self::Invalid { pointer: "/spec/base", code: "own_base", detail },
            R::AddonTwice { index, .. } => at(format!("/spec/addons/{index}/name"), "duplicate", detail),
            R::UnknownDependency { index, dependency, .. } => {
                at(format!("/spec/addons/{index}/dependsOn/{dependency}"), "unknown_dependency", detail)
            }
            R::Cycle { index, .. } => {
                at(format!("/spec/addons/{index}/dependsOn"), "dependency_cycle", detail)
            }
            R::GoldenSetting { setting, .. } => {
                let pointer = match setting {
                    GoldenSetting::Drift => "/spec/drift".to_owned(),
                    GoldenSetting::NamespaceSync => "/spec/namespaceSync".to_owned(),
                    GoldenSetting::Addon { index } => format!("/spec/addons/{index}"),
                };
                at(pointer, "golden_setting", detail)
            }
        }
    }
}
