//! `If-Match`, `If-None-Match` and `ETag` (RFC 9110 §8.8.3, §13.1). A resource's entity tag is its version, strong:
//! `"3"`.

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::header::invalid;
use crate::http::problem::Problem;

/// Most entity tags in one header.
const MAX_TAGS: usize = 64;

/// The entity tag of a version.
#[must_use]
pub fn etag(version: u64) -> HeaderValue {
    // Quotes and digits are always a header value.
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// What a command expects the current version to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any, as long as there is one.
    Any,
    /// One of these. Weak tags and tags that are not ours match nothing (strong comparison), so this may be empty.
    Versions(Vec<u64>),
}

impl IfMatch {
    /// Reads the header, all its lines.
    pub(super) fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        Ok(read(headers, &IF_MATCH)?.map(|tags| match tags {
            Tags::Any => Self::Any,
            Tags::List(tags) => {
                Self::Versions(tags.iter().filter(|tag| !tag.weak).filter_map(Tag::version).collect())
            }
        }))
    }

    /// True if a thing at version `current` may be changed; `None` is a thing that does not exist.
    #[must_use]
    pub fn admits(&self, current: Option<u64>) -> bool {
        match (self, current) {
            (_, None) => false,
            (Self::Any, Some(_)) => true,
            (Self::Versions(versions), Some(current)) => versions.contains(&current),
        }
    }

    /// One canonical text, for fingerprints.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::Versions(versions) => {
                let tags: Vec<String> = versions.iter().map(|version| format!("\"{version}\"")).collect();
                tags.join(", ")
            }
        }
    }
}

/// Which versions a reader has already, or that a writer wants to create only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfNoneMatch {
    /// `*`: only if there is none.
    Any,
    /// Not if it is one of these (weak comparison). Tags that are not ours are left out.
    Versions(Vec<u64>),
}

impl IfNoneMatch {
    /// Reads the header, all its lines.
    pub(super) fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        Ok(read(headers, &IF_NONE_MATCH)?.map(|tags| match tags {
            Tags::Any => Self::Any,
            Tags::List(tags) => Self::Versions(tags.iter().filter_map(Tag::version).collect()),
        }))
    }

    /// True if the condition is false because the thing at version `current` is there: GET answers 304 then, others 412.
    #[must_use]
    pub fn matches(&self, current: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(&current),
        }
    }
}

enum Tags {
    Any,
    List(Vec<Tag>),
}

struct Tag {
    weak: bool,
    opaque: String,
}

impl Tag {
    /// The version, if the tag is one that we could have sent: no sign, no leading zero.
    fn version(&self) -> Option<u64> {
        let version: u64 = self.opaque.parse().ok()?;
        (version.to_string() == self.opaque).then_some(version)
    }
}

fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Tags>, Problem> {
    if !headers.contains_key(name) {
        return Ok(None);
    }
    let lines: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
    let joined = lines.join(&b','); // RFC 9110 §5.2
    let joined = std::str::from_utf8(&joined).ok();
    match joined.and_then(parse_tags) {
        Some(tags) => Ok(Some(tags)),
        None => Err(invalid(name.as_str(), "must be * or entity tags such as \"3\"")),
    }
}

/// `None` where it is not `*` or a list of 1 to 64 entity tags.
fn parse_tags(text: &str) -> Option<Tags> {
    let mut rest = text.trim_matches([' ', '\t']);
    if rest == "*" {
        return Some(Tags::Any);
    }
    let mut tags = Vec::new();
    loop {
        // Empty elements are allowed (RFC 9110 §5.6.1.2).
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return (!tags.is_empty()).then_some(Tags::List(tags));
        }
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
        let (opaque, after) = quoted.strip_prefix('"')?.split_once('"')?;
        let after = after.trim_start_matches([' ', '\t']);
        let is_tag = opaque.chars().all(|c| c == '!' || ('#'..='~').contains(&c) || c >= '\u{80}');
        if !is_tag || !(after.is_empty() || after.starts_with(',')) || tags.len() == MAX_TAGS {
            return None;
        }
        tags.push(Tag { weak, opaque: opaque.to_owned() });
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    fn if_match(values: &[&str]) -> Option<IfMatch> {
        IfMatch::from_headers(&headers(&IF_MATCH, values)).unwrap()
    }

    #[test]
    fn versions_become_tags_and_come_back() {
        assert_eq!(etag(3), "\"3\"");
        assert_eq!(if_match(&["\"3\""]), Some(IfMatch::Versions(vec![3])));
        assert_eq!(if_match(&[]), None);
        assert_eq!(if_match(&[" * "]), Some(IfMatch::Any));
        assert_eq!(if_match(&["\"3\" , \"4\",,", "\"5\""]), Some(IfMatch::Versions(vec![3, 4, 5])));
    }

    #[test]
    fn if_match_compares_strongly() {
        let weak = if_match(&["W/\"3\", \"abc\", \"03\", \"+3\", \"\", \"99999999999999999999\""]).unwrap();
        assert_eq!(weak, IfMatch::Versions(vec![]));
        assert!(!weak.admits(Some(3)));
        assert!(IfMatch::Any.admits(Some(1)) && !IfMatch::Any.admits(None));
        assert!(IfMatch::Versions(vec![3]).admits(Some(3)) && !IfMatch::Versions(vec![3]).admits(None));
        assert_eq!(IfMatch::Versions(vec![3, 4]).canonical(), "\"3\", \"4\"");
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let read = IfNoneMatch::from_headers(&headers(&IF_NONE_MATCH, &["W/\"3\", \"7,8\", \"5\""]))
            .unwrap()
            .unwrap();
        assert_eq!(read, IfNoneMatch::Versions(vec![3, 5]));
        assert!(read.matches(3) && !read.matches(4) && IfNoneMatch::Any.matches(4));
    }

    #[test]
    fn what_is_not_a_tag_is_refused() {
        for bad in [
            "",
            ",",
            "3",
            "\"3",
            "3\"",
            "\"3\"4",
            "\"3\" \"4\"",
            "w/\"3\"",
            "*, \"3\"",
            "\"3\", *",
            "\"a b\"",
            "W/ \"3\"",
        ] {
            assert!(IfMatch::from_headers(&headers(&IF_MATCH, &[bad])).is_err(), "{bad}");
        }
        let many = vec!["\"1\""; 65].join(",");
        assert!(IfMatch::from_headers(&headers(&IF_MATCH, &[&many])).is_err());
    }
}
