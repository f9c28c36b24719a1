//! Lists: from parameters to a page, and from a page to what is sent.

use super::call::moment;
use super::paging::PageCursor;
use super::problem::{FieldProblem, Problem, ProblemCode};
use super::request::ListQuery;
use crate::app::read::{Counting, Pinned};
use crate::app::{App, Refused};
use crate::crypto::sha256;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use projections::documents::{self, LabelTerms, Listed, Sort, SortKey};
use serde::Deserialize;
use uuid::Uuid;
use values::{LabelSelector, ScopeId};

/// The kind of page tokens, so that no other token of ours passes for one.
const TOKEN: &str = "page";
/// What lists can be sorted by; the first is what they are sorted by unless told otherwise.
const SORTS: [&str; 3] = ["name", "createdAt", "updatedAt"];

/// The filters that every list of documents has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Filters {
    /// Only the one of this name.
    pub name: Option<String>,
    /// Only those in this phase.
    pub phase: Option<String>,
    /// Only those that have this text in their name or display name.
    pub q: Option<String>,
    /// Only those whose labels this selects, by the Kubernetes grammar.
    pub label_selector: Option<String>,
    /// Deleted ones too.
    pub include_deleted: bool,
    /// Only the one with this id in somebody else's books.
    pub external_id: Option<String>,
    /// In which partner.
    pub partner: Option<values::NameOrId>,
}

/// What is listed, for whom.
#[derive(Clone, Debug)]
pub struct Listing<'a> {
    /// What lists the documents.
    pub parents: &'a [ScopeId],
    /// Only these, where the caller sees no others.
    pub ids: Option<&'a [Uuid]>,
    /// The kind.
    pub kind: &'a str,
    /// Only those of these owners, where the caller sees or asks for no others.
    pub owners: Option<&'a [Uuid]>,
    /// Only those whose label of this key has one of these values, joined by commas, where the caller sees no others.
    pub within: Option<(&'a str, &'a str)>,
    /// Whose positions count.
    pub counting: Counting,
    /// How the list is sorted unless told otherwise: for kinds without plain names by creation.
    pub sorts: &'a [&'static str],
}

impl<'a> Listing<'a> {
    /// A list of what `parents` list.
    #[must_use]
    pub const fn of(kind: &'a str, parents: &'a [ScopeId], counting: Counting) -> Self {
        Self { parents, ids: None, kind, owners: None, within: None, counting, sorts: &SORTS }
    }

    /// The page that is asked for, ready to be sent.
    ///
    /// # Errors
    /// A parameter does not fit, or the database could not answer.
    pub async fn page(self, app: &App, query: ListQuery<Filters>) -> Result<Response, Problem> {
        let filters = &query.own;
        let sort = query.page.sort(self.sorts)?;
        let selector = selector(filters.label_selector.as_deref())?;
        let mut labels = LabelTerms::of(&selector);
        if let Some((key, values)) = self.within {
            labels.add(key, "in", values.to_owned());
        }
        let identity = self.identity(filters, sort.field, sort.descending, query.as_of.is_some());
        let open = |token: &str| app.keyring.open_token(TOKEN, token);
        let cursor = query.page.cursor(&identity, open)?;
        if let Some(position) = query.min_position {
            app.wait_for(i64::try_from(position).unwrap_or(i64::MAX), self.counting).await?;
        }
        let pinned = match &cursor {
            Some(cursor) => app.pinned_at(cursor.epoch, signed(cursor.position), self.counting).await?,
            None => app.pin(moment(query.as_of), self.counting).await?,
        };
        let text = filters.q.as_ref().map(|text| text.to_lowercase());
        let limit = i64::from(query.page.limit());
        let wanted = documents::ListQuery {
            parents: self.parents,
            ids: self.ids,
            kind: self.kind,
            sort: Sort { key: key(sort.field), descending: sort.descending },
            after: cursor.map(|cursor| (cursor.last_key, cursor.last_id)),
            limit: limit + 1,
            name: filters.name.as_deref(),
            phase: filters.phase.as_deref(),
            text: text.as_deref(),
            external_id: filters.external_id.as_deref(),
            owners: self.owners,
            include_deleted: filters.include_deleted,
            labels,
        };
        let mut page = app.page(&wanted, pinned).await?;
        let more = page.items.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        page.items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        // What changes too often for documents is shown as it is now, on later pages too; not as of a moment.
        if self.kind == "ApiKey" && query.as_of.is_none() {
            app.add_last_uses(page.items.iter_mut().map(|item| &mut item.found)).await?;
        }
        if let ("Webhook", None, [parent]) = (self.kind, query.as_of, self.parents) {
            app.add_progress(*parent, page.items.iter_mut().map(|item| &mut item.found)).await?;
        }
        let next = page.items.last().filter(|_| more).map(|last| token(app, identity, pinned, last));
        send(app, page.items, next, pinned.shown).await
    }

    /// What makes this list this list: a page token is good for no other.
    fn identity(&self, filters: &Filters, sort: &str, descending: bool, as_of: bool) -> [u8; 32] {
        // Partners come and go while the operator turns the pages of all orgs.
        let parents: &[ScopeId] = if self.kind == "Org" { &[] } else { self.parents };
        let text = format!(
            "{parents:?}|{:?}|{}|{:?}|{:?}|{filters:?}|{sort}|{descending}|{as_of}",
            self.ids, self.kind, self.owners, self.within
        );
        sha256(text.as_bytes())
    }
}

/// A list as it is sent.
///
/// # Errors
/// A document cannot be opened.
async fn send(
    app: &App,
    items: Vec<Listed>,
    next: Option<String>,
    position: i64,
) -> Result<Response, Problem> {
    let mut body =
        String::with_capacity(64 + items.iter().map(|item| item.found.json.len() + 1).sum::<usize>());
    body.push_str("{\"items\":[");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(&item.found.json);
    }
    body.push_str("],\"nextPageToken\":");
    match next {
        // A token is base64url: nothing in it needs escaping.
        Some(token) => body.extend(["\"", &token, "\""]),
        None => body.push_str("null"),
    }
    body.push_str(",\"position\":");
    body.push_str(&position.to_string());
    body.push('}');
    let body = app.people.open(body).await.map_err(Refused::from)?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

fn token(app: &App, filter: [u8; 32], pinned: Pinned, last: &Listed) -> String {
    let cursor = PageCursor {
        filter,
        epoch: pinned.epoch,
        position: pinned.position.unsigned_abs(),
        last_key: last.sort_value.clone(),
        last_id: last.found.id,
    };
    app.keyring.seal_token(&app.random, TOKEN, &cursor.to_bytes())
}

fn key(field: &str) -> SortKey {
    match field {
        "createdAt" => SortKey::CreatedAt,
        "updatedAt" => SortKey::UpdatedAt,
        _ => SortKey::Name,
    }
}

fn signed(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

fn selector(text: Option<&str>) -> Result<LabelSelector, Problem> {
    LabelSelector::parse(text.unwrap_or_default()).map_err(|invalid| {
        Problem::new(ProblemCode::InvalidParameter, format!("?labelSelector: {invalid}"))
            .with_errors(vec![FieldProblem::new("?labelSelector", invalid.code, invalid.detail)])
    })
}
