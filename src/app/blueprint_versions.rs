//! Versions of blueprints: which add-ons clusters are set up with, and how they are watched.

use super::declared::{Declared, permit};
use super::home::{Home, InProject, Inside};
use super::plan::{Plan, UseCase};
use super::versions::{self, VersionOf};
use super::{App, Call, Fault, Refused};
use crate::authz::{Permission, Target};
use aggregates::blueprint::{Blueprint, BlueprintType};
use aggregates::blueprint_version::{
    Base, BlueprintVersion, BlueprintVersionCommand, BlueprintVersionRefusal, BlueprintVersionSpec,
    GoldenSetting,
};
use aggregates::drift::{Drift, DriftAction};
use aggregates::reference::Reference;
use aggregates::setup::AddonUse;
use api::{BlueprintAddonInput, BlueprintUse, BlueprintVersionInput, VersionReferenceInput};
use projections::blueprint_versions;
use serde_json::json;
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
            C::Activate { .. } | C::Disable { .. } | C::Delete | C::Restore => command,
        }
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &Inside,
        before: Option<&Self>,
        input: &BlueprintVersionInput,
    ) -> Result<BlueprintVersionCommand, Refused> {
        let profile = super::orgs::profile_of_version(&input.metadata);
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
    let is_meant = |base: &&Base| {
        let Base { blueprint, version, .. } = (*base).clone();
        VersionOf { thing: blueprint, version }.is_meant_by(named)
    };
    if let Some(known) = before.filter(is_meant) {
        return Ok(known.clone());
    }
    let found = versions::one(plan, home, versions::BLUEPRINTS, named, POINTER).await?;
    let version = plan.load::<BlueprintVersion>(found.version.id).await?.state;
    if let Some(deeper) = &version.spec.base {
        let detail = format!(
            "{} {} builds on {} itself: build on that, or on a version that builds on nothing",
            found.thing.name, found.version.name, deeper.blueprint.name
        );
        return Err(Refused::Invalid { pointer: POINTER, code: "nested_base", detail });
    }
    let blueprint = plan.load::<Blueprint>(found.thing.id).await?.state;
    Ok(Base {
        blueprint: found.thing,
        version: found.version,
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
    let known = |one: &VersionReferenceInput| {
        let of = |it: &AddonUse| VersionOf { thing: it.addon.clone(), version: it.version.clone() };
        before.iter().map(of).find(|it| it.is_meant_by(one))
    };
    let named: Vec<VersionReferenceInput> = given.iter().map(BlueprintAddonInput::reference).collect();
    let (places, new): (Vec<usize>, Vec<VersionReferenceInput>) =
        named.iter().cloned().enumerate().filter(|(_, one)| known(one).is_none()).unzip();
    let pointer = |index: usize| format!("/spec/addons/{}", places[index]);
    let mut found = versions::all(plan, home, versions::ADDONS, &new, pointer).await?.into_iter();
    let mut all = Vec::with_capacity(given.len());
    for (one, given) in named.iter().zip(given) {
        let VersionOf { thing, version } = known(one).or_else(|| found.next()).ok_or(Refused::NotFound)?;
        let (depends_on, critical) = (given.depends_on.clone(), given.critical);
        all.push(AddonUse { addon: thing, version, depends_on, critical });
    }
    Ok(all)
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
            let detail = format!("it uses {}, which is {}: activate that first", found.name, found.phase);
            return Err(Refused::InvalidState(detail));
        }
        let command = BlueprintVersionCommand::Activate { at: plan.now };
        let after = plan.decide(self.home.org(), self.id, loaded, command).await?;
        plan.answer(self.id, after.version, 200);
        Ok(())
    }
}

impl App {
    /// Appends to the document of a version, as it is now, what uses it, as far as the caller may see that.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_uses(
        &self,
        call: &Call,
        home: &Inside,
        id: Uuid,
        document: &mut String,
    ) -> Result<(), Refused> {
        let InProject { org, partner, .. } = home.home;
        let may_see = |user: &blueprint_versions::UserOf| {
            let right = match user.kind.as_str() {
                "Cluster" => Permission::ClusterRead,
                _ => Permission::BlueprintRead,
            };
            permit(call, right, Target::Project { org, partner, project: user.project }).is_ok()
        };
        let users = blueprint_versions::users_of(&self.pool, org, id).await?;
        let shown: Vec<BlueprintUse> = users
            .into_iter()
            .filter(may_see)
            .map(|it| BlueprintUse { kind: it.kind, id: it.id, name: it.name, project_id: it.project })
            .collect();
        // The status is the last member of a document, and an object.
        if let Some(stem) = document.strip_suffix("}}") {
            *document = format!("{stem},\"usedBy\":{}}}}}", json!(shown));
        }
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
            R::AlreadyExists | R::Deleted | R::Immutable | R::NeverDeleted | R::NeverActivated => {
                Self::InvalidState(detail)
            }
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
