//! Members that are sent and never shown.

use serde::{Deserialize, Deserializer};

/// A member that no reply shows. What is left out is kept as it is, so that what a GET shows can be sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WriteOnly<T> {
    /// It was left out.
    #[default]
    Kept,
    /// It was `null`: there shall be none.
    Cleared,
    /// It shall be this.
    Set(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for WriteOnly<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Cleared, Self::Set))
    }
}
