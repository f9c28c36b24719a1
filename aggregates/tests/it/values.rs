//! Values with short names.

use ::values::{AccessKeyId, ExternalId, HostName, Name, ScopeId, Sealed, Timestamp};
use uuid::Uuid;

pub(crate) fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0193_5d2e_0000_7000_8000_0000_0000_0000 + number)
}

pub(crate) fn scope(number: u128) -> ScopeId {
    ScopeId::from(uuid(number))
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(crate) fn host(text: &str) -> HostName {
    HostName::parse(text).unwrap()
}

pub(crate) fn external_id(text: &str) -> ExternalId {
    ExternalId::parse(text).unwrap()
}

/// A text of some person, sealed; other texts differ in their letter.
pub(crate) fn sealed(letter: char) -> Sealed {
    Sealed::assemble(uuid(0xada), &letter.to_string().repeat(40)).unwrap()
}

/// So many hours after the beginning of the story.
pub(crate) fn hour(hours: u32) -> Timestamp {
    Timestamp::parse("2026-11-24T09:30:00.123456Z").unwrap().plus_hours(hours)
}

pub(crate) fn access_key_id() -> AccessKeyId {
    AccessKeyId::parse("QDAK01J9ZQ4M8TX2V7C3").unwrap()
}
