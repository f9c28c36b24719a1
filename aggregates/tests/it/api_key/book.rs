//! Any story of an access key, beside a model of it.

use super::{issue, membership, of};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{hour, sealed, uuid};
use aggregates::api_key::{ApiKey, ApiKeyCommand, ApiKeyPhase, ApiKeyRefusal};
use aggregates::facts::{Claim, Requirement, Subject, Target};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{Sealed, Timestamp};

/// A key as a list of keys would show it.
#[derive(Debug, Default)]
struct Entry {
    /// `""` before it was issued.
    phase: &'static str,
    gone: bool,
    ends: Option<Timestamp>,
    reason: Option<Sealed>,
    successor: bool,
}

impl Entry {
    fn works(&self) -> bool {
        ["active", "superseded"].contains(&self.phase)
    }

    fn over(&self, now: Timestamp) -> bool {
        self.ends.is_some_and(|end| end <= now)
    }

    fn rotate(&mut self, now: Timestamp, until: Timestamp) -> Says<ApiKey> {
        if self.phase != "active" {
            return Err(ApiKeyRefusal::Ended(self.phase));
        }
        if self.over(now) {
            return Err(ApiKeyRefusal::Ended("expired"));
        }
        let latest = self.ends.unwrap_or(Timestamp::MAX);
        self.ends = Some(until.clamp(now, latest));
        self.phase = "superseded";
        self.successor = true;
        Ok(Some("rotated"))
    }
}

impl Model for Entry {
    type Of = ApiKey;

    fn subject() -> Subject {
        of()
    }

    fn obey(&mut self, command: &ApiKeyCommand) -> Says<ApiKey> {
        use ApiKeyCommand as C;
        match command {
            C::Issue(_) if !self.phase.is_empty() => Err(ApiKeyRefusal::AlreadyExists),
            C::Issue(issue) => {
                self.phase = "active";
                self.ends = issue.expires_at;
                Ok(Some("issued"))
            }
            _ if self.phase.is_empty() => Err(ApiKeyRefusal::NotFound),
            C::Rotate { at, works_until, .. } => self.rotate(*at, *works_until),
            C::Revoke { .. } if self.phase == "revoked" => Ok(None),
            C::Revoke { reason } => {
                self.phase = "revoked";
                self.reason.clone_from(reason);
                Ok(Some("revoked"))
            }
            C::Expire { at } if self.works() && self.over(*at) => {
                let expires = self.phase == "active";
                self.phase = if expires { "expired" } else { "revoked" };
                Ok(Some(self.phase))
            }
            C::Expire { .. } => Ok(None),
            C::Delete if self.gone => Ok(None),
            C::Delete => {
                self.phase = if self.works() { "revoked" } else { self.phase };
                self.gone = true;
                Ok(Some("deleted"))
            }
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        BTreeSet::new()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        self.works().then(|| (membership(), self.ends)).into_iter().collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        if verb != "issued" {
            return vec![];
        }
        vec![
            Requirement::InPhase { id: uuid(3), phases: &["invited", "active"] },
            Requirement::AtMost { to: membership(), limit: 10 },
        ]
    }

    fn changes_authority(&self, verb: &str) -> bool {
        matches!(verb, "rotated" | "revoked" | "deleted")
    }

    fn resembles(&self, state: &ApiKey) {
        let phase = if state.phase == ApiKeyPhase::None { "" } else { state.phase.as_str() };
        assert_eq!((phase, state.deleted, state.works()), (self.phase, self.gone, self.works()));
        assert_eq!((state.expires_at, &state.reason), (self.ends, &self.reason));
        assert_eq!(state.superseded_by, self.successor.then(|| uuid(5)));
        assert_eq!(state.membership.is_some(), !self.phase.is_empty());
    }
}

fn any_hour() -> impl Strategy<Value = Timestamp> {
    (0_u32..12).prop_map(hour)
}

fn any_command() -> impl Strategy<Value = ApiKeyCommand> {
    use ApiKeyCommand as C;
    let reason = prop::option::of(prop::char::range('L', 'M').prop_map(sealed));
    prop_oneof![
        3 => prop::option::of(any_hour()).prop_map(|ends| C::Issue(issue(ends))),
        2 => (any_hour(), any_hour())
            .prop_map(|(at, works_until)| C::Rotate { at, successor: uuid(5), works_until }),
        1 => reason.prop_map(|reason| C::Revoke { reason }),
        2 => any_hour().prop_map(|at| C::Expire { at }),
        1 => Just(C::Delete),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn keys_keep_their_rules(commands in story(any_command())) {
        agree::<Entry>(commands);
    }
}
