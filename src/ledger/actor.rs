//! Who acted, in the metadata of events: what a document says of its maker can be derived from the ledger alone.

use api::Actor;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The member of an event's metadata that says who acted: an [`Actor`] as JSON.
const ACTOR: &str = "actor";

/// Metadata that says who acted, whether or not it did before.
///
/// # Errors
/// The actor cannot be written as JSON.
pub fn metadata(
    mut metadata: BTreeMap<&'static str, String>,
    actor: &Actor,
) -> Result<BTreeMap<&'static str, String>, serde_json::Error> {
    metadata.insert(ACTOR, serde_json::to_string(actor)?);
    Ok(metadata)
}

/// Who acted, by an event's stored metadata.
///
/// # Errors
/// The metadata does not say it.
pub fn read(metadata: &str) -> Result<Actor, serde_json::Error> {
    #[derive(Deserialize)]
    struct Stored {
        actor: String,
    }
    serde_json::from_str(&serde_json::from_str::<Stored>(metadata)?.actor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::ActorKind;
    use uuid::Uuid;

    #[test]
    fn who_acted_is_read_as_it_was_written() {
        for user_id in [None, Some(Uuid::nil())] {
            let actor = Actor { kind: ActorKind::ApiKey, id: "QDAK0123456789ABCDEF".to_owned(), user_id };
            let before = BTreeMap::from([("actor", "somebody".to_owned()), ("requestId", "r".to_owned())]);
            let text = serde_json::to_string(&metadata(before, &actor).unwrap()).unwrap();
            assert_eq!(read(&text).unwrap(), actor);
            assert!(text.contains("\"requestId\":\"r\""), "{text}");
        }
    }

    #[test]
    fn metadata_without_an_actor_is_an_error() {
        assert!(read("{}").is_err());
        assert!(read("{\"actor\":\"somebody\"}").is_err());
    }
}
