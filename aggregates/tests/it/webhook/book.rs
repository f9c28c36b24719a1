//! A webhook as what was last said of it, beside generated stories.

use super::{OF, at, claim, spec};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{name, scope, uuid};
use aggregates::facts::{Claim, Requirement, Subject, Target};
use aggregates::profile::Profile;
use aggregates::webhook::{Halt, Webhook, WebhookCommand, WebhookRefusal, WebhookSpec};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{HttpUrl, Name, Timestamp};

/// What people said of it, what the system did to it, and how often it began anew.
#[derive(Debug, Default)]
struct Book {
    said: Option<(Name, Profile, WebhookSpec)>,
    gone: bool,
    halted: Option<Halt>,
    secrets: i64,
    old_until: Option<Timestamp>,
    restarts: Vec<i64>,
}

impl Book {
    fn is_sent_to(&self) -> bool {
        !self.gone && self.halted.is_none() && self.said.as_ref().is_some_and(|(_, _, spec)| spec.enabled)
    }

    fn enable(&mut self, enabled: bool) {
        self.said.iter_mut().for_each(|(_, _, spec)| spec.enabled = enabled);
    }
}

impl Model for Book {
    type Of = Webhook;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &WebhookCommand) -> Says<Webhook> {
        use WebhookCommand as C;
        let Some((_, profile, is)) = self.said.clone() else {
            let C::Create { name, profile, spec } = command else { return Err(WebhookRefusal::NotFound) };
            self.said = Some((name.clone(), profile.clone(), *spec.clone()));
            self.secrets = 1;
            return Ok(Some("created"));
        };
        if self.gone {
            return match command {
                C::Create { .. } => Err(WebhookRefusal::AlreadyExists),
                C::Delete | C::Halt { .. } => Ok(None),
                C::Restore => {
                    self.gone = false;
                    Ok(Some("restored"))
                }
                C::Update { .. }
                | C::Pause
                | C::Resume
                | C::RotateSecret { .. }
                | C::Replay { .. }
                | C::Test
                | C::Redeliver { .. } => Err(WebhookRefusal::Deleted),
            };
        }
        let was_sent_to = self.is_sent_to();
        match command {
            C::Create { .. } => Err(WebhookRefusal::AlreadyExists),
            C::Update { spec, .. } if spec.after != is.after => Err(WebhookRefusal::BeginsOnce),
            C::Update { name, profile, spec } => {
                let wanted = Some((name.clone(), profile.clone(), *spec.clone()));
                let differs = self.said != wanted;
                self.said = wanted;
                Ok(differs.then_some("updated"))
            }
            C::Pause => {
                self.enable(false);
                Ok(is.enabled.then_some("paused"))
            }
            C::Resume => {
                self.enable(true);
                self.halted = None;
                Ok((!was_sent_to).then_some("resumed"))
            }
            C::Halt { .. } if self.halted.is_some() => Ok(None),
            C::Halt { why, .. } => {
                self.halted = Some(*why);
                Ok(Some("halted"))
            }
            C::RotateSecret { previous_until } => {
                self.secrets += 1;
                self.old_until = Some(*previous_until);
                Ok(Some("secretRotated"))
            }
            C::Replay { after } => {
                self.restarts.push(*after);
                Ok(Some("replayed"))
            }
            C::Test => Ok(Some("test")),
            C::Redeliver { .. } => Ok(Some("redelivered")),
            C::Delete if profile.deletion_protection => Err(WebhookRefusal::DeletionProtected),
            C::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
            C::Restore => Ok(None),
        }
    }

    fn repeats(command: &WebhookCommand) -> bool {
        use WebhookCommand as C;
        matches!(command, C::RotateSecret { .. } | C::Replay { .. } | C::Test | C::Redeliver { .. })
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.said.iter().filter(|_| !self.gone).map(|(called, _, _)| claim(called.as_str())).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        BTreeMap::new()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        match verb {
            "created" | "restored" => vec![Requirement::active(scope(2).as_uuid())],
            _ => vec![],
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &Webhook) {
        assert_eq!(state.is_active(), self.is_sent_to());
        assert_eq!((state.deleted, state.halt.map(|(why, _)| why)), (self.gone, self.halted));
        assert_eq!((state.secrets.version, state.secrets.previous_until), (self.secrets, self.old_until));
        let restarts =
            (i64::try_from(self.restarts.len()).unwrap(), self.restarts.last().copied().unwrap_or_default());
        assert_eq!((state.restart.count, state.restart.after), restarts);
        let said = state.name.clone().zip(state.spec.clone());
        assert_eq!(said.map(|(name, spec)| (name, state.profile.clone(), spec)), self.said);
    }
}

fn any_saying() -> impl Strategy<Value = (Name, Profile, Box<WebhookSpec>)> {
    let places = prop::sample::select(vec!["https://hooks.acme.test/in", "https://siem.acme.test/"]);
    let begins = prop::sample::select(vec![Some(5), Some(5), Some(5), None]);
    let saying = (
        prop::sample::select(vec!["cmdb", "siem"]),
        prop::bool::weighted(0.2),
        places,
        begins,
        any::<bool>(),
    );
    saying.prop_map(|(called, deletion_protection, url, after, enabled)| {
        let profile = Profile { deletion_protection, ..Profile::default() };
        let spec = WebhookSpec { url: HttpUrl::parse(url).unwrap(), enabled, ..spec(after) };
        (name(called), profile, Box::new(spec))
    })
}

fn any_command() -> impl Strategy<Value = WebhookCommand> {
    use WebhookCommand as C;
    prop_oneof![
        2 => any_saying().prop_map(|(name, profile, spec)| C::Create { name, profile, spec }),
        3 => any_saying().prop_map(|(name, profile, spec)| C::Update { name, profile, spec }),
        1 => Just(C::Pause),
        1 => Just(C::Resume),
        1 => prop::sample::select(vec![Halt::GaveUp, Halt::Gone])
            .prop_map(|why| C::Halt { why, at: at(1), position: 9 }),
        1 => (1..48_i64).prop_map(|hour| C::RotateSecret { previous_until: at(hour) }),
        1 => (0..9_i64).prop_map(|after| C::Replay { after }),
        1 => Just(C::Test),
        1 => Just(C::Redeliver { delivery: uuid(8), position: 4 }),
        1 => Just(C::Delete),
        1 => Just(C::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_story_of_a_webhook_is_that_of_the_book(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
