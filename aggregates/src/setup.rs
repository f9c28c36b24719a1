//! What a cluster is set up with: what the version of a blueprint comes to.

use crate::drift::Drift;
use crate::reference::Reference;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::Name;

/// An add-on, at one version, as part of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddonUse {
    /// The add-on. Within a blueprint it is known by its name, of which there is one.
    pub addon: Reference,
    /// Its version.
    pub version: Reference,
    /// The add-ons of the same blueprint that come before it, by name.
    pub depends_on: Vec<Name>,
    /// Whether the blueprint is not in place while this is not.
    pub critical: bool,
}

/// What a cluster is set up with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    /// The add-ons, in order.
    pub addons: Vec<AddonUse>,
    /// What is done about changes that nobody declared.
    pub drift: Drift,
    /// Whether namespaces that clusters have and nobody declared are taken up.
    pub namespace_sync: bool,
}

/// What does not fit together about add-ons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Two have the same name.
    Twice {
        /// Which of them, counted from 0: the later one.
        index: usize,
    },
    /// One depends on what is not there.
    UnknownDependency {
        /// Which, counted from 0.
        index: usize,
        /// Which of its dependencies, counted from 0.
        dependency: usize,
        /// The name that nothing has.
        name: String,
    },
    /// They depend on each other in a circle.
    Cycle {
        /// Where it begins, counted from 0.
        index: usize,
        /// The names around it; the first is the last.
        path: Vec<String>,
    },
}

impl Setup {
    /// The add-on of this name.
    #[must_use]
    pub fn addon(&self, name: &str) -> Option<&AddonUse> {
        self.addons.iter().find(|it| it.addon.name == name)
    }

    /// The versions of add-ons, and the add-ons.
    pub fn used(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.addons.iter().flat_map(|it| [it.addon.id, it.version.id])
    }
}

/// What does not fit together about `addons`, some of which may be listed elsewhere (`beside`): what they depend on must
/// be there, and nothing may come before itself.
#[must_use]
pub fn misfit(addons: &[AddonUse], beside: &[AddonUse]) -> Option<Misfit> {
    let all = || addons.iter().chain(beside.iter().filter(|it| !is_among(addons, it)));
    for (index, one) in addons.iter().enumerate() {
        if is_among(&addons[..index], one) {
            return Some(Misfit::Twice { index });
        }
        for (dependency, name) in one.depends_on.iter().enumerate() {
            if !all().any(|it| it.addon.name == name.as_str()) {
                let name = name.as_str().to_owned();
                return Some(Misfit::UnknownDependency { index, dependency, name });
            }
        }
    }
    let all: Vec<&AddonUse> = all().collect();
    let mut fine = BTreeSet::new();
    (0..addons.len()).find_map(|index| {
        let path = circle(&all, all[index], &mut vec![], &mut fine)?;
        let first = addons.iter().position(|it| path.contains(&it.addon.name)).unwrap_or(index);
        Some(Misfit::Cycle { index: first, path })
    })
}

fn is_among(addons: &[AddonUse], one: &AddonUse) -> bool {
    addons.iter().any(|it| it.addon.name == one.addon.name)
}

/// The names around the circle that `from` leads to, if it leads to one. `before` is the way there, `fine` what leads to
/// none.
fn circle<'a>(
    all: &[&'a AddonUse],
    from: &'a AddonUse,
    before: &mut Vec<&'a str>,
    fine: &mut BTreeSet<&'a str>,
) -> Option<Vec<String>> {
    let name = from.addon.name.as_str();
    if fine.contains(name) {
        return None;
    }
    if let Some(begin) = before.iter().position(|it| *it == name) {
        let around = before[begin..].iter().copied().chain([name]);
        return Some(around.map(str::to_owned).collect());
    }
    before.push(name);
    for dependency in &from.depends_on {
        if let Some(next) = all.iter().find(|it| it.addon.name == dependency.as_str())
            && let Some(path) = circle(all, next, before, fine)
        {
            return Some(path);
        }
    }
    before.pop();
    fine.insert(name);
    None
}
