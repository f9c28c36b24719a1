//! What a request says beside its body: headers, query, path.

mod as_of;
mod context;
mod conventions;
mod fingerprint;
mod header;
mod path;
mod preconditions;
mod query;

pub use as_of::AsOf;
pub use context::{ClientKind, IdempotencyKey, RequestContext, RequestId};
pub use conventions::{MAX_HEADER_BYTES, MAX_URI_BYTES, RequestIds, conventions};
pub use fingerprint::fingerprint_input;
pub use path::Path;
pub use preconditions::{IfMatch, IfNoneMatch, etag};
pub use query::{ListQuery, NoParameters, PageQuery, Query, ReadQuery, WriteQuery, canonical_query};
