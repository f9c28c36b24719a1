//! Roles: the catalogue.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::Role;

/// Every role there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleList {
    /// From the widest to the narrowest.
    pub items: Vec<RoleEntry>,
}

/// A role, and what it gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleEntry {
    /// Its name.
    pub role: Role,
    /// How wide it is meant to reach: `platform`, `partner`, `org`, `project` or `namespace`.
    #[schema(example = "project")]
    pub level: String,
    /// What it gives, within the scope it is given on.
    pub permissions: Vec<RolePermission>,
}

/// What a role gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolePermission {
    /// The permission.
    #[schema(example = "cluster.read")]
    pub name: String,
    /// How far it reaches.
    pub reach: RoleReach,
}

/// How far a role's permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RoleReach {
    /// Everything within the scope that the role is given on.
    Everywhere,
    /// One's own partner with its orgs, or one's own org; nothing inside an org.
    Own,
    /// The namespaces that the binding names.
    NamedNamespaces,
    /// What one has made oneself.
    MadeByOneself,
    /// Entries about the org itself, not about what is inside.
    OrgEntriesOnly,
}
