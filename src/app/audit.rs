//! Reading the audit trail: the ledger backwards, a window at a time, in constant memory.

use super::read::Counting;
use super::{App, Refused};
use api::AuditEntry;
use projections::audit::{self, Filter, Group, Window};
use projections::partners;
use std::sync::Arc;
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// How many positions are looked at in one question.
const WINDOW: i64 = 20_000;
/// The most events that one question brings.
const MOST_EVENTS: i64 = 512;
/// How many positions are looked at for one page; where few entries fit, the page is short and the next one goes on.
const MOST_FOR_A_PAGE: i64 = 200_000;

/// The kind of projects.
const PROJECT: &str = "Project";

/// Whose trail is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audited {
    /// One scope's.
    Scope(ScopeId),
    /// These scopes' (the platform, partners), and the lives of the orgs that these partners have.
    Installation(Vec<ScopeId>),
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What the ledger can be asked for.
    pub filter: Filter,
    /// The object.
    pub object: Option<Uuid>,
    /// The project.
    pub project: Option<Uuid>,
    /// The only projects whose entries are seen; `None` for everything.
    pub only_projects: Option<Vec<Uuid>>,
    /// From this time on.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Text that is somewhere in the entry, whatever the case.
    pub text: Option<String>,
}

/// An audit trail that is being read, newest first.
#[derive(Debug)]
pub struct Trail {
    app: Arc<App>,
    audited: Audited,
    wanted: Wanted,
    /// Nothing at or before this position is read.
    after: i64,
    /// Everything from this position on has been read.
    before: i64,
    /// Read, and perhaps not wholly.
    pending: Option<Group>,
    seen: i64,
}

/// An entry, and the position before which the trail goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The entry; nothing in it is sealed.
    pub entry: AuditEntry,
    /// The position of its oldest event.
    pub from: i64,
}

/// A page of a trail.
#[derive(Debug)]
pub struct TrailPage {
    /// What is on it.
    pub items: Vec<AuditEntry>,
    /// The position before which the next page begins; `None` on the last.
    pub next: Option<i64>,
}

impl App {
    /// The scopes whose trails the operator (no partner) or a partner's staff read together.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn audited_together(&self, partner: Option<ScopeId>) -> Result<Audited, Refused> {
        if let Some(partner) = partner {
            return Ok(Audited::Installation(vec![partner]));
        }
        let mut scopes = partners::all(&self.pool).await?;
        scopes.push(ScopeId::PLATFORM);
        Ok(Audited::Installation(scopes))
    }

    /// Begins to read a trail before a position.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn trail(
        self: &Arc<Self>,
        audited: Audited,
        mut wanted: Wanted,
        mut before: i64,
    ) -> Result<Trail, Refused> {
        let (scope, scopes) = match &audited {
            Audited::Scope(scope) => (Some(*scope), vec![*scope]),
            Audited::Installation(scopes) => (None, scopes.clone()),
        };
        if let Some(object) = wanted.object {
            let memberships = audit::memberships(&self.pool, &scopes, object).await?;
            let ids = std::iter::once(object).chain(memberships);
            wanted.filter.objects = Some(ids.map(|id| id.to_string()).collect());
        }
        if let Some(until) = wanted.until {
            before = before.min(audit::position_before(&self.pool, scope, until).await? + 1);
        }
        let after = match wanted.since {
            Some(since) => audit::position_before(&self.pool, scope, since).await?,
            None => 0,
        };
        let wanted = Wanted { text: wanted.text.map(|text| text.to_lowercase()), ..wanted };
        Ok(Trail { app: Arc::clone(self), audited, wanted, after, before, pending: None, seen: 0 })
    }
}

impl Audited {
    /// Whose positions count.
    #[must_use]
    pub const fn counting(&self) -> Counting {
        match self {
            Self::Scope(scope) => Counting::Scope(*scope),
            Self::Installation(_) => Counting::Installation,
        }
    }
}

impl Trail {
    /// The next entries; perhaps none, although there are more. `None` at the end.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn next(&mut self) -> Result<Option<Vec<Found>>, Refused> {
        match self.groups().await? {
            Some(groups) => Ok(Some(self.entries(groups).await?)),
            None => Ok(None),
        }
    }

    /// One page of at most `limit` entries.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn page(mut self, limit: usize) -> Result<TrailPage, Refused> {
        let mut found: Vec<Found> = vec![];
        let mut next = None;
        while let Some(more) = self.next().await? {
            found.extend(more);
            if found.len() > limit {
                found.truncate(limit);
                next = found.last().map(|last| last.from);
                break;
            }
            if self.seen >= MOST_FOR_A_PAGE {
                next = Some(self.goes_on_before());
                break;
            }
        }
        Ok(TrailPage { items: found.into_iter().map(|found| found.entry).collect(), next })
    }

    fn goes_on_before(&self) -> i64 {
        self.pending.as_ref().map_or(self.before, |group| self.position(group.newest()) + 1)
    }

    fn position(&self, row: &audit::Row) -> i64 {
        match self.audited {
            Audited::Scope(_) => row.scope_position,
            Audited::Installation(_) => row.position,
        }
    }

    async fn groups(&mut self) -> Result<Option<Vec<Group>>, Refused> {
        if self.before <= self.after + 1 {
            return Ok(self.pending.take().map(|group| vec![group]));
        }
        let (after, before) = (self.after.max(self.before - 1 - WINDOW), self.before);
        let window = match &self.audited {
            Audited::Scope(scope) => Window::Scope { scope: *scope, after, before },
            Audited::Installation(scopes) => Window::Installation { scopes, after, before },
        };
        let rows = audit::window(&self.app.pool, &window, &self.wanted.filter, MOST_EVENTS).await?;
        let is_cut = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= MOST_EVENTS;
        let lowest = rows.last().filter(|_| is_cut).map_or(after + 1, |last| self.position(last));
        self.before = lowest;
        self.seen += before - lowest;
        let mut groups: Vec<Group> = self.pending.take().into_iter().collect();
        for row in rows {
            audit::push(&mut groups, row);
        }
        if groups.last().is_some_and(|group| self.position(group.oldest()) == lowest) {
            self.pending = groups.pop();
        }
        Ok(Some(groups))
    }

    async fn entries(&self, groups: Vec<Group>) -> Result<Vec<Found>, Refused> {
        if groups.is_empty() {
            return Ok(vec![]);
        }
        let documents = audit::documents(&self.app.pool, &groups).await?;
        let installation = matches!(self.audited, Audited::Installation(_));
        let sealed: Vec<AuditEntry> = groups
            .iter()
            .enumerate()
            .map(|(place, group)| audit::entry(group, documents.get(&place), installation))
            .collect();
        let sealed = serde_json::to_string(&sealed).map_err(broken)?;
        let opened = self.app.people.open(sealed).await?;
        let entries: Vec<AuditEntry> = serde_json::from_str(&opened).map_err(broken)?;
        let from = groups.iter().map(|group| self.position(group.oldest()));
        let found = entries.into_iter().zip(from).map(|(entry, from)| Found { entry, from });
        Ok(found.filter(|found| self.fits(&found.entry)).collect())
    }

    fn fits(&self, entry: &AuditEntry) -> bool {
        let wanted = self.wanted.project.is_none_or(|project| is_of(entry, project));
        let only = self.wanted.only_projects.as_ref();
        let seen = only.is_none_or(|only| only.iter().any(|project| is_of(entry, *project)));
        wanted && seen && self.wanted.text.as_ref().is_none_or(|text| says(entry, text))
    }
}

/// Whether it is about the project, or about what is in it.
fn is_of(entry: &AuditEntry, project: Uuid) -> bool {
    entry.project_id == Some(project) || (entry.kind == PROJECT && entry.object_id == Some(project))
}

fn says(entry: &AuditEntry, text: &str) -> bool {
    let texts = [Some(&entry.action), Some(&entry.kind), Some(&entry.request_id)];
    let more = [&entry.object_name, &entry.reason, &entry.code, &entry.credential_id];
    let texts = texts.into_iter().flatten().chain(more.into_iter().flatten()).chain(&entry.event_types);
    texts.into_iter().any(|it| it.to_lowercase().contains(text))
}

fn broken(error: serde_json::Error) -> Refused {
    Refused::Broken(Arc::new(error))
}
