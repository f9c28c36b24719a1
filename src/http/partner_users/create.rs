use crate::app::users::Add;
use crate::http::body::JsonBody;
use crate::http::call::{Command, HasMembers, PartnerUserAdd, ThePartner};
use crate::http::documentation::{IDENTITY, PartnerPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, UserInput};

/// Add one of a partner's staff
///
/// Makes the person or machine known in the partner, unless its address is already, and a member of its staff. A
/// removed one that is added again keeps its id.
#[utoipa::path(
    post,
    path = "/v1/partners/{partner}/users",
    operation_id = "addPartnerUser",
    tag = IDENTITY,
    params(PartnerPath, WriteParameters),
    request_body(content = UserInput, example = json!({
        "spec": { "email": "ci@acme.test", "firstName": "CI", "lastName": "Bot", "access": "programmatic", "roles": ["PARTNER_ADMIN"] }
    })),
    responses((status = 201, description = "The user was added.", body = User)),
    extensions(
        ("x-required-permission" = json!("partnerUser.write")),
        ("x-problem-codes" = json!(["email_taken", "invalid_state", "grant_exceeds_own"]))
    )
)]
pub(super) async fn create(
    command: Command<PartnerUserAdd, ThePartner>,
    body: JsonBody<UserInput>,
) -> Result<Reply, Problem> {
    let of = command.place;
    let reply = command.run(&body.bytes, Add { of: of.members(), input: body.value }).await?;
    Ok(reply.found_in(&format!("{}/users", of.path())))
}
