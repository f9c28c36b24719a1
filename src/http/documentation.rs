//! The OpenAPI document: what operations have in common is said once, here.

use super::problem::ProblemCode;
use super::problem::openapi as problems;
use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, RefOr, tag::TagBuilder};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// The tag of what partners do with orgs.
pub const PARTNER_APIS: &str = "Partner APIs";
/// The tag of users, keys and who one is.
pub const IDENTITY: &str = "Identity";
/// The tag of what is inside an org.
pub const ADMINISTRATION: &str = "Administration APIs";
/// The tag of the record.
pub const THE_RECORD: &str = "The record";
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

/// What every command understands beside its body.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct WriteParameters {
    /// Judges the command and shows what would be recorded; records nothing.
    #[param(rename = "dryRun", required = false)]
    dry_run: Option<bool>,
}

/// The headers that every command understands.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
struct WriteHeaders {
    /// The version that the command is meant for; another one is 412.
    #[param(rename = "If-Match", required = false, example = "\"3\"")]
    if_match: Option<String>,
    /// Gives the same answer to the same request for 72 hours.
    #[param(rename = "Idempotency-Key", required = false, max_length = 255)]
    idempotency_key: Option<String>,
    /// Why; kept in the record.
    #[param(rename = "X-Change-Reason", required = false, max_length = 512)]
    change_reason: Option<String>,
}

/// The header that `PUT` understands beside.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
pub struct PutHeaders {
    /// `*` only makes the thing, and never replaces it (412).
    #[param(rename = "If-None-Match", required = false, example = "*")]
    if_none_match: Option<String>,
}

/// The headers that reads of one thing understand.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
struct ReadHeaders {
    /// Answers 304 where the version is one of these.
    #[param(rename = "If-None-Match", required = false, example = "\"3\"")]
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
    /// The order: `createdAt` or `updatedAt`, of keys also `name`, with `-` before it for descending.
    #[param(required = false, example = "-createdAt")]
    sort: Option<String>,
    /// Answers as of this time (RFC 3339) or position.
    #[param(rename = "asOf", required = false)]
    as_of: Option<String>,
    /// Waits up to 2 s until this position is known here.
    #[param(rename = "minPosition", required = false, minimum = 0)]
    min_position: Option<u64>,
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
    /// The order: `name`, `createdAt` or `updatedAt`, with `-` before it for descending.
    #[param(required = false, example = "-createdAt")]
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
    /// Only those whose labels this selects, by the Kubernetes grammar.
    #[param(rename = "labelSelector", required = false, example = "tier=1,env!=dev")]
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
    #[param(required = false)]
    partner: Option<String>,
}

/// Says what all operations have in common: who may call, and every problem that can come back.
pub fn complete(document: &mut OpenApi) {
    document.info = InfoBuilder::new()
        .title("Quarterdeck")
        .version("v1")
        .description(Some(
            "The control plane for Kubernetes-as-a-Service partners: orgs, their users and keys, and everything that \
             ever happened to them.",
        ))
        .build();
    document.tags = Some(
        [
            (PARTNER_APIS, "What a partner does with its customers."),
            (IDENTITY, "Users, access keys, and who one is."),
            (ADMINISTRATION, "Projects of an org, and what is in them."),
            (THE_RECORD, "What happened, and who did it."),
            (SERVICE, "The service itself."),
        ]
        .map(|(name, description)| TagBuilder::new().name(name).description(Some(description)).build())
        .to_vec(),
    );
    let components = document.components.get_or_insert_default();
    components.schemas.insert("Problem".to_owned(), problems::ProblemDocument::schema());
    components.schemas.insert("FieldProblem".to_owned(), problems::FieldProblemDocument::schema());
    components.schemas.insert(ProblemCode::name().to_string(), ProblemCode::schema());
    components.security_schemes.insert(
        "accessKey".to_owned(),
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Basic)
                .description(Some("The access key's id as user name and its secret as password."))
                .build(),
        )
        .into(),
    );
    components.security_schemes.insert(
        "secret".to_owned(),
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("The access key's secret; it names its key."))
                .build(),
        )
        .into(),
    );
    for item in document.paths.paths.values_mut() {
        for (operation, is_read) in [
            (&mut item.get, true),
            (&mut item.post, false),
            (&mut item.put, false),
            (&mut item.patch, false),
            (&mut item.delete, false),
        ] {
            if let Some(operation) = operation {
                complete_operation(operation, is_read);
            }
        }
    }
}

fn complete_operation(operation: &mut Operation, is_read: bool) {
    let needs_right =
        operation.extensions.as_ref().is_some_and(|it| it.contains_key("x-required-permission"));
    let mut codes: Vec<ProblemCode> = problems::ANY_OPERATION.to_vec();
    if needs_right {
        operation.security = Some(vec![
            SecurityRequirement::new::<_, [&str; 0], &str>("accessKey", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("secret", []),
        ]);
        codes.extend_from_slice(problems::AUTHENTICATED);
    }
    if operation.request_body.is_some() {
        codes.extend_from_slice(problems::WITH_BODY);
    }
    if !is_read {
        codes.extend_from_slice(problems::COMMAND);
    }
    let parameters = operation.parameters.get_or_insert_default();
    let has = |name: &str| parameters.iter().any(|it| matches!(it, RefOr::T(it) if it.name == name));
    if has("asOf") {
        codes.extend_from_slice(problems::AS_OF);
    }
    let headers = match (is_read, operation.responses.responses.contains_key("304")) {
        (false, _) if needs_right => WriteHeaders::into_params(|| None),
        (true, true) => ReadHeaders::into_params(|| None),
        (true | false, _) => vec![],
    };
    parameters.extend(headers.into_iter().map(RefOr::T));
    let own = operation.extensions.as_mut().and_then(|extensions| extensions.remove("x-problem-codes"));
    let own = own.as_ref().and_then(Value::as_array).into_iter().flatten();
    codes.extend(own.filter_map(Value::as_str).filter_map(ProblemCode::from_code));
    problems::document_problems(operation, &codes);
}
