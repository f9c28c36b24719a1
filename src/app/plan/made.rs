//! What a plan makes, changes and shares: what follows in it sees these as they will be.

use super::Plan;
use aggregates::sharing::Sharing;
use projections::documents::Sighted;
use uuid::Uuid;
use values::ScopeId;

impl Plan<'_> {
    /// Remembers a thing that this plan makes or changes, so that what follows in it sees the thing as it will be.
    pub fn made(&mut self, parent: Uuid, kind: &'static str, id: Uuid, name: &str, phase: &str) {
        self.made.retain(|(_, _, made)| made.id != id);
        let (name, phase) = (name.to_owned(), phase.to_owned());
        self.made.push((parent, kind, Sighted { id, name, phase, owner: None, version: 0 }));
    }

    /// What this plan makes or changes of a kind beneath something, as it will be.
    pub fn made_in(&self, parent: Uuid, kind: &'static str) -> impl Iterator<Item = &Sighted> {
        let fits = move |made: &&(Uuid, &'static str, Sighted)| made.0 == parent && made.1 == kind;
        self.made.iter().filter(fits).map(|(_, _, made)| made)
    }

    /// Remembers with which projects this plan shares a thing, so that what follows in it can refer to the thing there.
    pub fn shares(&mut self, kind: &'static str, id: Uuid, name: &str, org: ScopeId, sharing: &Sharing) {
        let with: Vec<Uuid> = match sharing {
            Sharing::None => vec![],
            Sharing::All => vec![org.as_uuid()],
            Sharing::Projects { projects } => projects.iter().map(|project| project.id).collect(),
        };
        let sighted =
            |id| Sighted { id, name: name.to_owned(), phase: String::new(), owner: None, version: 0 };
        self.shared.extend(with.into_iter().map(|with| (with, kind, sighted(id))));
    }

    /// What this plan shares of a kind with a project, or with all projects of the org.
    pub fn shared_with(
        &self,
        org: ScopeId,
        project: Uuid,
        kind: &'static str,
    ) -> impl Iterator<Item = &Sighted> {
        let fits = move |shared: &&(Uuid, &'static str, Sighted)| {
            (shared.0 == project || shared.0 == org.as_uuid()) && shared.1 == kind
        };
        self.shared.iter().filter(fits).map(|(_, _, shared)| shared)
    }
}
