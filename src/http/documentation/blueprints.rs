//! Blueprints and their versions in paths.

use utoipa::IntoParams;

/// An org, a project in it, and a blueprint in that, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct BlueprintPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
    /// The blueprint's id or name.
    #[param(example = "base")]
    blueprint: String,
}

/// An org, a project in it, a blueprint in that, and a version of it, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct BlueprintVersionPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
    /// The blueprint's id or name.
    #[param(example = "base")]
    blueprint: String,
    /// The version's id or name.
    #[param(example = "1.2.0")]
    version: String,
}
