use crate::app::users::Add;
use crate::http::body::JsonBody;
use crate::http::call::{Command, HasMembers, UserAdd};
use crate::http::documentation::{IDENTITY, OrgPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, UserInput};

/// Add a user
///
/// Makes the person or machine known in the partner, unless its address is already, and a member of the org. Partner
/// staff and the operator may give any role of the org; members none that exceeds their own. A removed user that is
/// added again keeps its id.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/users",
    operation_id = "addUser",
    tag = IDENTITY,
    params(OrgPath, WriteParameters),
    request_body(content = UserInput, example = json!({
        "spec": { "email": "ci@acme.test", "firstName": "CI", "lastName": "Bot", "access": "programmatic", "roles": ["ORG_ADMIN"] }
    })),
    responses((status = 201, description = "The user was added.", body = User)),
    extensions(
        ("x-required-permission" = json!("user.add")),
        ("x-problem-codes" = json!(["email_taken", "invalid_state", "grant_exceeds_own"]))
    )
)]
pub(super) async fn create(command: Command<UserAdd>, body: JsonBody<UserInput>) -> Result<Reply, Problem> {
    let of = command.place;
    let reply = command.run(&body.bytes, Add { of: of.members(), input: body.value }).await?;
    Ok(reply.found_in(&format!("{}/users", of.path())))
}
