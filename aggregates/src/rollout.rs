//! Rollouts: in which order a publication reaches its clusters.

use crate::placement::Placement;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::Labels;

/// In which order a publication reaches its clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "strategy", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Rollout {
    /// All of them at the same time.
    #[default]
    AllAtOnce,
    /// One wave after the other; what is in none of them comes last.
    Waves {
        /// The waves.
        waves: Vec<Wave>,
    },
}

/// Some of the clusters that no earlier wave has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wave {
    /// Those that are named or selected; all, where nothing is.
    pub among: Placement,
    /// At most so many of them, the first by name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_clusters: Option<u32>,
    /// How long the next wave waits once this one is through.
    pub pause_minutes: u32,
}

/// A cluster that is to get something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The cluster.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
}

impl Candidate {
    /// Whether a placement names or selects it.
    #[must_use]
    pub fn is_among(&self, placement: &Placement) -> bool {
        placement.clusters.iter().any(|named| named.id == self.id)
            || placement.label_selector.as_ref().is_some_and(|selector| selector.matches(&self.labels))
    }
}

impl Wave {
    fn takes(&self, candidate: &Candidate) -> bool {
        let takes_any = self.among == Placement::default();
        takes_any || candidate.is_among(&self.among)
    }

    fn has_room(&self, taken: u32) -> bool {
        self.max_clusters.is_none_or(|most| taken < most)
    }
}

impl Rollout {
    /// The wave of each candidate, from 1 on; of none, where there are no waves. Candidates are given by name.
    #[must_use]
    pub fn waves_of(&self, candidates: &[Candidate]) -> Vec<Option<u32>> {
        let Self::Waves { waves } = self else { return vec![None; candidates.len()] };
        let mut taken = vec![0; waves.len()];
        let mut assigned: Vec<Option<u32>> = vec![None; candidates.len()];
        let mut number = 1;
        for (wave, taken) in waves.iter().zip(&mut taken) {
            for (candidate, assigned) in candidates.iter().zip(&mut assigned) {
                if assigned.is_none() && wave.takes(candidate) && wave.has_room(*taken) {
                    *assigned = Some(number);
                    *taken += 1;
                }
            }
            number += 1;
        }
        assigned.into_iter().map(|wave| wave.or(Some(number))).collect()
    }
}
