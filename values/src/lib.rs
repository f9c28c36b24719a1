//! Parsed types that cannot hold a wrong value.
//!
//! Each is made by `parse` (or `try_from`, for maps), says in [`Invalid`] what is allowed when it refuses, and
//! goes through the same check when it is deserialized. Lengths are counted in characters unless a type says
//! otherwise. With the feature `utoipa` each describes itself as an `OpenAPI` schema.

mod access_key;
mod base62;
mod cidr;
mod color;
mod digest;
mod email;
mod host;
mod http_url;
mod invalid;
mod join_secret;
mod labels;
mod macros;
mod name;
mod phone;
mod prose;
mod proxy;
mod quantity;
mod role;
#[cfg(feature = "utoipa")]
mod schema;
mod scope;
mod sealed;
mod secret_text;
mod selector;
mod source;
mod text;
mod timestamp;
mod type_pattern;

pub use access_key::{AccessKeyId, KeySecret};
pub use cidr::Cidr;
pub use color::Color;
pub use digest::Sha256Hex;
pub use email::Email;
pub use host::HostName;
pub use http_url::HttpUrl;
pub use invalid::{Invalid, InvalidEntry, codes};
pub use join_secret::JoinSecret;
pub use labels::{Annotations, Labels};
pub use name::{Name, NameOrId, VersionName};
pub use phone::Phone;
pub use prose::{Description, DisplayName, ExternalId, Location, PersonName, Reason};
pub use proxy::{NoProxyEntry, ProxyUser};
pub use quantity::Quantity;
pub use role::{Role, RoleLevel};
pub use scope::{ScopeId, ScopeKind};
pub use sealed::Sealed;
pub use secret_text::SecretText;
pub use selector::{LabelSelector, Requirement, Rule};
pub use source::{ChartName, ChartRepository, ChartVersion, FileName, GitRevision, GitUrl, SourcePath};
pub use timestamp::{Timestamp, TimestampText};
pub use type_pattern::TypePattern;
