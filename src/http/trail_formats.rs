//! Entries a line each, as they are read: the whole trail in constant memory.

use super::trail_ocsf::activity;
use crate::app::Refused;
use crate::app::audit::{Found, Trail};
use api::{AuditEntry, AuditOutcome};
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use serde_json::Value;

/// The media type of one JSON document a line.
const NDJSON: &str = "application/x-ndjson";
/// RFC 4180.
const CSV: &str = "text/csv";

/// One API Activity a line, in the Open Cybersecurity Schema Framework.
const OCSF: &str = "application/vnd.ocsf+x-ndjson";

/// What the columns are called.
const COLUMNS: [&str; 20] = [
    "position",
    "orgPosition",
    "orgId",
    "time",
    "action",
    "outcome",
    "kind",
    "objectId",
    "objectName",
    "projectId",
    "actorKind",
    "actorId",
    "credentialId",
    "authMethod",
    "client",
    "sourceIp",
    "requestId",
    "reason",
    "code",
    "changes",
];

/// How entries are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A page.
    Json,
    /// All, one a line.
    NdJson,
    /// All, one a row.
    Csv,
    /// All, one a line, as security information systems read them.
    Ocsf,
}

impl Format {
    /// The format that is asked for.
    pub(super) fn asked(headers: &HeaderMap) -> Self {
        let accepts = |wanted: &str| {
            let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).any(|range| {
                let range = range.split(';').next().unwrap_or_default();
                range.trim().eq_ignore_ascii_case(wanted)
            })
        };
        let streamed = [(NDJSON, Self::NdJson), (CSV, Self::Csv), (OCSF, Self::Ocsf)];
        let asked = streamed.into_iter().find(|(media_type, _)| accepts(media_type));
        asked.filter(|_| !accepts("application/json")).map_or(Self::Json, |(_, format)| format)
    }
}

/// All entries of a trail. An error on the way breaks the connection off, so that nobody takes a part for the whole.
pub(super) fn stream(trail: Trail, format: Format) -> Response {
    let (media_type, head) = match format {
        Format::Csv => ("text/csv; charset=utf-8", format!("{}\r\n", COLUMNS.join(","))),
        Format::Ocsf => (OCSF, String::new()),
        Format::Json | Format::NdJson => (NDJSON, String::new()),
    };
    let lines = stream::try_unfold((trail, Some(head)), move |(mut trail, head)| async move {
        if let Some(head) = head {
            return Ok::<_, Refused>(Some((Bytes::from(head), (trail, None))));
        }
        let Some(found) = trail.next().await? else { return Ok(None) };
        let mut lines = String::new();
        for Found { entry, .. } in &found {
            lines.push_str(&line(entry, format));
        }
        Ok(Some((Bytes::from(lines), (trail, None))))
    });
    ([(CONTENT_TYPE, media_type)], Body::from_stream(lines)).into_response()
}

fn line(entry: &AuditEntry, format: Format) -> String {
    match format {
        // An entry of strings, numbers and JSON always serializes.
        Format::Json | Format::NdJson => serde_json::to_string(entry).unwrap_or_default() + "\n",
        Format::Ocsf => activity(entry).to_string() + "\n",
        Format::Csv => row(entry),
    }
}

fn row(entry: &AuditEntry) -> String {
    let number = |number: Option<i64>| number.map(|it| it.to_string()).unwrap_or_default();
    let id = |id: Option<uuid::Uuid>| id.map(|it| it.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let outcome = match entry.outcome {
        AuditOutcome::Allowed => "allowed",
        AuditOutcome::Refused => "refused",
        AuditOutcome::Denied => "denied",
        AuditOutcome::Failed => "failed",
    };
    let actor_kind = serde_json::to_value(entry.actor.kind).unwrap_or_default();
    let cells: [String; COLUMNS.len()] = [
        entry.position.to_string(),
        number(entry.org_position),
        id(entry.org_id),
        entry.time.to_string(),
        entry.action.clone(),
        outcome.to_owned(),
        entry.kind.clone(),
        id(entry.object_id),
        text(&entry.object_name),
        id(entry.project_id),
        actor_kind.as_str().unwrap_or_default().to_owned(),
        entry.actor.id.clone(),
        text(&entry.credential_id),
        text(&entry.auth_method),
        text(&entry.client),
        text(&entry.source_ip),
        entry.request_id.clone(),
        text(&entry.reason),
        text(&entry.code),
        serde_json::to_value(&entry.changes).as_ref().map(Value::to_string).unwrap_or_default(),
    ];
    cells.map(|cell| cell_of(&cell)).join(",") + "\r\n"
}

/// A cell: quoted where it must be, and with a `'` before what a spreadsheet would run as a formula.
fn cell_of(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn cells_never_begin_like_a_formula() {
        for (text, cell) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell_of(text), cell);
        }
    }

    #[test]
    fn the_format_is_the_one_that_is_accepted() {
        let asked = |accept: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.extend(accept.map(|accept| (ACCEPT, HeaderValue::from_static(accept))));
            Format::asked(&headers)
        };
        assert_eq!(asked(None), Format::Json);
        assert_eq!(asked(Some("*/*")), Format::Json);
        assert_eq!(asked(Some("application/x-ndjson")), Format::NdJson);
        assert_eq!(asked(Some("text/csv; charset=utf-8")), Format::Csv);
        assert_eq!(asked(Some("application/vnd.ocsf+x-ndjson")), Format::Ocsf);
        assert_eq!(asked(Some("application/json, text/csv")), Format::Json);
    }
}
