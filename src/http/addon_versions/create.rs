use crate::app::declared::Create;
use crate::app::home::Inside;
use crate::http::body::{ARTIFACT_LIMIT, JsonBody};
use crate::http::call::{AddonVersionCreate, Command, Houses, The};
use crate::http::documentation::{ADMINISTRATION, AddonPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon::Addon;
use aggregates::addon_version::AddonVersion;
use api::AddonVersionInput;

/// Create a version of an add-on
///
/// Makes a version, as a draft: it can be edited, and used nowhere until it is activated. What is put on clusters is
/// checked: YAML must consist of Kubernetes objects, archives must hold a chart or a kustomization, values must be
/// mappings; each fault names its document and line.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions",
    operation_id = "createAddonVersion",
    tag = ADMINISTRATION,
    params(AddonPath, WriteParameters),
    request_body(content = AddonVersionInput, example = json!({
        "metadata": { "name": "1.0.0" },
        "spec": {
            "artifact": { "inline": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n" },
            "values": [],
            "notes": "the first one"
        }
    })),
    responses((status = 201, description = "The version was made.", body = api::AddonVersion)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<AddonVersionCreate, The<Addon>>,
    body: JsonBody<AddonVersionInput, ARTIFACT_LIMIT>,
) -> Result<Reply, Problem> {
    let home: Inside = command.place.home();
    let collection =
        format!("/v1/orgs/{}/projects/{}/addons/{}/versions", home.home.org, home.home.project, home.parent);
    let reply = command.run(&body.bytes, Create::<AddonVersion> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
