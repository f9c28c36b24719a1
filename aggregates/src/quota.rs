//! How much there may be of what: the resources that quotas are about.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use values::Quantity;

/// How a resource is counted, and so how amounts of it are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Cores, and fractions of them: `500m`.
    Cores,
    /// Bytes: `64Gi`.
    Bytes,
    /// Whole things: `500`.
    Count,
}

macro_rules! resources {
    ($($variant:ident = $name:literal, $measure:ident, $doc:literal;)+) => {
        /// What a quota limits, by the names of Kubernetes' `ResourceQuota`, in camel case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Resource {
            $(#[doc = $doc] #[serde(rename = $name)] $variant,)+
        }

        impl Resource {
            /// Every resource there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stored form, also the name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How it is counted.
            #[must_use]
            pub const fn measure(self) -> Measure {
                match self { $(Self::$variant => Measure::$measure,)+ }
            }
        }
    };
}

resources! {
    CpuRequests = "cpuRequests", Cores, "The sum of what containers request.";
    CpuLimits = "cpuLimits", Cores, "The sum of what containers may use at most.";
    MemoryRequests = "memoryRequests", Bytes, "The sum of what containers request.";
    MemoryLimits = "memoryLimits", Bytes, "The sum of what containers may use at most.";
    StorageRequests = "storageRequests", Bytes, "The sum of what volume claims request.";
    EphemeralStorageRequests = "ephemeralStorageRequests", Bytes, "The sum of what containers request on nodes.";
    EphemeralStorageLimits = "ephemeralStorageLimits", Bytes, "The sum of what containers may use on nodes.";
    Pods = "pods", Count, "Pods that have not ended.";
    Services = "services", Count, "Services.";
    ConfigMaps = "configMaps", Count, "Config maps.";
    Secrets = "secrets", Count, "Secrets.";
    PersistentVolumeClaims = "persistentVolumeClaims", Count, "Persistent volume claims.";
    LoadBalancers = "loadBalancers", Count, "Services of type `LoadBalancer`.";
    NodePorts = "nodePorts", Count, "Ports of services of type `NodePort`.";
    Gpus = "gpus", Count, "The sum of what containers request of `nvidia.com/gpu`.";
}

impl Resource {
    /// The resource whose stored form this is.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|resource| resource.as_str() == text)
    }

    /// An amount as it is written for this resource.
    #[must_use]
    pub fn written(self, amount: Quantity) -> Quantity {
        match self.measure() {
            Measure::Bytes => amount.in_binary(),
            Measure::Cores | Measure::Count => amount,
        }
    }
}

/// How much there may be of what; what is not named is not limited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quota(BTreeMap<Resource, Quantity>);

impl Quota {
    /// The most there may be, where that is limited.
    #[must_use]
    pub fn get(&self, resource: Resource) -> Option<Quantity> {
        self.0.get(&resource).copied()
    }

    /// Every limit, in the order of [`Resource::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Resource, Quantity)> + '_ {
        self.0.iter().map(|(resource, amount)| (*resource, *amount))
    }

    /// These limits, and those of `defaults` for what they do not name.
    #[must_use]
    pub fn or(&self, defaults: &Self) -> Self {
        let mut both = defaults.0.clone();
        both.extend(self.iter());
        Self(both)
    }

    /// The first resource of which this allows more than `whole` does.
    #[must_use]
    pub fn exceeds(&self, whole: &Self) -> Option<Resource> {
        let more = |(resource, amount): &(Resource, Quantity)| {
            whole.get(*resource).is_some_and(|most| *amount > most)
        };
        self.iter().find(more).map(|(resource, _)| resource)
    }

    /// What differs between two quotas: each resource with its new limit.
    pub fn changes<'a>(&'a self, to: &'a Self) -> impl Iterator<Item = (Resource, Option<Quantity>)> + 'a {
        let differs = |resource: &Resource| self.get(*resource) != to.get(*resource);
        Resource::ALL.iter().copied().filter(differs).map(|resource| (resource, to.get(resource)))
    }
}

impl FromIterator<(Resource, Quantity)> for Quota {
    fn from_iter<I: IntoIterator<Item = (Resource, Quantity)>>(limits: I) -> Self {
        Self(limits.into_iter().map(|(resource, amount)| (resource, resource.written(amount))).collect())
    }
}
