use std::fmt;

/// Why a text is not a value of a type.
///
/// `code` is one of [`codes::ALL`] and stable; `detail` is for people: it says what is allowed, and never
/// repeats more of what was sent than one character.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Invalid {
    /// Stable, machine-readable: one of [`codes::ALL`].
    pub code: &'static str,
    /// What is allowed, in words.
    pub detail: String,
}

impl Invalid {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// Why a map of labels or annotations was refused, and at which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidEntry {
    /// The key at fault, as sent; `None` when it is the map as a whole (too many entries, too large).
    pub key: Option<String>,
    /// What is wrong with it.
    pub invalid: Invalid,
}

impl InvalidEntry {
    pub(crate) fn at(key: &str, invalid: Invalid) -> Self {
        Self { key: Some(key.to_owned()), invalid }
    }

    pub(crate) fn whole(code: &'static str, detail: impl Into<String>) -> Self {
        Self { key: None, invalid: Invalid::new(code, detail) }
    }
}

impl fmt::Display for InvalidEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN_CHARS: usize = 64;
        if let Some(key) = &self.key {
            let shown: String = key.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
            let cut = if key.chars().nth(SHOWN_CHARS).is_some() { "…" } else { "" };
            write!(f, "`{shown}{cut}`: ")?;
        }
        f.write_str(&self.invalid.detail)
    }
}

impl std::error::Error for InvalidEntry {}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// Every code that an [`Invalid`] of this crate can carry.
        pub mod codes {
            $($(#[$doc])* pub const $name: &str = $code;)*
            /// All of them, in the order of their declaration.
            pub const ALL: &[&str] = &[$($name),*];
        }
    };
}

codes! {
    /// Nothing was given where something is required.
    EMPTY = "empty";
    /// Longer than the type allows.
    TOO_LONG = "too_long";
    /// More entries than the type allows.
    TOO_MANY = "too_many";
    /// A control character, or a line separator where only one line is allowed.
    CONTROL_CHARACTER = "control_character";
    /// A character that changes the direction of the text around it, or an invisible mark.
    BIDI_CONTROL = "bidi_control";
    /// White space at the beginning or the end.
    SURROUNDING_SPACE = "surrounding_space";
    /// A name outside its grammar.
    INVALID_NAME = "invalid_name";
    /// A name that could be taken for an id.
    LOOKS_LIKE_UUID = "looks_like_uuid";
    /// A label or annotation key, or a label value, outside the Kubernetes grammar.
    INVALID_LABEL = "invalid_label";
    /// A prefix that belongs to the system.
    RESERVED = "reserved";
    /// Twice the same key.
    DUPLICATE_KEY = "duplicate_key";
    /// Not a label selector.
    INVALID_SELECTOR = "invalid_selector";
    /// Not an e-mail address that can be used here.
    INVALID_EMAIL = "invalid_email";
    /// Not a phone number.
    INVALID_PHONE = "invalid_phone";
    /// Not an RFC 3339 time.
    INVALID_TIMESTAMP = "invalid_timestamp";
    /// A number or time outside the range of its type.
    OUT_OF_RANGE = "out_of_range";
    /// Not a UUID.
    INVALID_ID = "invalid_id";
    /// Not a sealed text.
    INVALID_SEALED = "invalid_sealed";
    /// Not the name of a role.
    INVALID_ROLE = "invalid_role";
    /// Not an access key id.
    INVALID_ACCESS_KEY_ID = "invalid_access_key_id";
    /// Not the secret of an access key.
    INVALID_SECRET = "invalid_secret";
    /// Not a network in CIDR notation.
    INVALID_CIDR = "invalid_cidr";
    /// A network whose address has bits set beyond its prefix.
    HOST_BITS_SET = "host_bits_set";
    /// Not a Kubernetes quantity.
    INVALID_QUANTITY = "invalid_quantity";
    /// Not a SHA-256 in hexadecimal.
    INVALID_SHA256 = "invalid_sha256";
    /// Not an http or https URL that can be used here.
    INVALID_URL = "invalid_url";
    /// Not one version of a chart.
    INVALID_VERSION = "invalid_version";
    /// Not a branch, tag or commit.
    INVALID_REVISION = "invalid_revision";
    /// Not a path in a repository.
    INVALID_PATH = "invalid_path";
    /// A character that has another meaning there.
    INVALID_CHARACTER = "invalid_character";
    /// Not a pattern of types of events.
    INVALID_PATTERN = "invalid_pattern";
    /// Not a host name.
    INVALID_HOST = "invalid_host";
    /// Not a colour.
    INVALID_COLOR = "invalid_color";
}
