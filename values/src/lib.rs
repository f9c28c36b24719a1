//! Parsed types that cannot hold a wrong value.
//!
//! Each is made by `parse` (or `try_from`, for maps), says in [`Invalid`] what is allowed when it refuses, and
//! goes through the same check when it is deserialized. Lengths are counted in characters unless a type says
//! otherwise. With the feature `utoipa` each describes itself as an `OpenAPI` schema.

mod access_key;
mod base62;
mod email;
mod host;
mod invalid;
mod labels;
mod macros;
mod name;
mod phone;
mod prose;
mod role;
#[cfg(feature = "utoipa")]
mod schema;
mod scope;
mod sealed;
mod text;
mod timestamp;

pub use access_key::{AccessKeyId, KeySecret};
pub use email::Email;
pub use host::HostName;
pub use invalid::{Invalid, InvalidEntry, codes};
pub use labels::{Annotations, Labels};
pub use name::{Name, NameOrId, VersionName};
pub use phone::Phone;
pub use prose::{Description, DisplayName, ExternalId, PersonName, Reason};
pub use role::{Role, RoleLevel};
pub use scope::{ScopeId, ScopeKind};
pub use sealed::Sealed;
pub use timestamp::{Timestamp, TimestampText};
