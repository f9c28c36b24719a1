//! What lists understand.

use utoipa::IntoParams;

/// What lists that have filters of their own understand beside.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct PageParameters {
    /// The most items on the page.
    #[param(required = false, minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Asks for the next page, as of the first one.
    #[param(rename = "pageToken", required = false)]
    page_token: Option<String>,
    /// Answers as of this time (RFC 3339) or position.
    #[param(rename = "asOf", required = false)]
    as_of: Option<String>,
    /// Waits up to 2 s until this position is known here.
    #[param(rename = "minPosition", required = false, minimum = 0)]
    min_position: Option<u64>,
}

/// The order of members, and of what else has no name of its own.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct SortedByTime {
    /// The order: `createdAt` or `updatedAt`, with `-` before it for descending.
    #[param(required = false, pattern = "^-?(createdAt|updatedAt)$")]
    sort: Option<String>,
}

/// The order of keys.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct SortedKeys {
    /// The order: `createdAt`, `updatedAt` or `name`, with `-` before it for descending.
    #[param(required = false, pattern = "^-?(name|createdAt|updatedAt)$")]
    sort: Option<String>,
}

/// What every list understands.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct ListParameters {
    /// The most items on the page.
    #[param(required = false, minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Asks for the next page, as of the first one.
    #[param(rename = "pageToken", required = false)]
    page_token: Option<String>,
    /// The order: `name`, `createdAt` or `updatedAt`, with `-` before it for descending, as in `-createdAt`.
    #[param(required = false, pattern = "^-?(name|createdAt|updatedAt)$")]
    sort: Option<String>,
    /// Answers as of this time (RFC 3339) or position.
    #[param(rename = "asOf", required = false)]
    as_of: Option<String>,
    /// Waits up to 2 s until this position is known here.
    #[param(rename = "minPosition", required = false, minimum = 0)]
    min_position: Option<u64>,
    /// Only the one of this name.
    #[param(required = false)]
    name: Option<String>,
    /// Only those in this phase.
    #[param(required = false)]
    phase: Option<String>,
    /// Only those that have this text in their name or display name.
    #[param(required = false)]
    q: Option<String>,
    /// Only those whose labels this selects, by the Kubernetes grammar: `tier=1,env!=dev`.
    #[param(rename = "labelSelector", required = false)]
    label_selector: Option<String>,
    /// Deleted ones too.
    #[param(rename = "includeDeleted", required = false)]
    include_deleted: Option<bool>,
}

/// What lists of orgs understand beside.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct OrgFilters {
    /// Only the one with this id in the partner's books.
    #[param(rename = "externalId", required = false)]
    external_id: Option<String>,
    /// Only those of this partner, by name or id.
    #[param(
        required = false,
        pattern = "^([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$"
    )]
    partner: Option<String>,
}
