//! Which clusters get what, and when.

use super::content;
use crate::namespace::clusters;
use crate::values::uuid;
use aggregates::placement::Placement;
use aggregates::rollout::{Candidate, Rollout, Wave};
use aggregates::workload::{Override, WorkloadContent};
use proptest::prelude::*;
use std::collections::BTreeMap;
use values::{LabelSelector, Labels};

fn candidate(number: u128, tier: &str) -> Candidate {
    let labels = BTreeMap::from([("tier".to_owned(), tier.to_owned())]);
    Candidate { id: uuid(number), name: format!("c-{number}"), labels: Labels::try_from(labels).unwrap() }
}

fn among(named: &[u128], selector: Option<&str>) -> Placement {
    let label_selector = selector.map(|text| LabelSelector::parse(text).unwrap());
    Placement { clusters: clusters(named), label_selector }
}

fn waves(waves: Vec<Wave>) -> WorkloadContent {
    WorkloadContent { rollout: Rollout::Waves { waves }, ..content('a') }
}

/// Name and wave of every target.
fn assigned(content: &WorkloadContent, candidates: Vec<Candidate>) -> Vec<(String, Option<u32>)> {
    content.targets(candidates).into_iter().map(|target| (target.name, target.wave)).collect()
}

fn is(names: &[(&str, u32)]) -> Vec<(String, Option<u32>)> {
    names.iter().map(|(name, wave)| ((*name).to_owned(), Some(*wave))).collect()
}

#[test]
fn all_at_once_is_without_waves_and_by_name() {
    let candidates = vec![candidate(82, "x"), candidate(80, "x")];
    let nowhere = |name: &str| (name.to_owned(), None);
    assert_eq!(assigned(&content('a'), candidates), [nowhere("c-80"), nowhere("c-82")]);
}

#[test]
fn each_wave_takes_what_no_earlier_one_has_and_what_is_left_comes_last() {
    let all = || vec![candidate(80, "x"), candidate(81, "canary"), candidate(82, "x"), candidate(83, "x")];
    let canary = || Wave { among: among(&[], Some("tier=canary")), max_clusters: None, pause_minutes: 30 };
    let named = || Wave { among: among(&[81, 83], None), ..Wave::default() };
    let content = waves(vec![canary(), named()]);
    assert_eq!(assigned(&content, all()), is(&[("c-80", 3), ("c-81", 1), ("c-82", 3), ("c-83", 2)]));

    let one = Wave { max_clusters: Some(1), ..Wave::default() };
    let content = waves(vec![one.clone(), Wave { max_clusters: Some(2), ..Wave::default() }]);
    assert_eq!(assigned(&content, all()), is(&[("c-80", 1), ("c-81", 2), ("c-82", 2), ("c-83", 3)]));

    let first_of_some = Wave { among: among(&[], Some("tier=x")), ..one };
    let content = waves(vec![first_of_some]);
    assert_eq!(assigned(&content, all()), is(&[("c-80", 1), ("c-81", 2), ("c-82", 2), ("c-83", 2)]));
}

#[test]
fn overrides_are_for_clusters_that_are_named_or_selected_in_their_order() {
    let over = |on| Override { on, values: None, patch: Some("kind: A".to_owned()) };
    let overrides = vec![
        over(among(&[80], None)),
        over(among(&[], Some("tier=canary"))),
        over(among(&[82], Some("tier=canary"))),
    ];
    let content = WorkloadContent { overrides, ..content('a') };
    let all = vec![candidate(80, "x"), candidate(81, "canary"), candidate(82, "x"), candidate(83, "x")];
    let mine: Vec<Vec<u32>> = content.targets(all).into_iter().map(|target| target.overrides).collect();
    assert_eq!(mine, [vec![0], vec![1, 2], vec![2], vec![]]);
}

fn any_wave() -> impl Strategy<Value = Wave> {
    let named = prop::sample::subsequence(vec![80, 81, 82, 83], 0..=2);
    let selector = prop::option::of(prop::sample::select(vec!["tier=x", "tier=canary", ""]));
    (named, selector, prop::option::of(1_u32..3)).prop_map(|(named, selector, max_clusters)| Wave {
        among: among(&named, selector),
        max_clusters,
        pause_minutes: 0,
    })
}

proptest! {
    #![proptest_config(crate::model::config())]

    /// Whatever the waves, every cluster is in exactly one, none has more than it may, and none has what it does not
    /// take.
    #[test]
    fn every_cluster_is_in_one_wave(
        given in prop::collection::vec(any_wave(), 0..4),
        tiers in prop::collection::vec(prop::sample::select(vec!["x", "canary"]), 0..6),
    ) {
        let candidates: Vec<Candidate> =
            (80..).zip(&tiers).map(|(number, tier)| candidate(number, tier)).collect();
        let targets = waves(given.clone()).targets(candidates.clone());
        prop_assert_eq!(targets.len(), candidates.len());
        for target in &targets {
            let wave = target.wave.unwrap() as usize;
            let candidate = candidates.iter().find(|candidate| candidate.id == target.id).unwrap();
            prop_assert!((1..=given.len() + 1).contains(&wave));
            if let Some(wave) = given.get(wave - 1) {
                prop_assert!(wave.among == Placement::default() || candidate.is_among(&wave.among));
            }
        }
        for (number, wave) in (1..).zip(&given) {
            let mine = targets.iter().filter(|target| target.wave == Some(number)).count();
            prop_assert!(wave.max_clusters.is_none_or(|most| mine <= most as usize));
        }
    }
}
