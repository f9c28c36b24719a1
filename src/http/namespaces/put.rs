use crate::http::body::JsonBody;
use crate::http::call::{NamespaceCreate, NamespaceUpdate, PutCommand};
use crate::http::documentation::{ADMINISTRATION, NamespacePath, PutHeaders, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::namespace::Namespace;
use api::NamespaceInput;

/// Create or replace a namespace
///
/// Makes the namespace what the body says: makes it where no live one has the name, else sets all of its spec. What is
/// as the body says already stays as it is. A changed placement takes effect when it is published again.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/projects/{project}/namespaces/{namespace}",
    operation_id = "putNamespace",
    tag = ADMINISTRATION,
    params(NamespacePath, WriteParameters, PutHeaders),
    request_body(content = NamespaceInput, example = json!({
        "metadata": { "name": "checkout" },
        "spec": {
            "quota": { "cpuLimits": "4" },
            "placement": { "clusters": [], "labelSelector": "env=prod" }
        }
    })),
    responses(
        (status = 200, description = "The namespace as it is now.", body = api::Namespace),
        (status = 201, description = "The namespace was made.", body = api::Namespace)
    ),
    extensions(
        ("x-required-permission" = json!("namespace.write")),
        ("x-required-permission-to-replace" = json!("namespace.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "quota_exceeded", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<NamespaceCreate, NamespaceUpdate, Namespace>,
    body: JsonBody<NamespaceInput>,
) -> Result<Reply, Problem> {
    let home = command.home();
    let collection = format!("/v1/orgs/{}/projects/{}/namespaces", home.org, home.project);
    command.run(body, &collection).await
}
