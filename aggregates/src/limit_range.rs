//! What a container may ask for, and what it gets where it asks for nothing: Kubernetes' `LimitRange`, for containers.

use serde::{Deserialize, Serialize};
use std::fmt;
use values::Quantity;

/// Amounts for one container; what is not named is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerResources {
    /// Cores.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu: Option<Quantity>,
    /// Memory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub memory: Option<Quantity>,
    /// Storage on the node.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ephemeral_storage: Option<Quantity>,
}

impl ContainerResources {
    const fn named(&self) -> [(&'static str, Option<Quantity>); 3] {
        [("cpu", self.cpu), ("memory", self.memory), ("ephemeralStorage", self.ephemeral_storage)]
    }
}

/// What containers may ask for, and what they get by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LimitRange {
    /// The limit of a container that has none.
    pub default: ContainerResources,
    /// The request of a container that has none.
    pub default_request: ContainerResources,
    /// The least that a container may request.
    pub min: ContainerResources,
    /// The greatest limit that a container may have.
    pub max: ContainerResources,
}

/// Two members of a limit range of which the lesser is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfOrder {
    /// The member that is too great, as it is called on the wire.
    pub lesser: &'static str,
    /// The member that it must not exceed.
    pub greater: &'static str,
    /// Of what.
    pub resource: &'static str,
}

impl fmt::Display for OutOfOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} is more than {}", self.lesser, self.resource, self.greater)
    }
}

impl LimitRange {
    /// The first pair that contradicts itself: `min` ≤ `defaultRequest` ≤ `default` ≤ `max`, as far as they are set
    /// (Kubernetes refuses the same).
    #[must_use]
    pub fn out_of_order(&self) -> Option<OutOfOrder> {
        let members = [
            ("min", self.min.named()),
            ("defaultRequest", self.default_request.named()),
            ("default", self.default.named()),
            ("max", self.max.named()),
        ];
        let pairs = members
            .iter()
            .enumerate()
            .flat_map(|(index, lesser)| members[index + 1..].iter().map(move |greater| (lesser, greater)));
        pairs
            .flat_map(|((lesser, low), (greater, high))| {
                low.iter().zip(high).map(move |(low, high)| (*lesser, *greater, low, high))
            })
            .find_map(|(lesser, greater, (resource, low), (_, high))| {
                let exceeds = low.zip(*high).is_some_and(|(low, high)| low > high);
                exceeds.then_some(OutOfOrder { lesser, greater, resource })
            })
    }
}
