//! Which events are wanted.

use super::Told;
use crate::ledger::catalogue;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// What every type begins with.
const PREFIX: &str = "io.quarterdeck.";

/// Which events are wanted; all, where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    types: Option<Arc<BTreeSet<&'static str>>>,
    subject: Option<String>,
    project: Option<Uuid>,
}

/// A pattern that no type of events fits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no event type fits {0:?}: GET /v1/event-types lists them; io.quarterdeck.project.* stands for all of a kind"
)]
pub struct UnknownType(String);

impl Filter {
    /// Only events of these types: each in full, or the beginning of some with a `*` after it; a `*` alone is all.
    ///
    /// # Errors
    /// There is no such type.
    pub fn of_types<'a>(mut self, patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownType> {
        let mut wanted = BTreeSet::new();
        for pattern in patterns {
            let fits = |name: &&str| match pattern.strip_suffix('*') {
                Some(beginning) => name.starts_with(beginning),
                None => *name == pattern,
            };
            let before = wanted.len();
            let all = catalogue::event_types().iter().map(|it| it.r#type.as_str());
            let mut fitting = all.filter(fits).peekable();
            if fitting.peek().is_none() {
                return Err(UnknownType(pattern.to_owned()));
            }
            wanted.extend(fitting);
            debug_assert!(wanted.len() >= before, "types are only added");
        }
        let is_all = wanted.len() == catalogue::event_types().len();
        self.types = (!is_all).then(|| Arc::new(wanted));
        Ok(self)
    }

    /// Only events whose subject begins so: `clusters/`, or one thing's.
    #[must_use]
    pub fn of_subjects(mut self, beginning: &str) -> Self {
        self.subject = (!beginning.is_empty()).then(|| beginning.to_owned());
        self
    }

    /// Only events of this project and of what is in it.
    #[must_use]
    pub fn in_project(mut self, project: Uuid) -> Self {
        self.project = Some(project);
        self
    }

    /// Whether every event is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether this event is wanted.
    #[must_use]
    pub fn admits(&self, told: &Told) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(told.event_type))
            && self.subject.as_ref().is_none_or(|subject| told.subject.starts_with(subject.as_str()))
            && self.project.is_none_or(|project| told.project == Some(project))
    }

    /// The wanted types as they are stored, for the database to look for; `None` for all.
    #[must_use]
    pub fn stored_types(&self) -> Option<Vec<String>> {
        let types = self.types.as_ref()?;
        Some(types.iter().map(|name| stored(name).to_owned()).collect())
    }
}

/// The stored type behind a public one: `project.created` for `io.quarterdeck.project.created.v1`.
fn stored(public: &str) -> &str {
    let name = public.strip_prefix(PREFIX).unwrap_or(public);
    name.rsplit_once(".v").map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(patterns: &[&str]) -> Option<Vec<String>> {
        Filter::default().of_types(patterns.iter().copied()).unwrap().stored_types()
    }

    #[test]
    fn types_are_wanted_in_full_or_by_their_beginning() {
        assert_eq!(types(&["io.quarterdeck.org.approved.v1"]), Some(vec!["org.approved".to_owned()]));
        let projects = types(&["io.quarterdeck.project.*"]).unwrap();
        assert_eq!(projects, ["project.created", "project.deleted", "project.restored", "project.updated"]);
        let both = types(&["io.quarterdeck.user.*", "io.quarterdeck.access.*"]).unwrap();
        assert_eq!(both, ["access.attempted", "user.erased", "user.registered"]);
        assert_eq!(types(&["*"]), None);
        assert_eq!(types(&["io.quarterdeck.*"]), None);
    }

    #[test]
    fn a_type_that_there_is_not_is_refused() {
        for bad in ["", "project.created", "io.quarterdeck.project.created", "io.quarterdeck.projekt.*"] {
            let refused = Filter::default().of_types([bad]).unwrap_err();
            assert!(refused.to_string().contains("/v1/event-types"), "{refused}");
        }
    }
}
