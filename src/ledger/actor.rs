//! Who acted, in the metadata of events: what a document says of its maker can be derived from the ledger alone.

use api::{Actor, ActorKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The members of an event's metadata that say who acted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    actor_kind: ActorKind,
    actor_id: String,
    actor_user_id: Option<Uuid>,
}

/// Metadata that says who acted, in `actorKind`, `actorId` and, where a key acted, `actorUserId`.
#[must_use]
pub fn metadata(
    mut metadata: BTreeMap<&'static str, String>,
    actor: &Actor,
) -> BTreeMap<&'static str, String> {
    let kind = match actor.kind {
        ActorKind::User => "User",
        ActorKind::ApiKey => "ApiKey",
        ActorKind::Operator => "Operator",
        ActorKind::Agent => "Agent",
        ActorKind::System => "System",
    };
    metadata.insert("actorKind", kind.to_owned());
    metadata.insert("actorId", actor.id.clone());
    match actor.user_id {
        Some(user) => metadata.insert("actorUserId", user.to_string()),
        None => metadata.remove("actorUserId"),
    };
    metadata
}

/// Who acted, by an event's stored metadata.
///
/// # Errors
/// The metadata does not say it.
pub fn read(metadata: &str) -> Result<Actor, serde_json::Error> {
    let stored: Stored = serde_json::from_str(metadata)?;
    Ok(Actor { kind: stored.actor_kind, id: stored.actor_id, user_id: stored.actor_user_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let kinds =
            [ActorKind::User, ActorKind::ApiKey, ActorKind::Operator, ActorKind::Agent, ActorKind::System];
        for (kind, user_id) in kinds.into_iter().zip([None, Some(Uuid::nil())].into_iter().cycle()) {
            let actor = Actor { kind, id: "QDAK0123456789ABCDEF".to_owned(), user_id };
            let before =
                BTreeMap::from([("actorUserId", "of another".to_owned()), ("requestId", "r".to_owned())]);
            let text = serde_json::to_string(&metadata(before, &actor)).unwrap();
            assert_eq!(read(&text).unwrap(), actor);
            assert!(text.contains("\"requestId\":\"r\""));
        }
    }

    #[test]
    fn metadata_without_an_actor_is_an_error() {
        assert!(read("{}").is_err());
        assert!(read("{\"actorKind\":\"Nobody\",\"actorId\":\"x\"}").is_err());
    }
}
