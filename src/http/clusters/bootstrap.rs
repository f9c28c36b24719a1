use crate::app::App;
use crate::app::Refused;
use crate::app::clusters::IssueBootstrap;
use crate::http::call::{ClusterBootstrap, Command, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::Cluster;
use api::Bootstrap;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

/// Issue a join token
///
/// Answers with a token by which one agent can join the cluster within 24 hours, and with a manifest that runs an agent
/// with it. Neither is shown again; the token before is good no longer. Where an agent has joined already, another that
/// joins takes its place, and has to be approved anew.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}/bootstrap",
    operation_id = "bootstrapCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters),
    responses((status = 200, description = "The token and the manifest.", body = Bootstrap)),
    extensions(
        ("x-required-permission" = json!("cluster.bootstrap")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn bootstrap(
    State(app): State<Arc<App>>,
    command: Command<ClusterBootstrap, The<Cluster>>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let reply = command.run(&[], IssueBootstrap { home, id }).await?;
    let json = answer(&app, reply.json())?;
    Ok(reply.with_json(json))
}

/// What is answered, or what a dry run would have been.
fn answer(app: &App, json: &str) -> Result<String, Refused> {
    let mut document: Value = serde_json::from_str(json).map_err(|error| Refused::Broken(Arc::new(error)))?;
    if document.get("dryRun").is_some() {
        let would_be = app.bootstrap_of(&document["resource"].to_string())?;
        document["resource"] = json!(would_be);
        return Ok(document.to_string());
    }
    Ok(json!(app.bootstrap_of(json)?).to_string())
}
