use crate::app::Refused;
use crate::app::groups::Put;
use crate::http::body::JsonBody;
use crate::http::call::{Command, GroupPut, TheGroup};
use crate::http::documentation::{GroupPath, IDENTITY, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::{IfNoneMatch, RequestContext};
use api::{Group, GroupInput};
use values::NameOrId;

/// Create or replace a group
///
/// Makes the group what the body says: makes it where no live one has the name, else sets all of its spec. What is as
/// the body says already stays as it is.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/groups/{group}",
    operation_id = "putGroup",
    tag = IDENTITY,
    params(GroupPath, WriteParameters),
    request_body(content = GroupInput, example = json!({
        "metadata": { "name": "dev", "displayName": "Developers" },
        "spec": { "members": ["ada@acme.test"] }
    })),
    responses(
        (status = 200, description = "The group as it is now.", body = Group),
        (status = 201, description = "The group was made.", body = Group)
    ),
    extensions(
        ("x-required-permission" = json!("group.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: Command<GroupPut, TheGroup>,
    context: RequestContext,
    body: JsonBody<GroupInput>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.there());
    match (&command.place.which, id) {
        (Some(NameOrId::Name(name)), _) if *name == body.value.metadata.name => {}
        (Some(NameOrId::Name(_)), _) => return Err(name_differs().into()),
        (Some(NameOrId::Id(_)), Some(_)) => {}
        (Some(NameOrId::Id(_)) | None, _) => return Err(Refused::NotFound.into()),
    }
    let only_create = context.if_none_match == Some(IfNoneMatch::Any);
    let reply = command.run(&body.bytes, Put { home, id, only_create, input: body.value }).await?;
    Ok(reply.found_in(&format!("/v1/orgs/{}/groups", home.org)))
}

fn name_differs() -> Refused {
    Refused::Invalid {
        pointer: "/metadata/name",
        code: "name_differs",
        detail: "must be the name that the path names".to_owned(),
    }
}
