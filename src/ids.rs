//! Ids as a parameter: UUIDv7 (RFC 9562 §5.7) from the clock and the service's random numbers.

use crate::crypto::{Random, sha256};
use uuid::{Builder, Uuid};
use values::{ScopeId, Timestamp};

/// Mints ids.
#[derive(Debug)]
pub struct Ids(Random);

impl Ids {
    /// Ids from these random numbers.
    #[must_use]
    pub const fn new(random: Random) -> Self {
        Self(random)
    }

    /// A new id, sorted by when it was minted.
    #[must_use]
    pub fn mint(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_micros() / 1_000).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &self.0.bytes()).into_uuid()
    }
}

/// The id of the membership that ties a user to a scope: a `UUIDv8` (RFC 9562 §5.8) of the first 16 bytes of
/// SHA-256(`membership` ‖ scope ‖ user), so that a user who is removed and added again has the one it had.
#[must_use]
pub fn membership_id(scope: ScopeId, user: Uuid) -> Uuid {
    let told = [b"membership".as_slice(), scope.as_uuid().as_bytes().as_slice(), user.as_bytes().as_slice()]
        .concat();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sha256(&told)[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value is stored for ever: it must never change.
    #[test]
    fn the_id_of_a_membership_follows_from_scope_and_user() {
        let (scope, user) = (ScopeId::PLATFORM, Uuid::from_u128(7));
        let id = membership_id(scope, user);
        assert_eq!(id.to_string(), "b27aff66-5301-8d0c-b0fb-f9f917d8b12e");
        assert_eq!(id.get_version_num(), 8);
        assert_ne!(id, membership_id(ScopeId::from(user), scope.as_uuid()));
        assert_ne!(id, membership_id(scope, Uuid::from_u128(8)));
    }
}
