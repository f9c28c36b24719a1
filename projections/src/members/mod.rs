//! Users of an org, staff of a partner, operators: memberships, shown as the kind `User`.

mod projector;
mod query;

pub use query::memberships_of;
