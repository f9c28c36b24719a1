//! Partners: who sells clusters under a brand of their own.

use crate::MetadataInput;
use crate::resource::{input, reply};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use values::{Color, DisplayName, HostName, HttpUrl, Name};

reply! {
    /// A partner: sells clusters under a brand of its own.
    Partner, PartnerKind = "Partner", PartnerSpec, PartnerStatus
}

input! {
    /// A partner, as sent.
    PartnerInput, PartnerKind = "Partner", MetadataInput, PartnerSpec
}

/// What people set on a partner.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PartnerSpec {
    /// The host its console is served under; also finds the partner of a sign-up. Unique in the installation.
    pub host: Option<HostName>,
    /// What the product is called.
    #[schema(example = "Northwind Kubernetes")]
    pub product_name: DisplayName,
    /// Where its logo is.
    pub logo_url: Option<HttpUrl>,
    /// Where its logo for small places is.
    pub icon_url: Option<HttpUrl>,
    /// Its colours.
    pub colors: Colors,
    /// Where its links lead: `support`, `docs`, `terms`, `privacy` and others.
    pub links: BTreeMap<Name, HttpUrl>,
    /// What it decides for its orgs.
    pub policy: PartnerPolicy,
}

/// A partner's colours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Colors {
    /// The main one.
    pub primary: Option<Color>,
    /// The second one.
    pub accent: Option<Color>,
}

/// What a partner decides for its orgs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PartnerPolicy {
    /// Whether orgs may sign up by themselves.
    pub signup: SignupPolicy,
    /// Whether orgs that the partner makes wait for approval.
    pub org_approval: ApprovalPolicy,
}

/// Whether orgs may sign up by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SignupPolicy {
    /// They may not.
    #[default]
    Closed,
    /// They may.
    Open,
}

/// Whether orgs that the partner makes wait for approval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ApprovalPolicy {
    /// They are active at once.
    #[default]
    Automatic,
    /// They wait.
    Required,
}

/// What the system says of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartnerStatus {
    /// Where it stands.
    pub phase: PartnerPhase,
}

/// Where a partner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum PartnerPhase {
    /// It can sell.
    Active,
    /// Deleted.
    Deleted,
}
