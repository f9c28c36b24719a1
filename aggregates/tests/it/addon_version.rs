//! Versions of add-ons.

use crate::given::{Meaning, given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{hour, scope, uuid};
use aggregates::addon_version::{
    AddonVersion, AddonVersionCommand, AddonVersionEvent, AddonVersionPhase, AddonVersionRefusal,
    AddonVersionSpec, AddonVersionUpdate,
};
use aggregates::artifact::Artifact;
use aggregates::condition::Truth;
use aggregates::facts::{Claim, ClaimChange, ClaimKind, Facts, Requirement, Subject, Target};
use aggregates::profile::Profile;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{Description, FileName, GitRevision, GitUrl, Sha256Hex, SourcePath, Timestamp, VersionName};

const OF: fn() -> Subject = || Subject { id: uuid(8), scope: scope(2) };

pub(crate) fn version_name(text: &str) -> VersionName {
    VersionName::parse(text).unwrap()
}

fn digest(letter: char) -> Sha256Hex {
    Sha256Hex::parse(&letter.to_string().repeat(64)).unwrap()
}

pub(crate) fn bytes(letter: char, filename: Option<&str>) -> Artifact {
    let filename = filename.map(|text| FileName::parse(text).unwrap());
    Artifact::Stored { sha256: digest(letter), size_bytes: 2_048, filename }
}

pub(crate) fn git(path: &str) -> Artifact {
    Artifact::Git {
        url: GitUrl::parse("https://git.acme.test/addons.git").unwrap(),
        revision: GitRevision::parse("v1.0.0").unwrap(),
        path: SourcePath::parse(path).unwrap(),
    }
}

pub(crate) fn spec(artifact: Artifact, notes: &str) -> AddonVersionSpec {
    AddonVersionSpec { artifact, values: vec![], notes: Description::parse(notes).unwrap() }
}

fn create(spec: AddonVersionSpec) -> AddonVersionCommand {
    AddonVersionCommand::Create {
        addon: uuid(7),
        project: uuid(20),
        name: version_name("1.0.0"),
        profile: Profile::default(),
        spec: Box::new(spec),
        activate: false,
        at: hour(0),
    }
}

fn update(spec: AddonVersionSpec) -> AddonVersionCommand {
    AddonVersionCommand::Update { profile: Profile::default(), spec: Box::new(spec), activate: None }
}

fn created(deletion_protection: bool) -> AddonVersionEvent {
    AddonVersionEvent::Created {
        addon: uuid(7),
        project: uuid(20),
        name: version_name("1.0.0"),
        profile: Profile { deletion_protection, ..Profile::default() },
        spec: Box::new(spec(bytes('a', None), "")),
        active: false,
        at: hour(0),
    }
}

fn activated(hours: u32) -> AddonVersionEvent {
    AddonVersionEvent::Activated { addon: uuid(7), update: None, at: hour(hours) }
}

fn disabled(hours: u32) -> AddonVersionEvent {
    AddonVersionEvent::Disabled { at: hour(hours) }
}

fn deleted() -> AddonVersionEvent {
    AddonVersionEvent::Deleted { addon: uuid(7), name: version_name("1.0.0") }
}

fn claim() -> Claim {
    Claim { scope: scope(2), kind: ClaimKind::AddonVersionName, key: format!("{}/1.0.0", uuid(7)) }
}

fn stored(letter: char) -> Requirement {
    Requirement::Stored { scope: scope(2), sha256: digest(letter) }
}

#[test]
fn a_version_begins_as_a_draft_of_an_active_addon_with_its_bytes_there() {
    let command = create(spec(bytes('a', None), ""));
    let version = given::<AddonVersion>([]).when(command).then(created(false));
    assert_eq!((version.phase, version.activated_at), (AddonVersionPhase::Draft, None));
    assert_eq!(version.conditions[0].status, Truth::False);
    assert_eq!(
        meaning(&created(false), OF()),
        Meaning {
            claims: vec![ClaimChange::Take(claim())],
            references: vec![],
            requirements: vec![Requirement::active(uuid(7)), stored('a')],
            changes_authority: false,
        }
    );
}

#[test]
fn a_draft_is_edited() {
    given::<AddonVersion>([created(false)]).when(update(spec(bytes('a', None), ""))).then_nothing();
    let nothing =
        AddonVersionUpdate { addon: uuid(7), profile: None, artifact: None, values: None, notes: None };
    let event = AddonVersionUpdate { artifact: Some(bytes('b', None)), ..nothing.clone() };
    let event = AddonVersionEvent::Updated(Box::new(event));
    given::<AddonVersion>([created(false)]).when(update(spec(bytes('b', None), ""))).then(event.clone());
    assert_eq!(event.requirements(OF()), [Requirement::active(uuid(7)), stored('b')]);
    let event = AddonVersionUpdate { notes: Some(Description::parse("n").unwrap()), ..nothing };
    let event = AddonVersionEvent::Updated(Box::new(event));
    given::<AddonVersion>([created(false)]).when(update(spec(bytes('a', None), "n"))).then(event.clone());
    assert_eq!(event.requirements(OF()), [Requirement::active(uuid(7))]);
}

#[test]
fn what_was_activated_is_what_it_is_for_ever() {
    let pasts = [
        vec![created(false), activated(1)],
        vec![created(false), activated(1), disabled(2)],
        vec![created(false), activated(1), disabled(2), activated(3)],
    ];
    for past in pasts {
        given::<AddonVersion>(past.clone()).when(update(spec(bytes('a', None), ""))).then_nothing();
        for other in [spec(bytes('b', None), ""), spec(bytes('a', None), "n"), spec(git("x"), "")] {
            given::<AddonVersion>(past.clone()).when(update(other)).then_refused(
                &AddonVersionRefusal::Immutable,
                "the version was activated and stays as it is for ever: make another version",
            );
        }
        given::<AddonVersion>(past).when(AddonVersionCommand::Delete).then_refused(
            &AddonVersionRefusal::WasActivated,
            "the version was activated and stays for ever: disable it to end its use",
        );
    }
}

#[test]
fn a_version_is_activated_and_disabled_in_turns() {
    let activate = |hours| AddonVersionCommand::Activate { at: hour(hours) };
    let disable = |hours| AddonVersionCommand::Disable { at: hour(hours) };
    let version = given::<AddonVersion>([created(false)]).when(activate(1)).then(activated(1));
    assert_eq!((version.phase, version.activated_at), (AddonVersionPhase::Active, Some(hour(1))));
    let past = vec![created(false), activated(1)];
    given::<AddonVersion>(past.clone()).when(activate(2)).then_nothing();
    let version = given::<AddonVersion>(past).when(disable(2)).then(disabled(2));
    assert_eq!(
        (version.conditions[0].reason.as_str(), version.phase),
        ("Disabled", AddonVersionPhase::Disabled)
    );
    let past = vec![created(false), activated(1), disabled(2)];
    given::<AddonVersion>(past.clone()).when(disable(3)).then_nothing();
    let version = given::<AddonVersion>(past).when(activate(3)).then(activated(3));
    assert_eq!(version.activated_at, Some(hour(1)), "the first time counts");
    assert_eq!(activated(1).requirements(OF()), [Requirement::active(uuid(7))]);
    assert_eq!(disabled(1).requirements(OF()), [], "whatever uses it");
    given::<AddonVersion>([created(false)]).when(disable(1)).then_refused(
        &AddonVersionRefusal::NeverActivated,
        "the version is a draft: nothing can use it before it is activated",
    );
}

#[test]
fn only_a_draft_gives_its_name_up() {
    given::<AddonVersion>([created(false)]).when(AddonVersionCommand::Delete).then(deleted());
    assert_eq!(deleted().claims(OF()), [ClaimChange::Release(claim())]);
    let past = || [created(false), deleted()];
    for command in [update(spec(bytes('a', None), "")), AddonVersionCommand::Activate { at: hour(1) }] {
        given::<AddonVersion>(past())
            .when(command)
            .then_refused(&AddonVersionRefusal::Deleted, "the version is deleted: restore it first");
    }
    let restored = AddonVersionEvent::Restored { addon: uuid(7), name: version_name("1.0.0") };
    let version = given::<AddonVersion>(past()).when(AddonVersionCommand::Restore).then(restored.clone());
    assert_eq!(version.phase, AddonVersionPhase::Draft);
    assert_eq!(restored.claims(OF()), [ClaimChange::Take(claim())]);
    given::<AddonVersion>([created(true)]).when(AddonVersionCommand::Delete).then_refused(
        &AddonVersionRefusal::DeletionProtected,
        "the version is protected: set metadata.deletionProtection to false first",
    );
}

#[test]
fn a_version_that_was_never_made_is_not_found() {
    for command in [
        update(spec(bytes('a', None), "")),
        AddonVersionCommand::Activate { at: hour(1) },
        AddonVersionCommand::Disable { at: hour(1) },
        AddonVersionCommand::Delete,
        AddonVersionCommand::Restore,
    ] {
        given::<AddonVersion>([])
            .when(command)
            .then_refused(&AddonVersionRefusal::NotFound, "there is no such version");
    }
    given::<AddonVersion>([created(false)])
        .when(create(spec(bytes('a', None), "")))
        .then_refused(&AddonVersionRefusal::AlreadyExists, "the version exists already");
}

/// A version as what was set last and three facts.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Profile, AddonVersionSpec)>,
    /// Whether it can be used; `None` before it ever could.
    usable: Option<bool>,
    gone: bool,
    last: Option<Artifact>,
}

impl Model for Book {
    type Of = AddonVersion;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &AddonVersionCommand) -> Says<AddonVersion> {
        use AddonVersionCommand as C;
        use AddonVersionRefusal as R;
        let Some(is) = &mut self.set else {
            let C::Create { profile, spec, activate, .. } = command else { return Err(R::NotFound) };
            self.usable = activate.then_some(true);
            self.set = Some((profile.clone(), *spec.clone()));
            self.last = Some(spec.artifact.clone());
            return Ok(Some("created"));
        };
        match command {
            C::Create { .. } => Err(R::AlreadyExists),
            C::Restore => Ok(std::mem::take(&mut self.gone).then_some("restored")),
            C::Delete if self.gone => Ok(None),
            C::Update { .. } | C::Activate { .. } | C::Disable { .. } if self.gone => Err(R::Deleted),
            C::Update { profile, spec, activate } => {
                let wanted = (profile.clone(), *spec.clone());
                let differs = *is != wanted;
                if differs && self.usable.is_some() {
                    return Err(R::Immutable);
                }
                self.last = (is.1.artifact != wanted.1.artifact).then(|| wanted.1.artifact.clone());
                *is = wanted;
                if activate.is_some() && self.usable != Some(true) {
                    self.usable = Some(true);
                    return Ok(Some("activated"));
                }
                Ok(differs.then_some("updated"))
            }
            C::Activate { .. } => {
                self.last = None;
                Ok((self.usable.replace(true) != Some(true)).then_some("activated"))
            }
            C::Disable { .. } if self.usable.is_none() => Err(R::NeverActivated),
            C::Disable { .. } => Ok((self.usable.replace(false) != Some(false)).then_some("disabled")),
            C::Delete if self.usable.is_some() => Err(R::WasActivated),
            C::Delete if is.0.deletion_protection => Err(R::DeletionProtected),
            C::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.set.iter().filter(|_| !self.gone).map(|_| claim()).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        BTreeMap::new()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let active = Requirement::active(uuid(7));
        match verb {
            "created" | "updated" | "activated" => {
                let stored = self.last.iter().filter_map(|artifact| artifact.requirement(OF()));
                std::iter::once(active).chain(stored).collect()
            }
            "restored" => vec![active],
            _ => vec![],
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &AddonVersion) {
        let phase = match (&self.set, self.gone, self.usable) {
            (None, _, _) => AddonVersionPhase::None,
            (Some(_), true, _) => AddonVersionPhase::Deleted,
            (Some(_), false, None) => AddonVersionPhase::Draft,
            (Some(_), false, Some(true)) => AddonVersionPhase::Active,
            (Some(_), false, Some(false)) => AddonVersionPhase::Disabled,
        };
        assert_eq!(state.phase, phase);
        assert_eq!(state.activated_at.is_some(), self.usable.is_some());
        assert_eq!(state.spec.clone().map(|spec| (state.profile.clone(), spec)), self.set);
    }
}

fn any_set() -> impl Strategy<Value = (Profile, AddonVersionSpec)> {
    let artifacts = prop::sample::select(vec![
        bytes('a', None),
        bytes('a', Some("a.tgz")),
        bytes('b', None),
        git("x"),
        git(""),
    ]);
    let texts = prop::collection::vec(prop::sample::select(vec!["a: 1", "b: 2"]), 0..2);
    (artifacts, texts, prop::bool::weighted(0.2)).prop_map(|(artifact, texts, deletion_protection)| {
        let values = texts.into_iter().map(str::to_owned).collect();
        (
            Profile { deletion_protection, ..Profile::default() },
            AddonVersionSpec { values, ..spec(artifact, "") },
        )
    })
}

fn any_command() -> impl Strategy<Value = AddonVersionCommand> {
    use AddonVersionCommand as C;
    prop_oneof![
        2 => (any_set(), prop::bool::weighted(0.2)).prop_map(|((profile, spec), activate)| C::Create {
            addon: uuid(7),
            project: uuid(20),
            name: version_name("1.0.0"),
            profile,
            spec: Box::new(spec),
            activate,
            at: hour(0),
        }),
        3 => (any_set(), prop::bool::weighted(0.2)).prop_map(|((profile, spec), now)| C::Update {
            profile,
            spec: Box::new(spec),
            activate: now.then(|| hour(1)),
        }),
        1 => Just(C::Activate { at: hour(1) }),
        1 => Just(C::Disable { at: hour(2) }),
        1 => Just(C::Delete),
        1 => Just(C::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn versions_of_addons_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
