//! Users of an org, staff of a partner, operators: memberships, shown as the kind `User`.

mod events;
mod projector;
mod query;

pub use query::{Member, is_erased, memberships_of, not_erased, of_users};
