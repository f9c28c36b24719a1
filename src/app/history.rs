//! The history of one thing: its versions, what lies between two of them, and who set what. Index ranges, no replays.

use super::read::{Counting, Pinned};
use super::{App, Refused};
use api::{Blame, Diff, HistoryEntry, HistoryPage, PatchOperation};
use json_patch::PatchOperation as Step;
use projections::audit::{all_changes, compared};
use projections::history::{self, Blaming, Thing, Version};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// How many versions are looked at in one question, where it is not known how many it takes.
const STRIDE: i64 = 200;

/// Which versions are compared; what is left out is the newest version, and the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between {
    /// From this one.
    pub from: Option<i64>,
    /// To this one.
    pub to: Option<i64>,
}

/// A page of a history, in which sealed spans are still sealed.
#[derive(Debug)]
pub struct Versions {
    /// What is on it, newest first.
    pub items: Vec<HistoryEntry>,
    /// The version before which the next page begins; `None` on the last.
    pub next: Option<i64>,
}

impl App {
    /// The versions of a thing that are older than one, newest first.
    ///
    /// # Errors
    /// It was not there then, or the database could not answer.
    pub async fn history(
        &self,
        thing: &Thing,
        pinned: Pinned,
        counting: Counting,
        older_than: Option<i64>,
        limit: i64,
    ) -> Result<Versions, Refused> {
        let below = older_than.unwrap_or(i64::MAX);
        let found = history::versions(&self.pool, thing, pinned.position, below, limit + 1).await?;
        let (Some(newest), Some(limit)) = (found.first(), usize::try_from(limit).ok()) else {
            return Err(Refused::NotFound);
        };
        let before_all = found.get(limit).map_or(0, |before| before.version);
        let mut rows = history::events(&self.pool, thing, before_all, newest.version).await?;
        let installation = counting == Counting::Installation;
        let mut items = vec![];
        for (index, version) in found.iter().take(limit).enumerate() {
            let before = found.get(index + 1);
            let older = before.map_or(0, |before| before.version);
            let rest = rows.split_off(rows.partition_point(|row| row.sequence > older));
            let own = std::mem::replace(&mut rows, rest);
            items.extend(history::entry(version, before, own, installation));
        }
        let next = found.get(limit).and(items.last()).map(|last| last.version);
        Ok(Versions { items, next })
    }

    /// A page of a history as it is sent: nothing in it is sealed.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn history_json(&self, page: &HistoryPage) -> Result<String, Refused> {
        self.opened(page).await
    }

    /// What lies between two versions of a thing, as JSON.
    ///
    /// # Errors
    /// One of them is not there, or the database could not answer.
    pub async fn diff(&self, thing: &Thing, pinned: Pinned, between: Between) -> Result<String, Refused> {
        let newest = self.newest(thing, pinned).await?;
        let to = self.one_of(thing, pinned, &newest, between.to.unwrap_or(newest.version), "?to").await?;
        let from = if let Some(from) = between.from {
            self.one_of(thing, pinned, &newest, from, "?from").await?
        } else {
            let before = history::versions(&self.pool, thing, pinned.position, to.version, 1).await?;
            before.into_iter().next().unwrap_or_else(|| to.clone())
        };
        let (old, new) = (parsed(&from)?, parsed(&to)?);
        let (old_part, new_part) = (compared(&old), compared(&new));
        let diff = Diff {
            from: from.version,
            to: to.version,
            patch: steps(&old_part, &new_part),
            reverse_patch: steps(&new_part, &old_part),
            changes: all_changes(Some(&old), &new),
        };
        self.opened(&diff).await
    }

    /// Who set what in the `spec` of a thing, as JSON.
    ///
    /// # Errors
    /// It was not there then, or the database could not answer.
    pub async fn blame(&self, thing: &Thing, pinned: Pinned, counting: Counting) -> Result<String, Refused> {
        let newest = self.newest(thing, pinned).await?;
        let mut blaming = Blaming::of(newest.version, &parsed(&newest)?);
        let mut below = newest.version;
        while blaming.is_open() {
            let older = history::versions(&self.pool, thing, pinned.position, below, STRIDE).await?;
            let Some(last) = older.last() else { break };
            below = last.version;
            for version in &older {
                blaming.before(version.version, &parsed(version)?);
            }
        }
        let rows = history::events_at(&self.pool, thing, &blaming.versions()).await?;
        let items = history::blamed(&blaming, &rows, counting == Counting::Installation);
        self.opened(&Blame { version: newest.version, items }).await
    }

    /// The document of a thing as it was at a version; nothing in it is sealed.
    ///
    /// # Errors
    /// There is no such version, or the database could not answer.
    pub async fn document_at(&self, thing: &Thing, version: u32) -> Result<Value, Refused> {
        let now = Pinned { position: i64::MAX, shown: i64::MAX, epoch: 0 };
        let newest = self.newest(thing, now).await?;
        let found = self.one_of(thing, now, &newest, i64::from(version), "/toVersion").await?;
        let opened = self.people.open(found.document).await?;
        serde_json::from_str(&opened).map_err(broken)
    }

    async fn newest(&self, thing: &Thing, pinned: Pinned) -> Result<Version, Refused> {
        let found = history::versions(&self.pool, thing, pinned.position, i64::MAX, 1).await?;
        found.into_iter().next().ok_or(Refused::NotFound)
    }

    async fn one_of(
        &self,
        thing: &Thing,
        pinned: Pinned,
        newest: &Version,
        wanted: i64,
        pointer: &'static str,
    ) -> Result<Version, Refused> {
        if wanted == newest.version {
            return Ok(newest.clone());
        }
        let found = history::version(&self.pool, thing, pinned.position, wanted).await?;
        found.ok_or_else(|| Refused::Invalid {
            pointer,
            code: "unknown_version",
            detail: format!(
                "there is no version {wanted}: the newest is {}, and /history lists all",
                newest.version
            ),
        })
    }

    /// JSON as it is sent: nothing in it is sealed.
    async fn opened(&self, value: &impl Serialize) -> Result<String, Refused> {
        let sealed = serde_json::to_string(value).map_err(broken)?;
        Ok(self.people.open(sealed).await?)
    }
}

fn parsed(version: &Version) -> Result<Value, Refused> {
    serde_json::from_str(&version.document).map_err(broken)
}

/// The patch (RFC 6902) that turns one value into another. Comparing makes no other steps than these.
fn steps(old: &Value, new: &Value) -> Vec<PatchOperation> {
    let patch = json_patch::diff(old, new).0.into_iter();
    let steps = patch.filter_map(|step| match step {
        Step::Add(add) => Some(PatchOperation::Add { path: add.path.to_string(), value: add.value }),
        Step::Remove(remove) => Some(PatchOperation::Remove { path: remove.path.to_string() }),
        Step::Replace(replace) => {
            Some(PatchOperation::Replace { path: replace.path.to_string(), value: replace.value })
        }
        Step::Move(_) | Step::Copy(_) | Step::Test(_) => None,
    });
    steps.collect()
}

fn broken(error: serde_json::Error) -> Refused {
    Refused::Broken(Arc::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_leads_from_one_document_to_the_other_and_the_reverse_one_back() {
        let old = json!({ "spec": { "a": [1, 2, 3], "b/c": null, "d": { "e": 1 } } });
        let new = json!({ "spec": { "a": [1, 3], "b/c": {}, "f": "x" } });
        for (from, to) in [(&old, &new), (&new, &old), (&old, &old)] {
            let patch = serde_json::to_value(steps(from, to)).unwrap();
            let mut patched = from.clone();
            json_patch::patch(&mut patched, &serde_json::from_value::<json_patch::Patch>(patch).unwrap())
                .unwrap();
            assert_eq!(&patched, to);
        }
        assert!(steps(&old, &old).is_empty());
    }
}
