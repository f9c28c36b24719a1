//! Problems in the OpenAPI document: the body's schema, and each operation's problem responses with their codes.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::Example;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::render::MEDIA_TYPE;
use super::{Problem, ProblemCode};

/// The body of every error: RFC 9457, with stable codes. Members that help with one code only are left out elsewhere.
#[derive(Debug, ToSchema)]
#[schema(as = Problem, rename_all = "camelCase")]
pub struct ProblemDocument {
    /// The page that explains the code, relative to this server.
    #[schema(example = "/problems/name_taken")]
    pub r#type: String,
    /// A short summary, the same for every occurrence of the code.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong this time.
    pub detail: String,
    /// The path of the request.
    #[schema(required = false, nullable = false)]
    pub instance: Option<String>,
    /// The stable code.
    pub code: ProblemCode,
    /// The request's id, as in `X-Request-Id`; name it when reporting an error.
    #[schema(required = false, nullable = false)]
    pub request_id: Option<String>,
    /// The faults in the body or the query.
    #[schema(required = false, nullable = false)]
    pub errors: Option<Vec<FieldProblemDocument>>,
    /// With `forbidden`: the permission that is missing.
    #[schema(required = false, nullable = false)]
    pub missing_permission: Option<String>,
    /// With `forbidden`: the roles that would give it.
    #[schema(required = false, nullable = false)]
    pub granted_by_roles: Option<Vec<String>>,
    /// With `version_mismatch`: the version the thing has now.
    #[schema(required = false, nullable = false)]
    pub current_version: Option<u64>,
    /// Seconds after which to try again, as in `Retry-After`.
    #[schema(required = false, nullable = false)]
    pub retry_after_seconds: Option<u32>,
    /// With `epoch_changed`: the last position that was not lost; what came after it is another history now.
    #[schema(required = false, nullable = false)]
    pub position: Option<i64>,
    /// With a name or address that is taken: who has it, where the caller may see that.
    #[schema(required = false, nullable = false)]
    pub conflicting_id: Option<String>,
    /// With `apply_refused`: what each document would have come to.
    #[schema(required = false, nullable = false)]
    pub results: Option<Vec<api::ApplyResult>>,
    /// With `restore_refused`: what each thing would have come to.
    #[schema(required = false, nullable = false)]
    pub things: Option<Vec<api::RestoreResult>>,
    /// With `in_use`: what uses it.
    #[schema(required = false, nullable = false)]
    pub used_by: Option<Vec<UserOfThing>>,
    /// With `quota_exceeded`: of what there is not enough.
    #[schema(required = false, nullable = false)]
    pub resource: Option<String>,
    /// With `quota_exceeded`: the most that may be held.
    #[schema(required = false, nullable = false)]
    pub limit: Option<String>,
    /// With `quota_exceeded`: what others hold.
    #[schema(required = false, nullable = false)]
    pub used: Option<String>,
    /// With `quota_exceeded`: what this would hold.
    #[schema(required = false, nullable = false)]
    pub asked: Option<String>,
    /// With `quota_exceeded`: by how much that is too much.
    #[schema(required = false, nullable = false)]
    pub exceeded_by: Option<String>,
}

/// Something that uses a thing.
#[derive(Debug, ToSchema)]
pub struct UserOfThing {
    /// Its kind.
    #[schema(example = "Org")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name.
    #[schema(example = "acme")]
    pub name: String,
}

/// One fault.
#[derive(Debug, ToSchema)]
#[schema(as = FieldProblem)]
pub struct FieldProblemDocument {
    /// A JSON pointer into the body (RFC 6901), or `?name` for a query parameter.
    #[schema(example = "/metadata/name")]
    pub pointer: String,
    /// What kind of fault.
    #[schema(example = "required")]
    pub code: String,
    /// The fault in words.
    pub detail: String,
}

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("What went wrong, stable. Each has a page under /problems/{code}."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

impl ToSchema for ProblemCode {}

/// The schemas that problem responses refer to.
#[must_use]
pub fn schemas() -> [(String, RefOr<Schema>); 4] {
    [
        (ProblemDocument::name().into_owned(), ProblemDocument::schema()),
        (FieldProblemDocument::name().into_owned(), FieldProblemDocument::schema()),
        (UserOfThing::name().into_owned(), UserOfThing::schema()),
        (ProblemCode::name().into_owned(), ProblemCode::schema()),
    ]
}

/// Codes that any operation can answer with.
pub const ANY_OPERATION: &[ProblemCode] = &[
    ProblemCode::MalformedRequest,
    ProblemCode::InvalidEncoding,
    ProblemCode::InvalidHeader,
    ProblemCode::InvalidParameter,
    ProblemCode::UnknownParameter,
    ProblemCode::RequestTimeout,
    ProblemCode::UriTooLong,
    ProblemCode::RateLimited,
    ProblemCode::HeadersTooLarge,
    ProblemCode::Internal,
    ProblemCode::Overloaded,
    ProblemCode::NotReady,
];

/// Codes of operations that need a credential.
pub const AUTHENTICATED: &[ProblemCode] = &[
    ProblemCode::TwoCredentials,
    ProblemCode::Unauthenticated,
    ProblemCode::Forbidden,
    ProblemCode::UserSuspended,
    ProblemCode::OrgInactive,
    ProblemCode::NotFound,
    ProblemCode::AttemptNotRecordable,
];

/// Codes of operations that read a body.
pub const WITH_BODY: &[ProblemCode] = &[
    ProblemCode::MalformedJson,
    ProblemCode::DuplicateKey,
    ProblemCode::TooDeep,
    ProblemCode::PayloadTooLarge,
    ProblemCode::UnsupportedMediaType,
    ProblemCode::ValidationFailed,
];

/// Codes of operations that change something.
pub const COMMAND: &[ProblemCode] =
    &[ProblemCode::Conflict, ProblemCode::IdempotencyKeyReused, ProblemCode::OutcomeUnknown];

/// Codes of operations that take `If-Match`.
pub const WITH_PRECONDITION: &[ProblemCode] = &[ProblemCode::VersionMismatch];

/// Codes of operations that read as of a time or a position.
pub const AS_OF: &[ProblemCode] = &[ProblemCode::AsOfInFuture];

/// Codes of operations that give out page tokens.
pub const PAGED: &[ProblemCode] = &[ProblemCode::EpochChanged];

/// One response per status, with an example for each code. They refer to [`schemas`] and to examples named
/// after the codes, which the document has to have among its components.
#[must_use]
pub fn problem_responses(codes: &[ProblemCode]) -> BTreeMap<String, Response> {
    let mut by_status: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
    for code in codes {
        for status in code.statuses() {
            let known = by_status.entry(status).or_default();
            if !known.contains(code) {
                known.push(*code);
            }
        }
    }
    by_status.into_iter().map(|(status, codes)| (status.to_string(), response(&codes))).collect()
}

/// Adds the problem responses of these codes to an operation; a response it already has under a status is kept.
pub fn document_problems(operation: &mut Operation, codes: &[ProblemCode]) {
    for (status, response) in problem_responses(codes) {
        operation.responses.responses.entry(status).or_insert_with(|| response.into());
    }
}

fn response(codes: &[ProblemCode]) -> Response {
    let lines = codes.iter().map(|code| format!("`{code}`: {}", code.entry().meaning));
    let examples = codes.iter().map(|code| {
        (code.as_str(), RefOr::<Example>::Ref(Ref::new(format!("#/components/examples/{code}"))))
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    ResponseBuilder::new()
        .description(lines.collect::<Vec<_>>().join("\n\n"))
        .content(MEDIA_TYPE, content)
        .build()
}

/// The body of a problem with this code.
#[must_use]
pub fn example(code: ProblemCode) -> Value {
    Problem::plain(code).example()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use utoipa::openapi::{ComponentsBuilder, path::OperationBuilder};

    use super::super::FieldProblem;
    use super::*;

    /// A JSON Schema that the body of a problem has to fit.
    fn schema() -> jsonschema::Validator {
        let components = ComponentsBuilder::new()
            .schema_from::<ProblemDocument>()
            .schema_from::<FieldProblemDocument>()
            .schema_from::<UserOfThing>()
            .schema_from::<api::ApplyResult>()
            .schema_from::<api::ApplyOutcome>()
            .schema_from::<api::RestoreResult>()
            .schema_from::<api::RestoreOutcome>()
            .schema_from::<ProblemCode>()
            .build();
        let mut schema = json!({"$ref": "#/components/schemas/Problem"});
        schema["components"] = serde_json::to_value(components).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    }

    #[test]
    fn every_problem_fits_the_schema() {
        let schema = schema();
        let rich = [
            Problem::validation(vec![FieldProblem::new("/a", "required", "is required")]),
            Problem::forbidden("org.read", ["OPERATOR"]),
            Problem::version_mismatch(3),
        ];
        for problem in ProblemCode::ALL.iter().map(|code| Problem::plain(*code)).chain(rich) {
            let body = problem.example();
            assert!(schema.is_valid(&body), "{body}");
        }
        assert!(!schema.is_valid(&json!({"code": "not_found"})));
        let mut unknown = Problem::not_found().example();
        unknown["code"] = "nope".into();
        assert!(!schema.is_valid(&unknown));
    }

    #[test]
    fn codes_are_grouped_by_status_and_named() {
        let responses =
            problem_responses(&[ProblemCode::NameTaken, ProblemCode::InUse, ProblemCode::NameTaken]);
        assert_eq!(responses.keys().collect::<Vec<_>>(), ["409"]);
        let response = serde_json::to_value(&responses["409"]).unwrap();
        let examples = &response["content"]["application/problem+json"]["examples"];
        assert_eq!(examples.as_object().unwrap().len(), 2);
        assert_eq!(examples["in_use"]["$ref"], "#/components/examples/in_use");
        assert!(response["description"].as_str().unwrap().contains("`name_taken`: A live sibling"));
    }

    #[test]
    fn an_operation_keeps_the_responses_it_has() {
        let own = ResponseBuilder::new().description("own").build();
        let mut operation = OperationBuilder::new().response("404", own).build();
        document_problems(&mut operation, AUTHENTICATED);
        let documented = serde_json::to_value(&operation.responses).unwrap();
        assert_eq!(documented["404"]["description"], "own");
        for status in ["400", "401", "403", "503"] {
            assert!(documented[status].is_object(), "{status}");
        }
    }
}
