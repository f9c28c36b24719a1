//! Placements: from what people write to clusters.

use super::home::InProject;
use super::plan::Plan;
use super::{App, Fault, Refused, references};
use aggregates::cluster::Cluster;
use aggregates::placement::{PLACEABLE, Placement};
use aggregates::reference::Reference;
use api::{PendingChange, PendingCluster, PlacementInput, ReferenceInput};
use projections::documents::{self, Documented};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

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
    let known: Vec<Reference> = before.iter().flat_map(|before| &before.clusters).cloned().collect();
    let lists = [("/spec/placement/clusters".to_owned(), given.clusters.as_slice())];
    let found = named(plan, home, &known, &lists).await?;
    let clusters = found.into_iter().next().unwrap_or_default();
    Ok(Placement { clusters, label_selector: given.label_selector.clone() })
}

/// The clusters that lists name, each list with its pointer, found in one look-up; what is known already aside.
///
/// # Errors
/// Too many clusters in a list, or such as are not there, each at its pointer.
pub async fn named(
    plan: &Plan<'_>,
    home: &InProject,
    known: &[Reference],
    lists: &[(String, &[ReferenceInput])],
) -> Result<Vec<BTreeSet<Reference>>, Refused> {
    let long = lists.iter().filter(|(_, given)| given.len() > MOST_CLUSTERS);
    let faults: Vec<Fault> = long.map(|(pointer, _)| too_many(pointer.clone())).collect();
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let known: HashMap<Uuid, &Reference> = known.iter().map(|known| (known.id, known)).collect();
    let mut all = vec![BTreeSet::new(); lists.len()];
    let (mut places, mut new) = (vec![], vec![]);
    for (list, ((pointer, given), all)) in lists.iter().zip(&mut all).enumerate() {
        for (index, one) in given.iter().enumerate() {
            if let Some(known) = one.id().and_then(|id| known.get(&id)) {
                all.insert((*known).clone());
            } else {
                places.push((list, format!("{pointer}/{index}")));
                new.push(one.clone());
            }
        }
    }
    let found =
        references::all_visible_of(plan, home, Cluster::KIND, &new, |index| places[index].1.clone()).await?;
    for ((list, _), found) in places.iter().zip(found) {
        all[*list].insert(found);
    }
    Ok(all)
}

fn too_many(pointer: String) -> Fault {
    let detail = format!("name at most {MOST_CLUSTERS} clusters, and select others by their labels");
    Fault { pointer, code: "too_many".to_owned(), detail }
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
