//! Query parameters, strictly: nothing unknown, nothing twice, nothing half decoded.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::AsOf;
use crate::http::body::decode_text;
use crate::http::paging::PageRequest;
use crate::http::problem::{FieldProblem, Problem, ProblemCode};

/// Greatest position that can be asked for: 2^53 − 1, as for every integer on the wire.
pub(super) const MAX_POSITION: u64 = (1 << 53) - 1;

/// Most parameters of one request.
const MAX_PARAMETERS: usize = 64;

/// The parameters of an operation that takes none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct NoParameters {}

/// Parameters of an operation's own only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T = NoParameters>(pub T);

/// Parameters of a command: `dryRun`, and its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteQuery<T = NoParameters> {
    /// `dryRun=true`: judge, and record nothing.
    pub dry_run: bool,
    /// The operation's own.
    pub own: T,
}

/// Parameters of reading one thing: `asOf`, `minPosition`, and its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadQuery<T = NoParameters> {
    /// `asOf`: answer for then.
    pub as_of: Option<AsOf>,
    /// `minPosition`: wait until this position is known here.
    pub min_position: Option<u64>,
    /// The operation's own.
    pub own: T,
}

/// Parameters of a list: `asOf`, `minPosition`, `limit`, `pageToken`, `sort`, and its own (the filter).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery<T = NoParameters> {
    /// `asOf`: answer for then.
    pub as_of: Option<AsOf>,
    /// `minPosition`: wait until this position is known here.
    pub min_position: Option<u64>,
    /// Which page.
    pub page: PageRequest,
    /// The operation's own.
    pub own: T,
}

/// Parameters of a list in an order of its own, of what is only now: `limit`, `pageToken`, and its own (the filter).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageQuery<T = NoParameters> {
    /// Which page.
    pub page: PageRequest,
    /// The operation's own.
    pub own: T,
}

impl<T> ListQuery<T> {
    /// The same, with other parameters of the operation's own.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> ListQuery<U> {
        let Self { as_of, min_position, page, own } = self;
        ListQuery { as_of, min_position, page, own: of(own) }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WriteParameters {
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadParameters {
    as_of: Option<AsOf>,
    min_position: Option<u64>,
}

const WRITE_PARAMETERS: &[&str] = &["dryRun"];
const READ_PARAMETERS: &[&str] = &["asOf", "minPosition"];
const PAGE_PARAMETERS: &[&str] = &["limit", "pageToken"];
const ORDERED_PAGE_PARAMETERS: &[&str] = &["limit", "pageToken", "sort"];

impl ReadParameters {
    fn checked(self) -> Result<Self, Problem> {
        if self.min_position.is_some_and(|position| position > MAX_POSITION) {
            return Err(invalid(vec![FieldProblem::new(
                "?minPosition",
                "invalid_value",
                "must be 0 to 2^53-1",
            )]));
        }
        Ok(self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(Parameters::of(parts)?.rest()?))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for WriteQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::of(parts)?;
        let WriteParameters { dry_run } = parameters.take(WRITE_PARAMETERS)?;
        Ok(Self { dry_run, own: parameters.rest()? })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ReadQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::of(parts)?;
        let ReadParameters { as_of, min_position } =
            parameters.take::<ReadParameters>(READ_PARAMETERS)?.checked()?;
        Ok(Self { as_of, min_position, own: parameters.rest()? })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ListQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::of(parts)?;
        let ReadParameters { as_of, min_position } =
            parameters.take::<ReadParameters>(READ_PARAMETERS)?.checked()?;
        let page = parameters.take(ORDERED_PAGE_PARAMETERS)?;
        Ok(Self { as_of, min_position, page, own: parameters.rest()? })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for PageQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::of(parts)?;
        let page = parameters.take(PAGE_PARAMETERS)?;
        Ok(Self { page, own: parameters.rest()? })
    }
}

/// The query in one form for all spellings of it: decoded, sorted by name, encoded again. For fingerprints.
///
/// # Errors
/// As the extractors: 400 `invalid_parameter`, `invalid_encoding`.
pub fn canonical_query(query: &str) -> Result<String, Problem> {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let pairs = decode(query)?;
    let encode = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    Ok(pairs.join("&"))
}

/// The parameters of a request that nobody has taken yet.
struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn of(parts: &Parts) -> Result<Self, Problem> {
        decode(parts.uri.query().unwrap_or_default()).map(Self)
    }

    /// Those of these names, decoded.
    fn take<T: DeserializeOwned>(&mut self, names: &[&str]) -> Result<T, Problem> {
        decode_parameters(names.iter().filter_map(|name| self.0.remove_entry(*name)))
    }

    /// All that are left.
    fn rest<T: DeserializeOwned>(self) -> Result<T, Problem> {
        decode_parameters(self.0)
    }
}

fn decode_parameters<T: DeserializeOwned>(
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Result<T, Problem> {
    let object: Map<String, Value> =
        pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    decode_text(&Value::Object(object)).map_err(|faults| {
        invalid(
            faults
                .into_iter()
                .map(|fault| {
                    let name = fault.pointer.trim_start_matches('/').replace("~1", "/").replace("~0", "~");
                    FieldProblem::new(
                        format!("?{name}"),
                        fault.code.replace("_field", "_parameter"),
                        fault.detail,
                    )
                })
                .collect(),
        )
    })
}

/// 400 with its faults: `unknown_parameter` if that is all that is wrong.
fn invalid(faults: Vec<FieldProblem>) -> Problem {
    let are_unknown = faults.iter().all(|fault| fault.code == "unknown_parameter");
    let code = if are_unknown { ProblemCode::UnknownParameter } else { ProblemCode::InvalidParameter };
    let detail = match faults.as_slice() {
        [only] if are_unknown => format!("{} is not a parameter of this operation.", only.pointer),
        [only] => format!("{}: {}.", only.pointer, only.detail),
        many => format!("{} parameters are not acceptable.", many.len()),
    };
    Problem::new(code, detail).with_errors(faults)
}

/// Splits and decodes `application/x-www-form-urlencoded`, in which `+` is a space.
fn decode(query: &str) -> Result<BTreeMap<String, String>, Problem> {
    let mut pairs = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode_piece(name)?, decode_piece(value)?);
        match pairs.entry(name) {
            Entry::Occupied(entry) => {
                let fault =
                    FieldProblem::new(format!("?{}", entry.key()), "duplicate_parameter", "is there twice");
                return Err(invalid(vec![fault]));
            }
            Entry::Vacant(entry) => entry.insert(value),
        };
        if pairs.len() > MAX_PARAMETERS {
            return Err(Problem::new(ProblemCode::InvalidParameter, "There are more than 64 parameters."));
        }
    }
    Ok(pairs)
}

fn decode_piece(text: &str) -> Result<String, Problem> {
    let mut escapes = text.split('%').skip(1);
    let is_escape = |rest: &str| {
        rest.as_bytes().first_chunk::<2>().is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    if !escapes.all(is_escape) {
        return Err(Problem::new(
            ProblemCode::InvalidParameter,
            "The query has a % that is not followed by two hex digits.",
        ));
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    let decoded = decoded
        .map_err(|_| Problem::new(ProblemCode::InvalidEncoding, "The query is not percent-encoded UTF-8."))?;
    if decoded.contains('\0') {
        return Err(Problem::new(ProblemCode::InvalidEncoding, "The query contains U+0000."));
    }
    if decoded.contains(char::is_control) {
        return Err(Problem::new(ProblemCode::InvalidParameter, "The query contains a control character."));
    }
    Ok(decoded.into_owned())
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
