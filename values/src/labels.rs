use std::collections::BTreeMap;
use std::fmt;

use crate::text::check_prose_characters;
use crate::{Invalid, InvalidEntry, codes};

/// How many entries [`Labels`] and [`Annotations`] may have each.
const MAX_ENTRIES: usize = 64;
/// How large [`Annotations`] may be: bytes of UTF-8, keys and values together.
const MAX_ANNOTATION_BYTES: usize = 64 * 1024;
/// The prefix, with its subdomains, whose keys only the system sets.
const RESERVED_PREFIX: &str = "quarterdeck.dev";

/// Labels by which objects are selected: at most 64 pairs by the Kubernetes grammar.
///
/// A key is a name of 1 to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, and may
/// have a DNS subdomain of at most 253 characters and a `/` before it; a value is empty or as a name is
/// (Kubernetes: "Labels and Selectors", syntax and character set). The prefix `quarterdeck.dev/`, with its
/// subdomains, is reserved.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(BTreeMap<String, String>);

/// Notes that tools attach to objects: at most 64 pairs, 64 KiB (UTF-8, keys and values) together.
///
/// A key is a label key (see [`Labels`], the reserved prefix included); a value is free text in which line feeds
/// and tabs are the only control characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Annotations(BTreeMap<String, String>);

impl TryFrom<BTreeMap<String, String>> for Labels {
    type Error = InvalidEntry;

    /// The entry says `too_many`, `invalid_label` or `reserved`.
    fn try_from(map: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        check_count(&map)?;
        for (key, value) in &map {
            check_own_key(key)
                .and_then(|()| check_label_value(value))
                .map_err(|invalid| InvalidEntry::at(key, invalid))?;
        }
        Ok(Self(map))
    }
}

impl TryFrom<BTreeMap<String, String>> for Annotations {
    type Error = InvalidEntry;

    /// The entry says `too_many`, `too_long`, `invalid_label`, `reserved` or `control_character`.
    fn try_from(map: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        check_count(&map)?;
        let bytes: usize = map.iter().map(|(key, value)| key.len() + value.len()).sum();
        if bytes > MAX_ANNOTATION_BYTES {
            return Err(InvalidEntry::whole(
                codes::TOO_LONG,
                format!(
                    "Keys and values of annotations have at most {MAX_ANNOTATION_BYTES} bytes together; these have {bytes}."
                ),
            ));
        }
        for (key, value) in &map {
            check_own_key(key)
                .and_then(|()| check_prose_characters(value))
                .map_err(|invalid| InvalidEntry::at(key, invalid))?;
        }
        Ok(Self(map))
    }
}

/// Checks a label key by the Kubernetes grammar, reserved or not.
pub(crate) fn check_label_key(key: &str) -> Result<(), Invalid> {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if prefix.is_some_and(|prefix| !is_dns_subdomain(prefix)) || !is_label_name(name) {
        return Err(Invalid::new(
            codes::INVALID_LABEL,
            "A key has 1 to 63 letters, digits, -, _ and ., with a letter or digit at both ends; before it may stand a lower-case DNS name of at most 253 characters and a slash.",
        ));
    }
    Ok(())
}

/// Checks a label value by the Kubernetes grammar.
pub(crate) fn check_label_value(value: &str) -> Result<(), Invalid> {
    if value.is_empty() || is_label_name(value) {
        return Ok(());
    }
    Err(Invalid::new(
        codes::INVALID_LABEL,
        "A label value is empty or has up to 63 letters, digits, -, _ and ., with a letter or digit at both ends.",
    ))
}

fn check_own_key(key: &str) -> Result<(), Invalid> {
    check_label_key(key)?;
    let prefix = key.split_once('/').map_or("", |(prefix, _)| prefix);
    let above = prefix.strip_suffix(RESERVED_PREFIX);
    if above.is_some_and(|above| above.is_empty() || above.ends_with('.')) {
        return Err(Invalid::new(
            codes::RESERVED,
            "Keys under quarterdeck.dev/ and its subdomains are reserved for the system.",
        ));
    }
    Ok(())
}

fn check_count(map: &BTreeMap<String, String>) -> Result<(), InvalidEntry> {
    if map.len() > MAX_ENTRIES {
        return Err(InvalidEntry::whole(
            codes::TOO_MANY,
            format!("At most {MAX_ENTRIES} entries are allowed; these are {}.", map.len()),
        ));
    }
    Ok(())
}

fn is_label_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && !name.starts_with(['-', '_', '.'])
        && !name.ends_with(['-', '_', '.'])
}

/// As Kubernetes checks it (`IsDNS1123Subdomain`): only the whole has a limit, not each label.
fn is_dns_subdomain(prefix: &str) -> bool {
    prefix.len() <= 253
        && prefix.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

impl Labels {
    /// The same with a label that the system sets, by which lists are narrowed; `key` stands for itself under
    /// `quarterdeck.dev/`. People can select by it and not set it.
    #[must_use]
    pub fn with_system(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.insert(format!("{RESERVED_PREFIX}/{key}"), value.into());
        self
    }
}

macro_rules! map_impls {
    ($type:ident, $value_max:expr, $description:literal, $example:expr) => {
        impl $type {
            /// The value of a key.
            #[must_use]
            pub fn get(&self, key: &str) -> Option<&str> {
                self.0.get(key).map(String::as_str)
            }

            /// The pairs in the order of their keys.
            pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
                self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
            }

            /// How many pairs there are.
            #[must_use]
            pub fn len(&self) -> usize {
                self.0.len()
            }

            /// Whether there are none.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// The pairs as a map.
            #[must_use]
            pub fn as_map(&self) -> &BTreeMap<String, String> {
                &self.0
            }
        }

        impl From<$type> for BTreeMap<String, String> {
            fn from(value: $type) -> Self {
                value.0
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let map = deserializer.deserialize_map(Pairs)?;
                Self::try_from(map).map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "utoipa")]
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::schema::pairs($description, $value_max, $example)
            }
        }

        #[cfg(feature = "utoipa")]
        impl utoipa::ToSchema for $type {}
    };
}

map_impls!(
    Labels,
    Some(63),
    "Labels by the Kubernetes grammar, at most 64; the prefix quarterdeck.dev/ is reserved.",
    ("env", "prod")
);
map_impls!(
    Annotations,
    None,
    "Notes under label keys, at most 64, 64 KiB together; the prefix quarterdeck.dev/ is reserved.",
    ("acme.test/owner", "payments team")
);

/// Reads a map of strings, in which no key may stand twice.
struct Pairs;

impl<'de> serde::de::Visitor<'de> for Pairs {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object whose values are strings")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((key, value)) = access.next_entry::<String, String>()? {
            if map.contains_key(&key) {
                let twice = Invalid::new(codes::DUPLICATE_KEY, "This key stands more than once.");
                return Err(serde::de::Error::custom(InvalidEntry::at(&key, twice)));
            }
            map.insert(key, value);
        }
        Ok(map)
    }
}
