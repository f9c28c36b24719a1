use crate::http::body::{ARTIFACT_LIMIT, JsonBody};
use crate::http::call::{PutCommand, WorkloadCreate, WorkloadUpdate};
use crate::http::documentation::{ADMINISTRATION, PutHeaders, WorkloadPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::workload::Workload;
use api::WorkloadInput;

/// Create or replace a workload
///
/// Makes the workload what the body says: makes it where no live one has the name, else sets all of its spec. What is as
/// the body says already stays as it is. What changed takes effect on clusters when it is published again.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}",
    operation_id = "putWorkload",
    tag = ADMINISTRATION,
    params(WorkloadPath, WriteParameters, PutHeaders),
    request_body(content = WorkloadInput, example = json!({
        "metadata": { "name": "cart" },
        "spec": {
            "namespace": "checkout",
            "type": "helm",
            "artifact": { "helm": {
                "repository": "https://charts.acme.test/stable", "chart": "cart", "version": "2.1.0"
            } },
            "placement": { "clusters": ["prod-eu-1"] },
            "overrides": [{ "labelSelector": "region=eu", "values": "replicaCount: 3\n" }],
            "rollout": {
                "strategy": "waves",
                "waves": [{ "labelSelector": "tier=canary", "pauseMinutes": 30 }, { "maxClusters": 5 }]
            }
        }
    })),
    responses(
        (status = 200, description = "The workload as it is now.", body = api::Workload),
        (status = 201, description = "The workload was made.", body = api::Workload)
    ),
    extensions(
        ("x-required-permission" = json!("workload.write")),
        ("x-required-permission-to-replace" = json!("workload.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<WorkloadCreate, WorkloadUpdate, Workload>,
    body: JsonBody<WorkloadInput, ARTIFACT_LIMIT>,
) -> Result<Reply, Problem> {
    let home = command.home();
    let collection = format!("/v1/orgs/{}/projects/{}/workloads", home.org, home.project);
    command.run(body, &collection).await
}
