//! The proxy between a cluster and the rest of the world, and write-only values that are kept elsewhere.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{HttpUrl, NoProxyEntry, ProxyUser};

/// A write-only value that is kept, sealed, elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptSecret {
    /// Under which id.
    pub id: Uuid,
    /// Which version of it.
    pub version: i64,
}

/// The proxy through which an agent reaches the controller, and what runs on the cluster the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proxy {
    /// For plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub http_proxy: Option<HttpUrl>,
    /// For HTTPS.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub https_proxy: Option<HttpUrl>,
    /// What is reached without it.
    pub no_proxy: BTreeSet<NoProxyEntry>,
    /// As whom it is asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<ProxyUser>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password: Option<KeptSecret>,
}
