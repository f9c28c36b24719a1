//! Many documents in one body: a stream of YAML, or a list in JSON.

use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use serde_json::Value;

use super::read::{MediaType, read};
use super::yaml::{Located, parse_yaml};
use super::{ARTIFACT_LIMIT, parse};
use crate::http::problem::{FieldProblem, Problem, ProblemCode};

/// The most documents in one body.
pub const MOST_DOCUMENTS: usize = 500;

/// The documents of a body, and the bytes as sent.
#[derive(Debug, Clone)]
pub struct Documents {
    /// The documents, in order.
    pub documents: Vec<Located>,
    /// Whether they were sent as YAML.
    pub are_yaml: bool,
    /// The bytes as sent.
    pub bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Documents {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let are_yaml =
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/yaml");
        let bytes = read(request, ARTIFACT_LIMIT, MediaType::Documents).await?;
        let documents = if are_yaml { parse_yaml(text(&bytes)?)? } else { list(&bytes)? };
        match documents.len() {
            0 => Err(fault("required", "send at least one document")),
            count if count > MOST_DOCUMENTS => {
                Err(fault("too_many", &format!("send at most {MOST_DOCUMENTS} documents at once")))
            }
            _ => Ok(Self { documents, are_yaml, bytes }),
        }
    }
}

fn fault(code: &str, detail: &str) -> Problem {
    Problem::validation(vec![FieldProblem::new("", code, detail)])
}

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| {
        let detail = format!("The body is not UTF-8 at byte {}.", error.valid_up_to());
        Problem::new(ProblemCode::InvalidEncoding, detail)
    })
}

/// The items of a JSON list, and where each begins.
fn list(bytes: &[u8]) -> Result<Vec<Located>, Problem> {
    let Value::Array(items) = parse(bytes)? else {
        return Err(fault("invalid_type", "expected a list of documents"));
    };
    Ok(lines_of_items(bytes).into_iter().zip(items).map(|(line, value)| Located { line, value }).collect())
}

/// The line on which each item of a well-formed list begins.
fn lines_of_items(bytes: &[u8]) -> Vec<usize> {
    let (mut lines, mut line, mut depth, mut awaits) = (vec![], 1, 0_usize, false);
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        if *byte == b'\n' {
            line += 1;
        }
        if in_text {
            (in_text, escaped) = (escaped || *byte != b'"', !escaped && *byte == b'\\');
            continue;
        }
        if awaits && depth == 1 && !byte.is_ascii_whitespace() && *byte != b']' {
            lines.push(line);
            awaits = false;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                awaits |= depth == 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => awaits = true,
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_of_a_list_knows_its_line() {
        let text = "[\n  {\"kind\": \"A\",\n \"x\": [1, 2, \"]\\\",\\n\"]}, {\"b\": {}},\n\n  3\n]";
        let lines: Vec<usize> = list(text.as_bytes()).unwrap().iter().map(|it| it.line).collect();
        assert_eq!(lines, [2, 3, 5]);
        assert_eq!(lines_of_items(b" [ ] "), Vec::<usize>::new());
        assert!(list(b"{}").is_err() && list(b"[").is_err());
    }
}
