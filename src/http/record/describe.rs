//! How an operation that every kind has is documented for one of them.

use crate::app::App;
use crate::http::call::Right;
use axum::routing::MethodRouter;
use serde_json::json;
use std::sync::Arc;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, ParameterIn, Paths};
use utoipa::openapi::schema::{Ref, Schema};
use utoipa::openapi::{ContentBuilder, RefOr, ResponseBuilder};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;

pub(super) use utoipa::openapi::path::Parameter;

const JSON: &str = "application/json";

/// What the operations are of.
pub(super) struct Described {
    /// Its path.
    pub(super) path: &'static str,
    /// Its kind, as on the wire.
    pub(super) kind: &'static str,
    /// What one of it is called, with its article.
    pub(super) noun: &'static str,
    /// What is in the path.
    pub(super) parameters: Vec<Parameter>,
}

/// The parameters of a path.
pub(super) fn path<D: IntoParams>() -> Vec<Parameter> {
    D::into_params(|| Some(ParameterIn::Path))
}

/// The parameters of a query.
pub(super) fn in_query<D: IntoParams>() -> Vec<Parameter> {
    D::into_params(|| Some(ParameterIn::Query))
}

/// What an operation says of itself.
pub(super) struct Said {
    /// Its id.
    pub(super) id: String,
    /// Its title.
    pub(super) summary: String,
    /// What it does.
    pub(super) description: String,
    /// What the path does not name.
    pub(super) parameters: Vec<Parameter>,
    /// What it answers, in words and by the name of the schema.
    pub(super) answer: (&'static str, String),
}

impl Described {
    /// The operation as it is written down, to be added to.
    pub(super) fn begin<R: Right>(&self, said: Said, codes: &[&str]) -> OperationBuilder {
        let (answers, schema) = said.answer;
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
        let response = ResponseBuilder::new().description(answers).content(JSON, content).build();
        let extensions = ExtensionsBuilder::new()
            .add("x-required-permission", json!(R::PERMISSION.as_str()))
            .add("x-problem-codes", json!(codes))
            .build();
        OperationBuilder::new()
            .tag(crate::http::documentation::THE_RECORD)
            .operation_id(Some(said.id))
            .summary(Some(said.summary))
            .description(Some(said.description))
            .parameters(Some(self.parameters.iter().cloned().chain(said.parameters)))
            .response("200", response)
            .extensions(Some(extensions))
    }

    /// The operation, where it is found, and the schemas that it brings.
    pub(super) fn mounted(
        &self,
        method: HttpMethod,
        last: &str,
        operation: impl Into<Operation>,
        schemas: Vec<(String, RefOr<Schema>)>,
        router: MethodRouter<Arc<App>>,
    ) -> UtoipaMethodRouter<Arc<App>> {
        let mut paths = Paths::new();
        paths.add_path_operation(format!("{}/{last}", self.path), vec![method], operation);
        (schemas, paths, router)
    }
}

/// A schema and all that it refers to.
pub(super) fn schemas_of<T: ToSchema>() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    schemas
}
