//! One thing named by another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Another thing: kept by id, with the name that it had then beside it for people.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// The thing.
    pub id: Uuid,
    /// Its name, or its version's name, when it was referred to.
    pub name: String,
}
