//! What `type` in a problem leads to: `/problems` and `/problems/{code}`, for people and for programs.

use std::fmt::Write as _;

use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Problem, ProblemCode};
use crate::http::request::Path;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;\
                     color:#1b1f24;background:#fff}code{font:14px ui-monospace,monospace}\
                     @media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}a{color:#8ab4f8}}";

/// `GET /problems/{code}`: an HTML page, or JSON where `Accept` asks for it. An unknown code is 404.
pub async fn problem_page(Path(code): Path<String>, headers: HeaderMap) -> Response {
    let Some(code) = ProblemCode::from_code(&code) else { return Problem::not_found().into_response() };
    if wants_json(&headers) {
        return respond("application/json", describe(code).to_string());
    }
    let entry = code.entry();
    let body = format!(
        "<h1>{}</h1><p><code>{code}</code> · HTTP status {}</p><h2>What it means</h2><p>{}</p>\
         <h2>What to do</h2><p>{}</p><p><a href=\"/problems\">All problems</a></p>",
        escape(entry.title),
        entry.status,
        escape(entry.meaning),
        escape(entry.remedy),
    );
    respond("text/html; charset=utf-8", page(entry.title, &body))
}

/// `GET /problems`: all of them.
pub async fn problem_index(headers: HeaderMap) -> Response {
    if wants_json(&headers) {
        let items: Vec<Value> = ProblemCode::ALL.iter().map(|code| describe(*code)).collect();
        return respond("application/json", json!({ "items": items }).to_string());
    }
    let mut body = String::from("<h1>Problems</h1><ul>");
    for code in ProblemCode::ALL {
        let entry = code.entry();
        // Writing to a String cannot fail.
        let _ = write!(
            body,
            "<li><a href=\"/problems/{code}\"><code>{code}</code></a> ({}): {}</li>",
            entry.status,
            escape(entry.meaning)
        );
    }
    body.push_str("</ul>");
    respond("text/html; charset=utf-8", page("Problems", &body))
}

fn describe(code: ProblemCode) -> Value {
    let entry = code.entry();
    json!({
        "type": code.type_uri(), "code": code.as_str(), "status": entry.status,
        "title": entry.title, "meaning": entry.meaning, "remedy": entry.remedy,
    })
}

/// True where JSON is named in `Accept` and HTML is not: browsers name HTML, programs that name nothing get HTML.
fn wants_json(headers: &HeaderMap) -> bool {
    let accepts = |wanted: &str| {
        let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        values
            .flat_map(|value| value.split(','))
            .any(|range| range.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted)))
    };
    (accepts("application/json") || accepts("application/problem+json")) && !accepts("text/html")
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{} · Quarterdeck</title><style>{STYLE}</style></head><body>{body}</body></html>",
        escape(title)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn respond(content_type: &'static str, body: String) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    headers.insert("vary", HeaderValue::from_static("accept"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    );
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::http::StatusCode;

    use super::*;

    async fn text(response: Response) -> String {
        String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    }

    fn accept(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(value))])
    }

    #[tokio::test]
    async fn every_code_has_a_page_for_people_and_one_for_programs() {
        for code in ProblemCode::ALL {
            let browser = accept("text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8");
            let html = text(problem_page(Path(code.to_string()), browser).await).await;
            assert!(html.starts_with("<!doctype html>") && html.contains(code.as_str()), "{code}");
            let json = problem_page(Path(code.to_string()), accept("application/json; q=1")).await;
            let json: Value = serde_json::from_str(&text(json).await).unwrap();
            assert_eq!(json["code"], code.as_str());
        }
    }

    #[tokio::test]
    async fn an_unknown_code_is_a_404_problem_that_does_not_echo_it() {
        let response = problem_page(Path("<script>".into()), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(!text(response).await.contains("script"));
    }

    #[tokio::test]
    async fn the_index_lists_them_all() {
        let html = text(problem_index(HeaderMap::new()).await).await;
        let json = text(problem_index(accept("application/json")).await).await;
        for code in ProblemCode::ALL {
            assert!(html.contains(&format!("/problems/{code}\"")) && json.contains(code.as_str()));
        }
    }
}
