//! More than there is room for: whether one org's haste is felt by others, and what becomes of too much.

mod sender;

pub(crate) mod fairness;
pub(crate) mod overload;

pub(crate) use self::fairness::Fairness;
pub(crate) use self::overload::Overload;
