//! Placements: from what people write to clusters.

use super::home::InProject;
use super::plan::Plan;
use super::{App, Fault, Refused, references};
use aggregates::cluster::Cluster;
use aggregates::placement::{PLACEABLE, Placement};
use aggregates::reference::Reference;
use api::{PendingChange, PendingCluster, PlacementInput, ReferenceInput};
use projections::documents::{self, Documented};
use std::collections::BTreeSet;

/// The most clusters that a placement can name.
const MOST_CLUSTERS: usize = 256;

/// What is declared at `/spec/placement`, with the clusters looked up that it names. What it names already is not looked
/// up again: it may have gone since.
///
/// # Errors
/// Too many clusters, or such as are not there, each at its pointer.
pub async fn declared(
    plan: &Plan<'_>,
    home: &InProject,
    before: Option<&Placement>,
    given: &PlacementInput,
) -> Result<Placement, Refused> {
    if given.clusters.len() > MOST_CLUSTERS {
        return Err(Refused::Faults(vec![Fault {
            pointer: "/spec/placement/clusters".to_owned(),
            code: "too_many".to_owned(),
            detail: format!("name at most {MOST_CLUSTERS} clusters, and select others by their labels"),
        }]));
    }
    let known = |one: &ReferenceInput| {
        let before = before.into_iter().flat_map(|before| &before.clusters);
        before.into_iter().find(|known| one.id() == Some(known.id)).cloned()
    };
    let mut clusters: BTreeSet<Reference> = given.clusters.iter().filter_map(known).collect();
    let (places, new): (Vec<usize>, Vec<ReferenceInput>) =
        given.clusters.iter().cloned().enumerate().filter(|(_, one)| known(one).is_none()).unzip();
    let pointer = |index: usize| format!("/spec/placement/clusters/{}", places[index]);
    clusters.extend(references::all_visible::<Cluster>(plan, home, &new, pointer).await?);
    Ok(Placement { clusters, label_selector: given.label_selector.clone() })
}

/// The clusters of a placement now: those it names, and those in the project or shared with it that it selects.
///
/// # Errors
/// The database could not answer.
pub async fn selected(
    app: &App,
    home: &InProject,
    placement: &Placement,
) -> Result<BTreeSet<Reference>, Refused> {
    let mut clusters = placement.clusters.clone();
    if let Some(selector) = &placement.label_selector {
        let (org, project) = (home.org, home.project);
        let found = documents::selected(&app.pool, org, project, Cluster::KIND, PLACEABLE, selector).await?;
        clusters.extend(found.into_iter().map(|found| Reference { id: found.id, name: found.name }));
    }
    Ok(clusters)
}

/// What publishing would change: those that would be added, and those that would be removed, by name.
#[must_use]
pub fn pending(is: &BTreeSet<Reference>, shall_be: &BTreeSet<Reference>) -> Vec<PendingCluster> {
    let pending = |change| {
        move |cluster: &Reference| PendingCluster { id: cluster.id, name: cluster.name.clone(), change }
    };
    let add = shall_be.difference(is).map(pending(PendingChange::Add));
    let remove = is.difference(shall_be).map(pending(PendingChange::Remove));
    let mut all: Vec<PendingCluster> = add.chain(remove).collect();
    all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    all
}
