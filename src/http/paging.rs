//! Pages of lists: which page is asked for, and what a page token carries.

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

use super::problem::{FieldProblem, Problem, ProblemCode};

/// Items of a page unless told otherwise.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most items of a page.
pub const MAX_LIMIT: u32 = 500;
/// Longest page token, in bytes.
const MAX_TOKEN: usize = 2048;

/// `limit`, `pageToken` and `sort` of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageRequest {
    #[serde(default)]
    limit: Limit,
    page_token: Option<Token>,
    sort: Option<Sort>,
}

impl PageRequest {
    /// Most items to return: 1 to 500, 50 unless told otherwise.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit.0
    }

    /// The token of the page before, as sent.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.page_token.as_ref().map(|token| token.0.as_str())
    }

    /// The order that is asked for, which must be by one of `allowed`; without `sort`, ascending by the first of them.
    ///
    /// # Errors
    /// 400 `invalid_parameter`, naming those that are allowed.
    pub fn sort(&self, allowed: &[&'static str]) -> Result<SortKey, Problem> {
        let Some(sort) = &self.sort else {
            return Ok(SortKey { field: allowed.first().copied().unwrap_or("id"), descending: false });
        };
        let field = allowed.iter().copied().find(|field| *field == sort.field);
        let field = field.ok_or_else(|| {
            let detail = format!("must be one of {}, with - before it for descending", allowed.join(", "));
            Problem::new(ProblemCode::InvalidParameter, format!("?sort: {detail}."))
                .with_errors(vec![FieldProblem::new("?sort", "invalid_value", detail)])
        })?;
        Ok(SortKey { field, descending: sort.descending })
    }

    /// What the page token says, if there is one. `open` unseals a token of ours.
    ///
    /// # Errors
    /// 400 `invalid_parameter` for a token that is not ours, or was given out for another list, filter or order.
    pub fn cursor(
        &self,
        filter: &[u8; 32],
        open: impl FnOnce(&str) -> Option<Vec<u8>>,
    ) -> Result<Option<PageCursor>, Problem> {
        let Some(token) = self.token() else { return Ok(None) };
        let refuse = |detail: &str| {
            Problem::new(ProblemCode::InvalidParameter, format!("?pageToken: {detail}."))
                .with_errors(vec![FieldProblem::new("?pageToken", "invalid_value", detail)])
        };
        let cursor = open(token).and_then(|bytes| PageCursor::from_bytes(&bytes));
        let cursor = cursor.ok_or_else(|| refuse("is not a token that this server gave out"))?;
        if cursor.filter != *filter {
            return Err(refuse("was given out for another list, filter or order"));
        }
        Ok(Some(cursor))
    }
}

/// The order of a list. The id breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    /// The field, one of those that the list allows.
    pub field: &'static str,
    /// From the last to the first.
    pub descending: bool,
}

/// Where a page ended. Sealed into the page token, so that callers can neither read nor change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCursor {
    /// SHA-256 over all that makes this list this list: scope, caller's view, path, filters, order.
    #[serde(rename = "f")]
    pub filter: [u8; 32],
    /// The life of the ledger that the positions are of.
    #[serde(rename = "e")]
    pub epoch: i64,
    /// The position that the first page was answered at, and all later pages are.
    #[serde(rename = "p")]
    pub position: u64,
    /// The sort key of the last item.
    #[serde(rename = "k")]
    pub last_key: String,
    /// The id of the last item.
    #[serde(rename = "i")]
    pub last_id: Uuid,
}

impl PageCursor {
    /// The bytes to seal.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // A struct of numbers and strings always serializes.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From the bytes that a token held.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit(u32);

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            limit @ 1..=MAX_LIMIT => Ok(Self(limit)),
            _ => Err(de::Error::custom("must be 1 to 500")),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token(String);

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = String::deserialize(deserializer)?;
        let fits =
            (1..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            Ok(Self(token))
        } else {
            Err(de::Error::custom("is not a token that this server gave out"))
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Sort {
    field: String,
    descending: bool,
}

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (descending, field) =
            text.strip_prefix('-').map_or((false, text.as_str()), |field| (true, field));
        let fits = (1..=64).contains(&field.len()) && field.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !fits {
            return Err(de::Error::custom("must be a field's name, with - before it for descending"));
        }
        Ok(Self { field: field.to_owned(), descending })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::http::body::decode_text;

    fn page(parameters: &Value) -> PageRequest {
        decode_text(parameters).unwrap()
    }

    fn cursor() -> PageCursor {
        PageCursor {
            filter: [7; 32],
            epoch: 1,
            position: 42,
            last_key: "a\u{1F600}".into(),
            last_id: Uuid::from_u128(9),
        }
    }

    #[test]
    fn lists_say_what_they_can_be_sorted_by() {
        let allowed = ["name", "createdAt"];
        assert_eq!(page(&json!({})).sort(&allowed).unwrap(), SortKey { field: "name", descending: false });
        let descending = page(&json!({"sort": "-createdAt"})).sort(&allowed).unwrap();
        assert_eq!(descending, SortKey { field: "createdAt", descending: true });
        let refused = page(&json!({"sort": "version"})).sort(&allowed).unwrap_err();
        assert_eq!(refused.code(), ProblemCode::InvalidParameter);
        assert!(refused.detail().contains("name, createdAt"));
    }

    #[test]
    fn a_cursor_comes_back_from_its_token() {
        let request = page(&json!({"pageToken": "tok"}));
        let opened = request.cursor(&[7; 32], |token| (token == "tok").then(|| cursor().to_bytes())).unwrap();
        assert_eq!(opened, Some(cursor()));
        assert_eq!(page(&json!({})).cursor(&[7; 32], |_| None).unwrap(), None);
    }

    #[test]
    fn a_token_for_another_list_or_not_ours_is_refused() {
        let request = page(&json!({"pageToken": "tok"}));
        for refused in [
            request.cursor(&[8; 32], |_| Some(cursor().to_bytes())),
            request.cursor(&[7; 32], |_| None),
            request.cursor(&[7; 32], |_| Some(b"{}".to_vec())),
            request.cursor(&[7; 32], |_| Some(vec![0xff; 9])),
        ] {
            assert_eq!(refused.unwrap_err().code(), ProblemCode::InvalidParameter);
        }
    }
}
