use crate::app::apply::{Apply, ApplyDone, Outcome};
use crate::app::cascade::Lost;
use crate::app::declared::{Outcome as Declared, Tell};
use crate::app::home::InOrg;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, ProjectRestore, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::problem::{Problem, ProblemCode};
use crate::http::reply::Reply;
use aggregates::project::{Project, ProjectCommand};
use api::{RestoreOutcome, RestoreReply, RestoreResult, WithReason};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// How a project is restored.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RestoreQuery {
    /// With what was in it.
    cascade: bool,
}

/// Restore a project
///
/// Brings a deleted project back as it was, by its id. Its name must be free.
///
/// With `cascade=true` what was in it comes back with it: what was deleted since something was last made, restored or
/// published in it, each thing by the right to create it. Namespaces and workloads come back as drafts or unpublished,
/// clusters wait for an agent. It is one unit of work: where one thing is refused, nothing is recorded. With `dryRun=true`
/// the answer says of each thing whether it would come back, and if not, why. Role bindings of the project stay when it is
/// deleted, and count again.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/restore",
    operation_id = "restoreProject",
    tag = ADMINISTRATION,
    params(
        ProjectPath,
        WriteParameters,
        ("cascade" = Option<bool>, Query, description = "Whether what was in it comes back with it.")
    ),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((
        status = 200,
        description = "The project as it is now; with `cascade=true`, what each thing came to.",
        body = api::Project
    )),
    extensions(
        ("x-required-permission" = json!("project.create")),
        ("x-also-answers" = json!("RestoreReply")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "restore_refused"]))
    )
)]
pub(super) async fn restore(
    command: Command<ProjectRestore, TheProject, RestoreQuery>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id, cascade) = (command.place.home, command.place.id, command.own.cascade);
    let command = command.with_reason(body.value.reason);
    if !cascade {
        let tell = Tell::<Project> { home, id, command: Box::new(|_| ProjectCommand::Restore) };
        return command.run(&body.bytes, tell).await;
    }
    let (app, call) = command.into_parts(&body.bytes);
    let lost: Arc<[Lost]> = app.lost_with(home.org, id).await?.into();
    let (said, dry_run) = (Arc::clone(&lost), call.conditions.dry_run);
    let apply = Apply {
        home: InOrg { org: home.org, partner: home.partner },
        parts: lost.to_vec(),
        // A dry run goes on where something is refused, to say all that stands against it.
        atomic: !dry_run,
        render: Arc::new(move |outcomes| {
            let reply = RestoreReply { dry_run: dry_run.then_some(true), results: results(&said, outcomes) };
            // Plain members always serialize.
            serde_json::to_string(&reply).unwrap_or_default()
        }),
    };
    match app.apply(call, apply).await? {
        ApplyDone::Applied { body, written, replayed, .. } => {
            Ok(Reply::of_many(body, written.map(|written| written.scope_position), replayed))
        }
        ApplyDone::Refused(outcomes) => Err(refusal(&lost, &outcomes)),
    }
}

fn results(lost: &[Lost], outcomes: &[Outcome]) -> Vec<RestoreResult> {
    lost.iter().zip(outcomes).map(|(lost, outcome)| result(lost, outcome)).collect()
}

fn result(Lost { thing, .. }: &Lost, outcome: &Outcome) -> RestoreResult {
    let (result, version, problem) = match outcome {
        Ok(applied) if applied.outcome == Declared::Unchanged => {
            (RestoreOutcome::Unchanged, Some(applied.version), None)
        }
        Ok(applied) => (RestoreOutcome::Restored, Some(applied.version), None),
        Err(why) => (RestoreOutcome::Refused, None, Some(Problem::from(why.clone()).as_value())),
    };
    RestoreResult {
        kind: thing.kind.as_str().to_owned(),
        id: thing.id,
        name: thing.name.clone(),
        parent: thing.parent.clone(),
        result,
        version,
        problem,
    }
}

/// What stands against it: the first thing that is refused, and what each would have come to.
fn refusal(lost: &[Lost], outcomes: &[Outcome]) -> Problem {
    let first = lost.iter().zip(outcomes).find_map(|(lost, outcome)| Some((lost, outcome.as_ref().err()?)));
    let Some((Lost { thing, .. }, why)) = first else {
        return Problem::plain(ProblemCode::RestoreRefused);
    };
    let why = Problem::from(why.clone());
    let status = if matches!(why.status(), 403 | 409) { why.status() } else { 422 };
    let detail = format!(
        "Nothing was recorded: {} {} cannot come back. {}",
        thing.kind.as_str(),
        thing.name,
        why.detail()
    );
    Problem::new(ProblemCode::RestoreRefused, detail)
        .with_status(status)
        .with("things", json!(results(lost, outcomes)))
}
