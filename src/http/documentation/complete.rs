//! What all operations have in common, added to the document.

use super::{
    ADMINISTRATION, AnyHeaders, EditHeaders, IDENTITY, PARTNER_APIS, ReadHeaders, SERVICE, STREAMS,
    THE_RECORD, WriteHeaders, bodies, dry_run, examples, headers, limits,
};
use crate::authz::Permission;
use crate::http::problem::ProblemCode;
use crate::http::problem::openapi as problems;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::IntoParams;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::info::LicenseBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, InfoBuilder, OpenApi, RefOr, Required};

const ABOUT: &str = "The control plane for Kubernetes-as-a-Service partners: orgs, their users and keys, and everything \
                     that ever happened to them.\n\nResources have one shape: `metadata` identifies, `spec` is what \
                     people set, `status` what the system says; what a GET shows can be edited and sent back. Every \
                     command takes `dryRun`, `Idempotency-Key` and, on one thing, `If-Match`; every read takes `asOf`. \
                     Refusals are `application/problem+json` (RFC 9457) with a stable `code`; each has a page under \
                     `/problems`.";

/// A position, or a time as RFC 3339 writes it.
const POSITION_OR_TIME: &str = r"^([0-9]{1,15}|(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2}))$";

/// The groups of operations, in the order in which they are shown.
const TAGS: [(&str, &str); 6] = [
    (PARTNER_APIS, "What a partner does with its customers."),
    (IDENTITY, "Users, access keys, and who one is."),
    (ADMINISTRATION, "Projects of an org, and what is in them."),
    (THE_RECORD, "What happened, and who did it."),
    (STREAMS, "What happens, told to others: to those who follow, and to addresses outside."),
    (SERVICE, "The service itself."),
];

/// Completes the document, and every operation in it.
pub fn complete(document: &mut OpenApi) {
    document.info = InfoBuilder::new()
        .title("Quarterdeck")
        .version("v1")
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let here = ServerBuilder::new().url("/").description(Some("The server that the document came from."));
    document.servers = Some(vec![here.build()]);
    let components = document.components.get_or_insert_default();
    add_schemas(components);
    add_credentials(components);
    components.headers.extend(headers::all());
    let mut used = BTreeSet::new();
    let mut answered = BTreeSet::new();
    let mut shared = BTreeMap::new();
    let mut patches = bodies::MergePatches::of(components);
    for (path, item) in &mut document.paths.paths {
        for (operation, is_read) in [
            (&mut item.get, true),
            (&mut item.post, false),
            (&mut item.put, false),
            (&mut item.patch, false),
            (&mut item.delete, false),
        ] {
            if let Some(operation) = operation {
                used.extend(operation.tags.iter().flatten().cloned());
                complete_operation(operation, path, is_read);
                bodies::say_whether_required(operation);
                patches.document(operation);
                answered.extend(dry_run::document(operation));
                problems::share_problems(operation, &mut shared);
            }
        }
    }
    let patches: Vec<_> = patches.schemas().collect();
    let components = document.components.get_or_insert_default();
    components.schemas.extend(patches);
    components.responses.extend(shared);
    components.schemas.extend(answered.into_iter().map(|kind| dry_run::schema_of(&kind)));
    let tags = TAGS.iter().filter(|(name, _)| used.contains(*name));
    let tags =
        tags.map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build()).collect();
    document.tags = Some(tags);
}

fn add_schemas(components: &mut Components) {
    components.schemas.extend(problems::schemas());
    components.schemas.extend(dry_run::schemas());
    // Problems say what was sent, whatever is in it.
    let limited = components.schemas.iter_mut().filter(|(name, _)| !name.ends_with("Problem"));
    limited.for_each(|(_, schema)| limits::limit(schema));
    name_permissions(components);
    let problem_examples = ProblemCode::ALL.iter().map(|code| {
        let example = ExampleBuilder::new().summary(code.entry().title).value(Some(problems::example(*code)));
        (code.as_str().to_owned(), RefOr::T(example.build()))
    });
    components.examples.extend(problem_examples);
}

/// The permissions that can be asked about are those that there are.
fn name_permissions(components: &mut Components) {
    if let Some(RefOr::T(Schema::Object(question))) = components.schemas.get_mut("AccessCheckInput")
        && let Some(RefOr::T(Schema::Object(permission))) = question.properties.get_mut("permission")
    {
        permission.enum_values = Some(Permission::ALL.iter().map(|it| it.as_str().into()).collect());
    }
}

fn add_credentials(components: &mut Components) {
    let schemes = [
        (
            "accessKey",
            HttpAuthScheme::Basic,
            "The access key's id (`QDAK…`) as user name and its secret as password.",
        ),
        ("secret", HttpAuthScheme::Bearer, "The access key's secret (`qdsk_…`) alone; it names its key."),
    ];
    for (name, scheme, about) in schemes {
        let scheme = HttpBuilder::new().scheme(scheme).description(Some(about)).build();
        components.security_schemes.insert(name.to_owned(), SecurityScheme::Http(scheme).into());
    }
}

fn complete_operation(operation: &mut Operation, path: &str, is_read: bool) {
    let needs_right =
        operation.extensions.as_ref().is_some_and(|it| it.contains_key("x-required-permission"));
    operation.security = Some(if needs_right {
        ["accessKey", "secret"].map(|scheme| SecurityRequirement::new(scheme, Vec::<String>::new())).to_vec()
    } else {
        vec![]
    });
    let is_edit = !is_read && !creates(operation, path) && !answers_for_many(operation);
    let parameters = operation.parameters.get_or_insert_default();
    let is_versioned_read = is_read && operation.responses.responses.contains_key("304");
    let shared = [
        (is_versioned_read, ReadHeaders::into_params(|| None)),
        (is_edit && needs_right, EditHeaders::into_params(|| None)),
        (!is_read && needs_right, WriteHeaders::into_params(|| None)),
        (true, AnyHeaders::into_params(|| None)),
    ];
    for (_, more) in shared.into_iter().filter(|(applies, _)| *applies) {
        parameters.extend(more.into_iter().map(RefOr::T));
    }
    parameters.iter_mut().for_each(never_null);
    parameters.iter_mut().for_each(never_sent_unasked);
    parameters.iter_mut().for_each(limited);
    let codes = codes(operation, is_read, needs_right);
    problems::document_problems(operation, &codes);
    examples::document(operation);
    headers::document(operation);
}

/// Whether the operation makes something in a collection: there is nothing yet whose version could be named.
fn creates(operation: &Operation, path: &str) -> bool {
    let responses = &operation.responses.responses;
    let makes = responses.contains_key("201") || responses.contains_key("202");
    makes && (path.ends_with('s') || path.ends_with("/signup"))
}

/// Whether the operation is about many things: there is no version of one.
pub(super) fn answers_for_many(operation: &Operation) -> bool {
    operation.operation_id.as_deref() == Some("applyDocuments")
}

/// Every problem that the operation can end in: what all share, and its own, which it names in `x-problem-codes`.
fn codes(operation: &mut Operation, is_read: bool, needs_right: bool) -> Vec<ProblemCode> {
    let takes = |name: &str| {
        let parameters = operation.parameters.iter().flatten();
        parameters.into_iter().any(|it| matches!(it, RefOr::T(it) if it.name == name))
    };
    let groups = [
        (true, problems::ANY_OPERATION),
        (needs_right, problems::AUTHENTICATED),
        (operation.request_body.is_some(), problems::WITH_BODY),
        (!is_read, problems::COMMAND),
        (takes("If-Match"), problems::WITH_PRECONDITION),
        (takes("asOf"), problems::AS_OF),
        (takes("pageToken"), problems::PAGED),
    ];
    let groups = groups.into_iter().filter(|(applies, _)| *applies);
    let mut codes: Vec<ProblemCode> = groups.flat_map(|(_, codes)| codes.iter().copied()).collect();
    let own = operation.extensions.as_mut().and_then(|extensions| extensions.remove("x-problem-codes"));
    let own = own.as_ref().and_then(Value::as_array).into_iter().flatten();
    codes.extend(own.filter_map(Value::as_str).filter_map(ProblemCode::from_code));
    codes
}

/// A parameter that may be left out has no example, which Swagger UI would send.
fn never_sent_unasked(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && parameter.required != Required::True
    {
        *parameter = ParameterBuilder::from(parameter.clone()).example(None).build();
    }
}

/// A parameter that may be left out is a text or not there, and never `null`.
fn never_null(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
        && let SchemaType::Array(types) = &schema.schema_type
        && let [only] = types.iter().filter(|kind| **kind != Type::Null).collect::<Vec<_>>()[..]
    {
        schema.schema_type = SchemaType::Type(only.clone());
    }
}

/// Numbers of a query are as large as they can be, and its texts have no control characters in them at all.
fn limited(parameter: &mut RefOr<Parameter>) {
    let RefOr::T(parameter) = parameter else { return };
    if parameter.parameter_in == ParameterIn::Query
        && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
        && schema.schema_type == SchemaType::Type(Type::String)
        && schema.pattern.is_none()
        && schema.enum_values.is_none()
        && schema.format.is_none()
    {
        let pattern = if parameter.name == "asOf" { POSITION_OR_TIME } else { r"^[^\x00-\x1F\x7F-\x9F]*$" };
        schema.pattern = Some(pattern.to_owned());
    }
    if parameter.parameter_in == ParameterIn::Query {
        parameter.schema.iter_mut().for_each(limits::limit);
    }
}

/// The name of the component that a reference names.
pub(super) fn component(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// Responses by status, those of success only.
pub(super) fn successes(
    operation: &mut Operation,
) -> impl Iterator<Item = (&String, &mut RefOr<utoipa::openapi::Response>)> {
    let responses: &mut BTreeMap<_, _> = &mut operation.responses.responses;
    responses.iter_mut().filter(|(status, _)| status.starts_with('2'))
}
