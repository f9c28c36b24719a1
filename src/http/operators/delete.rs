use crate::app::users::{Move, Verb};
use crate::http::call::{Command, HasMembers, Member, OperatorRemove, Platform};
use crate::http::documentation::{IDENTITY, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::User;

/// Delete an operator
///
/// The same as removing it.
#[utoipa::path(
    delete,
    path = "/v1/operators/{user}",
    operation_id = "deleteOperator",
    tag = IDENTITY,
    params(UserPath, WriteParameters),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("operator.write")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin"]))
    )
)]
pub(super) async fn delete(command: Command<OperatorRemove, Member<Platform>>) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.run(&[], Move { of, user, verb: Verb::Remove(None) }).await
}
