use crate::app::declared::Create;
use crate::http::body::{ARTIFACT_LIMIT, JsonBody};
use crate::http::call::{Command, ForWorkloads, WorkloadCreate};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::workload::Workload;
use api::WorkloadInput;

/// Create a workload
///
/// Makes a workload in a namespace of the project, as a draft: on no cluster until it is published. Its artifact is kept
/// by its digest, and is checked to be what `type` says.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/workloads",
    operation_id = "createWorkload",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters),
    request_body(content = WorkloadInput, example = json!({
        "metadata": { "name": "cart" },
        "spec": {
            "namespace": "checkout",
            "type": "yaml",
            "artifact": { "inline": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n" },
            "placement": { "clusters": [], "labelSelector": "env=prod" },
            "overrides": [],
            "drift": { "enabled": false, "action": "notify" },
            "rollout": { "strategy": "allAtOnce" }
        }
    })),
    responses((status = 201, description = "The workload was made.", body = api::Workload)),
    extensions(
        ("x-required-permission" = json!("workload.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<WorkloadCreate, ForWorkloads>,
    body: JsonBody<WorkloadInput, ARTIFACT_LIMIT>,
) -> Result<Reply, Problem> {
    let home = command.place.home;
    let collection = format!("/v1/orgs/{}/projects/{}/workloads", home.org, home.project);
    let reply = command.run(&body.bytes, Create::<Workload> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
