//! What runs in a workload: from what people write to what is kept.

use crate::app::artifacts::{self, Form, Text};
use crate::app::home::InProject;
use crate::app::plan::Plan;
use crate::app::{Fault, Refused, placement};
use aggregates::drift::{Drift, DriftAction};
use aggregates::placement::Placement;
use aggregates::reference::Reference;
use aggregates::rollout::{Rollout, Wave};
use aggregates::workload::{Override, WorkloadContent, WorkloadSpec, WorkloadType};
use api::{
    OverrideInput, ReferenceInput, RolloutInput, RolloutStrategy, RolloutWaveInput, WorkloadSpecInput,
};
use std::collections::BTreeSet;
use values::LabelSelector;

/// The most overrides.
const MOST_OVERRIDES: usize = 64;
/// The longest text of an override, and of all together, in bytes.
const MOST_TEXT: usize = 64 << 10;
const MOST_TEXT_IN_ALL: usize = 256 << 10;
/// The most waves.
const MOST_WAVES: usize = 32;
/// The longest pause between waves: a week.
const MOST_PAUSE_MINUTES: u32 = 7 * 24 * 60;

/// What is declared, with everything looked up and kept that it refers to.
pub(super) async fn declared(
    plan: &mut Plan<'_>,
    home: &InProject,
    before: Option<&WorkloadSpec>,
    given: &WorkloadSpecInput,
) -> Result<WorkloadSpec, Refused> {
    let mut faults = overrides_faults(given);
    faults.extend(rollout_faults(&given.rollout));
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let must_be = if given.r#type == api::WorkloadType::Helm { Text::Values } else { Text::Objects };
    artifacts::check_texts(texts(given), must_be).await?;
    let named = named(plan, home, before, given).await?;
    let kind = workload_type(given.r#type);
    // What was kept under another type was checked for that.
    let same_type =
        before.filter(|before| before.content.kind == kind).map(|before| &before.content.artifact);
    let artifact =
        artifacts::declared(plan, home.org, same_type, &given.artifact, form(kind), "/spec/artifact").await?;
    let content = WorkloadContent {
        kind,
        artifact,
        overrides: overrides(&given.overrides, named.overrides),
        drift: drift(given.drift),
        rollout: rollout(&given.rollout, named.waves),
    };
    Ok(WorkloadSpec { content, placement: on(named.placement, given.placement.label_selector.as_ref()) })
}

/// The texts of overrides, each with its pointer.
fn texts(given: &WorkloadSpecInput) -> Vec<(String, String)> {
    let mut texts = vec![];
    for (index, one) in given.overrides.iter().enumerate() {
        for (member, text) in [("values", &one.values), ("patch", &one.patch)] {
            texts.extend(text.clone().map(|text| (pointer("overrides", index, member), text)));
        }
    }
    texts
}

/// The clusters that a spec names, each list at its place.
struct Named {
    placement: BTreeSet<Reference>,
    overrides: Vec<BTreeSet<Reference>>,
    waves: Vec<BTreeSet<Reference>>,
}

async fn named(
    plan: &Plan<'_>,
    home: &InProject,
    before: Option<&WorkloadSpec>,
    given: &WorkloadSpecInput,
) -> Result<Named, Refused> {
    let known = before.map(known_to).unwrap_or_default();
    let mut lists: Vec<(String, &[ReferenceInput])> =
        vec![("/spec/placement/clusters".to_owned(), &given.placement.clusters)];
    for (index, one) in given.overrides.iter().enumerate() {
        lists.push((pointer("overrides", index, "clusters"), &one.clusters));
    }
    for (index, one) in given.rollout.waves.iter().enumerate() {
        lists.push((pointer("rollout/waves", index, "clusters"), &one.clusters));
    }
    let mut found = placement::named(plan, home, &known, &lists).await?.into_iter();
    let placement = found.next().unwrap_or_default();
    let overrides = found.by_ref().take(given.overrides.len()).collect();
    Ok(Named { placement, overrides, waves: found.collect() })
}

/// The clusters that a spec names, wherever it does.
fn known_to(spec: &WorkloadSpec) -> Vec<Reference> {
    let waves: &[Wave] = match &spec.content.rollout {
        Rollout::AllAtOnce => &[],
        Rollout::Waves { waves } => waves,
    };
    let overrides = spec.content.overrides.iter().map(|one| &one.on);
    let all = std::iter::once(&spec.placement).chain(overrides).chain(waves.iter().map(|wave| &wave.among));
    all.flat_map(|placement| placement.clusters.iter().cloned()).collect()
}

fn on(clusters: BTreeSet<Reference>, label_selector: Option<&LabelSelector>) -> Placement {
    Placement { clusters, label_selector: label_selector.cloned() }
}

fn overrides(given: &[OverrideInput], named: Vec<BTreeSet<Reference>>) -> Vec<Override> {
    let one = |(given, clusters): (&OverrideInput, _)| Override {
        on: on(clusters, given.label_selector.as_ref()),
        values: given.values.clone(),
        patch: given.patch.clone(),
    };
    given.iter().zip(named).map(one).collect()
}

fn rollout(given: &RolloutInput, named: Vec<BTreeSet<Reference>>) -> Rollout {
    let wave = |(given, clusters): (&RolloutWaveInput, _)| Wave {
        among: on(clusters, given.label_selector.as_ref()),
        max_clusters: given.max_clusters,
        pause_minutes: given.pause_minutes,
    };
    match given.strategy {
        RolloutStrategy::AllAtOnce => Rollout::AllAtOnce,
        RolloutStrategy::Waves => Rollout::Waves { waves: given.waves.iter().zip(named).map(wave).collect() },
    }
}

const fn workload_type(given: api::WorkloadType) -> WorkloadType {
    match given {
        api::WorkloadType::Yaml => WorkloadType::Yaml,
        api::WorkloadType::Helm => WorkloadType::Helm,
        api::WorkloadType::Kustomize => WorkloadType::Kustomize,
    }
}

const fn form(kind: WorkloadType) -> Form {
    match kind {
        WorkloadType::Yaml => Form::Manifests,
        WorkloadType::Helm => Form::Chart,
        WorkloadType::Kustomize => Form::Kustomization,
    }
}

const fn drift(given: api::Drift) -> Drift {
    let action = match given.action {
        api::DriftAction::Notify => DriftAction::Notify,
        api::DriftAction::Deny => DriftAction::Deny,
    };
    Drift { enabled: given.enabled, action }
}

fn overrides_faults(given: &WorkloadSpecInput) -> Vec<Fault> {
    if given.overrides.len() > MOST_OVERRIDES {
        return vec![fault("/spec/overrides", "too_many", format!("at most {MOST_OVERRIDES} are kept"))];
    }
    let texts = given.overrides.iter().flat_map(|one| [&one.values, &one.patch]).flatten();
    let in_all: usize = texts.map(String::len).sum();
    if in_all > MOST_TEXT_IN_ALL {
        let detail = format!("are {in_all} bytes together; at most {MOST_TEXT_IN_ALL} are kept (256 KiB)");
        return vec![fault("/spec/overrides", "too_long", detail)];
    }
    let is_helm = given.r#type == api::WorkloadType::Helm;
    given.overrides.iter().enumerate().flat_map(|(index, one)| override_faults(index, one, is_helm)).collect()
}

/// An override says for which clusters it is, and what differs there: values of a Helm chart, and else a patch.
fn override_faults(index: usize, one: &OverrideInput, is_helm: bool) -> Vec<Fault> {
    let at = |member| pointer("overrides", index, member);
    let mut faults = vec![];
    if one.clusters.is_empty() && one.label_selector.is_none() {
        faults.push(selects_nothing(at("clusters")));
    }
    let (fits, member, other, not) = if is_helm {
        (&one.values, "values", &one.patch, "patch")
    } else {
        (&one.patch, "patch", &one.values, "values")
    };
    match fits {
        None => faults.push(fault(&at(member), "required", "say what differs".to_owned())),
        Some(text) if text.len() > MOST_TEXT => {
            let detail = format!("is {} bytes; at most {MOST_TEXT} are kept (64 KiB)", text.len());
            faults.push(fault(&at(member), "too_long", detail));
        }
        Some(_) => {}
    }
    if other.is_some() {
        let detail = format!("a Helm chart takes values and everything else a patch: send {member} instead");
        faults.push(fault(&at(not), "unexpected", detail));
    }
    faults
}

fn rollout_faults(given: &RolloutInput) -> Vec<Fault> {
    const POINTER: &str = "/spec/rollout/waves";
    match (given.strategy, given.waves.len()) {
        (RolloutStrategy::AllAtOnce, 0) => vec![],
        (RolloutStrategy::AllAtOnce, _) => {
            let detail = "waves are listed only where the strategy is \"waves\"".to_owned();
            vec![fault(POINTER, "unexpected", detail)]
        }
        (RolloutStrategy::Waves, 0) => vec![fault(POINTER, "required", "list at least one wave".to_owned())],
        (RolloutStrategy::Waves, count) if count > MOST_WAVES => {
            vec![fault(POINTER, "too_many", format!("list at most {MOST_WAVES} waves"))]
        }
        (RolloutStrategy::Waves, _) => {
            given.waves.iter().enumerate().flat_map(|(index, wave)| wave_faults(index, wave)).collect()
        }
    }
}

fn wave_faults(index: usize, wave: &RolloutWaveInput) -> Vec<Fault> {
    let at = |member| pointer("rollout/waves", index, member);
    let mut faults = vec![];
    if wave.clusters.is_empty() && wave.label_selector.is_none() && wave.max_clusters.is_none() {
        faults.push(selects_nothing(at("clusters")));
    }
    if wave.max_clusters == Some(0) {
        faults.push(fault(&at("maxClusters"), "out_of_range", "at least 1; null for all".to_owned()));
    }
    if wave.pause_minutes > MOST_PAUSE_MINUTES {
        let detail = format!("at most {MOST_PAUSE_MINUTES}, a week");
        faults.push(fault(&at("pauseMinutes"), "out_of_range", detail));
    }
    faults
}

fn selects_nothing(pointer: String) -> Fault {
    let detail = "say for which clusters: name some, or select them by labelSelector".to_owned();
    Fault { pointer, code: "required".to_owned(), detail }
}

fn pointer(of: &str, index: usize, member: &str) -> String {
    format!("/spec/{of}/{index}/{member}")
}

fn fault(pointer: &str, code: &str, detail: String) -> Fault {
    Fault { pointer: pointer.to_owned(), code: code.to_owned(), detail }
}
