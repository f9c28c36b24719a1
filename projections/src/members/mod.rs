//! Users of an org, staff of a partner, operators: memberships, shown as the kind `User`.

mod events;
mod projector;
mod query;

pub use query::{Member, memberships_of, of_users};
