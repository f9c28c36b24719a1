use crate::app::declared::Create;
use crate::app::home::InProject;
use crate::http::body::JsonBody;
use crate::http::call::{Command, Houses, NamespaceCreate, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::namespace::Namespace;
use api::NamespaceInput;

/// Create a namespace
///
/// Makes a namespace in the project, as a draft: on no cluster until it is published. From now on it holds its share of
/// the project's quota. `default`, `kube-*`, `quarterdeck-*` and what the project excludes cannot be made.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/namespaces",
    operation_id = "createNamespace",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters),
    request_body(content = NamespaceInput, example = json!({
        "metadata": { "name": "checkout" },
        "spec": {
            "labels": { "team": "pay" },
            "quota": { "cpuLimits": "4" },
            "limitRange": null,
            "placement": { "clusters": ["prod-eu-1"], "labelSelector": null }
        }
    })),
    responses((status = 201, description = "The namespace was made.", body = api::Namespace)),
    extensions(
        ("x-required-permission" = json!("namespace.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "quota_exceeded"]))
    )
)]
pub(super) async fn create(
    command: Command<NamespaceCreate, TheProject>,
    body: JsonBody<NamespaceInput>,
) -> Result<Reply, Problem> {
    let home: InProject = command.place.home();
    let collection = format!("/v1/orgs/{}/projects/{}/namespaces", home.org, home.project);
    let reply = command.run(&body.bytes, Create::<Namespace> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
