//! Reading one header, strictly.

use axum::http::HeaderMap;

use crate::http::problem::{Problem, ProblemCode};

/// 400 `invalid_header`, in words that name the header and the form it must have.
pub(super) fn invalid(name: &str, must: &str) -> Problem {
    Problem::new(ProblemCode::InvalidHeader, format!("{name} {must}."))
}

/// The text of a header that is there at most once.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(invalid(name, "must be there once"));
    }
    let text = std::str::from_utf8(first.as_bytes()).map_err(|_| invalid(name, "must be UTF-8"))?;
    Ok(Some(text.trim_matches([' ', '\t'])))
}

/// True for 1 to `max` characters of ASCII that can be seen: no spaces.
pub(super) fn is_visible_ascii(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
