use crate::app::users::Add;
use crate::http::body::JsonBody;
use crate::http::call::{Command, HasMembers, OperatorAdd, Platform};
use crate::http::documentation::{IDENTITY, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, UserInput};

/// Add an operator
///
/// Makes the person or machine known to the installation, unless its address is already, and an operator. A removed
/// one that is added again keeps its id.
#[utoipa::path(
    post,
    path = "/v1/operators",
    operation_id = "addOperator",
    tag = IDENTITY,
    params(WriteParameters),
    request_body(content = UserInput, example = json!({
        "spec": { "email": "ci@acme.test", "firstName": "CI", "lastName": "Bot", "access": "programmatic", "roles": ["OPERATOR"] }
    })),
    responses((status = 201, description = "The user was added.", body = User)),
    extensions(
        ("x-required-permission" = json!("operator.write")),
        ("x-problem-codes" = json!(["email_taken", "invalid_state", "grant_exceeds_own"]))
    )
)]
pub(super) async fn create(
    command: Command<OperatorAdd, Platform>,
    body: JsonBody<UserInput>,
) -> Result<Reply, Problem> {
    let of = command.place;
    let reply = command.run(&body.bytes, Add { of: of.members(), input: body.value }).await?;
    Ok(reply.found_in(&format!("{}/operators", of.path())))
}
