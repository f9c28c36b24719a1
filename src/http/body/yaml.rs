//! YAML: several documents, read as strictly as JSON is (YAML 1.2.2).

use serde_json::Value;
use serde_saphyr::{
    DuplicateKeyPolicy, MergeKeyPolicy, Options, UserMessageFormatter,
    with_deserializer_from_str_with_options,
};

use super::parse::{Strictly, read_strictly};
use crate::http::problem::{Problem, ProblemCode};

/// The most aliases and anchors in a document, and the most that may come out of them.
const MOST_ALIASES: usize = 1_000;
const MOST_REPLAYED: usize = 20_000;

/// A document, and the line on which it begins, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The line.
    pub line: usize,
    /// The document.
    pub value: Value,
}

/// Parses a stream of documents; what is empty between two of them is none.
///
/// # Errors
/// What [`super::parse`] says of one document, and `malformed_yaml` with the line.
pub(super) fn parse_yaml(text: &str) -> Result<Vec<Located>, Problem> {
    let mut documents = vec![];
    for Chunk { line, text } in chunks(text) {
        if let Some(value) = parse_chunk(line, text)? {
            documents.push(Located { line, value });
        }
    }
    Ok(documents)
}

fn parse_chunk(line: usize, text: &str) -> Result<Option<Value>, Problem> {
    let mut refusal = None;
    let parsed = with_deserializer_from_str_with_options(text, options(), |yaml| match read_strictly(yaml) {
        Strictly::Read(value) => Ok(Some(value)),
        Strictly::Refused(problem) => {
            refusal = Some(problem);
            Ok(None)
        }
        Strictly::Malformed(error) => Err(error),
    });
    if let Some(problem) = refusal {
        return Err(problem.in_document_at(line));
    }
    let value = parsed.map_err(|error| {
        let within = error.location().map_or(0, |location| usize::try_from(location.line()).unwrap_or(1));
        let at = line + within.saturating_sub(1);
        // The parser says the place at the end, within the document.
        let said = error.render_with_formatter(&UserMessageFormatter);
        let said = said.rfind(" at line ").map_or(said.as_str(), |at| &said[..at]);
        Problem::new(ProblemCode::MalformedYaml, format!("Line {at}: {said}."))
    })?;
    Ok(value.filter(|value| !value.is_null()))
}

/// Keys are there once, `yes` is a text, and nothing is merged in.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_aliases: MOST_ALIASES, max_anchors: MOST_ALIASES },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPLAYED },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        emit_comments: false,
        with_snippet: false,
    }
}

/// The text of one document, and the line of its first content.
struct Chunk<'t> {
    line: usize,
    text: &'t str,
}

/// The documents of a stream. A line that begins with `---` or `...` is a marker wherever it stands, in a text of several
/// lines too (YAML 1.2.2 §9.1.2), so no document has to be parsed to find its end.
fn chunks(text: &str) -> Vec<Chunk<'_>> {
    let mut chunks = vec![];
    let (mut begins, mut offset, mut first) = (0, 0, None);
    let mut end = |begins: usize, ends: usize, first: Option<usize>| {
        if let Some(line) = first {
            chunks.push((line, begins, ends));
        }
    };
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if is_marker(line) {
            end(begins, offset, first);
            // What follows `---` on its line belongs to the document.
            let rest = line.strip_prefix("---").filter(|_| has_content(&line[3..]));
            begins = if rest.is_some() { offset + 3 } else { offset + line.len() };
            first = rest.map(|_| index + 1);
        } else if first.is_none() && has_content(line) && !line.starts_with('%') {
            // The parser counts lines from here.
            begins = offset;
            first = Some(index + 1);
        }
        offset += line.len();
    }
    end(begins, text.len(), first);
    chunks.into_iter().map(|(line, begins, ends)| Chunk { line, text: &text[begins..ends] }).collect()
}

fn is_marker(line: &str) -> bool {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

fn has_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
