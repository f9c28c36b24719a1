//! The OpenAPI document: what operations have in common is said once, here.
//!
//! An operation says what is its own: its words, its parameters, its body, what it answers when all is well, the right it
//! needs, and the problems that only it can end in. [`complete`] adds the rest: credentials, headers, examples of
//! answers, what a dry run answers, and every problem that the operation shares with others.

mod blueprints;
mod bodies;
mod complete;
mod dry_run;
mod examples;
mod headers;
mod limits;
mod lists;

pub use blueprints::{BlueprintPath, BlueprintVersionPath};
pub use complete::complete;
pub use lists::{ListParameters, OrgFilters, PageParameters, SortedByTime, SortedKeys};

use utoipa::IntoParams;

/// The tag of what partners do with orgs.
pub const PARTNER_APIS: &str = "Partner APIs";
/// The tag of users, keys and who one is.
pub const IDENTITY: &str = "Identity";
/// The tag of what is inside an org.
pub const ADMINISTRATION: &str = "Administration APIs";
/// The tag of the record.
pub const THE_RECORD: &str = "The record";
/// The tag of what is told as it happens.
pub const STREAMS: &str = "Streams";
/// The tag of the service itself.
pub const SERVICE: &str = "Service";

/// The org in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct OrgPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
}

/// An org and a project in it, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct ProjectPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
}

/// An org and a webhook of it, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct WebhookPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The webhook's id or name.
    #[param(example = "cmdb")]
    webhook: String,
}

/// An org, a project in it, and a cluster in that, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct ClusterPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
    /// The cluster's id or name.
    #[param(example = "prod-eu-1")]
    cluster: String,
}

/// An org, a webhook of it, and a delivery of that, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct DeliveryPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The webhook's id or name.
    #[param(example = "cmdb")]
    webhook: String,
    /// The delivery's id.
    #[param(example = "0193f3a0-7c1b-7000-8000-000000000071")]
    delivery: String,
}

/// An org, a project in it, and a namespace in that, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct NamespacePath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
    /// The namespace's id or name.
    #[param(example = "checkout")]
    namespace: String,
}

/// An org, a project in it, and an add-on in that, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct AddonPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
    /// The add-on's id or name.
    #[param(example = "ingress")]
    addon: String,
}

/// An org, a project in it, an add-on in that, and a version of it, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct AddonVersionPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
    /// The add-on's id or name.
    #[param(example = "ingress")]
    addon: String,
    /// The version's id or name.
    #[param(example = "1.0.0")]
    version: String,
}

/// An org, a project in it, and a workload in that, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct WorkloadPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
    /// The workload's id or name.
    #[param(example = "cart")]
    workload: String,
}

/// An org, a project in it, a workload in that, and a revision of it, in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct WorkloadRevisionPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The project's id or name.
    #[param(example = "payments")]
    project: String,
    /// The workload's id or name.
    #[param(example = "cart")]
    workload: String,
    /// The revision's number, or its id.
    #[param(example = "1")]
    revision: String,
}

/// The partner in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct PartnerPath {
    /// The partner's id or name.
    #[param(example = "default")]
    partner: String,
}

/// The user in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct UserPath {
    /// The user's id or e-mail address.
    #[param(example = "ci@acme.test")]
    user: String,
}

/// The access key in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct KeyPath {
    /// The key's id, or its public half.
    #[param(example = "QDAK0123456789ABCDEF")]
    key: String,
}

/// The group in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct GroupPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The group's id or name.
    #[param(example = "dev")]
    group: String,
}

/// The role binding in a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct RoleBindingPath {
    /// The org's id, or its name within the caller's partner.
    #[param(example = "acme")]
    org: String,
    /// The role binding's id or name.
    #[param(example = "dev-team")]
    binding: String,
}

/// What every command understands beside its body.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct WriteParameters {
    /// Judges the command and shows what would be recorded; records nothing.
    #[param(rename = "dryRun", required = false)]
    dry_run: Option<bool>,
}

/// The header that commands on one thing understand.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
struct EditHeaders {
    /// The version that the command is meant for, as its `ETag` says (`"3"`); another one is 412.
    #[param(
        rename = "If-Match",
        required = false,
        pattern = r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#
    )]
    if_match: Option<String>,
}

/// What an apply understands beside.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct ApplyParameters {
    /// Whether it is all or nothing, which it is unless told otherwise; `false` records what is not refused.
    #[param(required = false)]
    atomic: Option<bool>,
}

/// The headers that every command understands.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
struct WriteHeaders {
    /// Gives the same answer to the same request for 72 hours.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[ -~]+$"
    )]
    idempotency_key: Option<String>,
    /// Why; kept in the record.
    #[param(
        rename = "X-Change-Reason",
        required = false,
        min_length = 1,
        max_length = 512,
        pattern = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$"
    )]
    change_reason: Option<String>,
}

/// The header that `PUT` understands beside.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct PutHeaders {
    /// `*` only makes the thing, and never replaces it (412).
    #[param(rename = "If-None-Match", required = false, pattern = r"^\*$")]
    if_none_match: Option<String>,
}

/// The headers that every operation understands.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
struct AnyHeaders {
    /// The request's id, 1 to 128 visible ASCII characters; whatever else is sent, one is given to it.
    #[param(rename = "X-Request-Id", required = false)]
    request_id: Option<String>,
}

/// The headers that reads of one thing understand.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
struct ReadHeaders {
    /// Answers 304 where the version is one of these, as its `ETag` said (`"3"`).
    #[param(
        rename = "If-None-Match",
        required = false,
        pattern = r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#
    )]
    if_none_match: Option<String>,
}

/// What every read understands.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct ReadParameters {
    /// Answers as of this time (RFC 3339) or position.
    #[param(rename = "asOf", required = false)]
    as_of: Option<String>,
    /// Waits up to 2 s until this position is known here.
    #[param(rename = "minPosition", required = false, minimum = 0)]
    min_position: Option<u64>,
}
