use crate::app::declared::Update;
use crate::http::body::{ARTIFACT_LIMIT, MergePatch};
use crate::http::call::{Command, The, WorkloadUpdate};
use crate::http::documentation::{ADMINISTRATION, WorkloadPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::workload::Workload;
use api::WorkloadInput;

/// Update a workload
///
/// Sets what the merge patch (RFC 7396) names; what changed takes effect on clusters when it is published again. An
/// artifact is replaced as a whole.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}",
    operation_id = "updateWorkload",
    tag = ADMINISTRATION,
    params(WorkloadPath, WriteParameters),
    request_body(
        content = WorkloadInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "placement": { "labelSelector": "env=prod" } } })
    ),
    responses((status = 200, description = "The workload as it is now.", body = api::Workload)),
    extensions(
        ("x-required-permission" = json!("workload.write")),
        ("x-problem-codes" = json!(["invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<WorkloadUpdate, The<Workload>>,
    patch: MergePatch<ARTIFACT_LIMIT>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    command.run(&body, Update::<Workload> { home, id, edit: edit::patch_with_artifact(patch) }).await
}
