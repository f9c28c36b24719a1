//! Versions of blueprints.

mod book;

use crate::given::{Meaning, given, meaning};
use crate::values::{hour, name, scope, uuid};
use aggregates::blueprint_version::{
    Base, Birth, BlueprintVersion, BlueprintVersionCommand, BlueprintVersionEvent, BlueprintVersionPhase,
    BlueprintVersionRefusal, BlueprintVersionSpec, BlueprintVersionUpdate, Change, GoldenSetting,
};
use aggregates::drift::{Drift, DriftAction};
use aggregates::facts::{
    Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject, Target,
};
use aggregates::profile::Profile;
use aggregates::reference::Reference;
use aggregates::setup::{AddonUse, Setup};
use aggregates::uses::Uses;
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Timestamp, VersionName};

use BlueprintVersionCommand as C;
use BlueprintVersionEvent as E;
use BlueprintVersionRefusal as R;

const OF: fn() -> Subject = || Subject { id: uuid(95), scope: scope(2) };
pub(crate) const DENY: Drift = Drift { enabled: true, action: DriftAction::Deny };

fn reference(number: u128, called: &str) -> Reference {
    Reference { id: uuid(number), name: called.to_owned() }
}

pub(crate) fn blueprint() -> Reference {
    reference(90, "base")
}

pub(crate) fn version(text: &str) -> VersionName {
    VersionName::parse(text).unwrap()
}

/// The add-on of a letter: `a` is 1000 and its versions 1001, 1002, …
pub(crate) fn addon(letter: char, at: u128, depends_on: &[&str]) -> AddonUse {
    let number = 1000 + 100 * u128::from(u32::from(letter) - u32::from('a'));
    AddonUse {
        addon: reference(number, &letter.to_string()),
        version: reference(number + at, &format!("{at}.0")),
        depends_on: depends_on.iter().map(|it| name(it)).collect(),
        critical: false,
    }
}

pub(crate) fn base(is_golden: bool, addons: Vec<AddonUse>) -> Base {
    let setup = Setup { addons, drift: DENY, namespace_sync: true };
    Base { blueprint: reference(91, "rock"), version: reference(92, "3.0"), is_golden, setup }
}

pub(crate) fn spec(addons: Vec<AddonUse>) -> BlueprintVersionSpec {
    let (drift, namespace_sync) = (Some(Drift::default()), Some(false));
    BlueprintVersionSpec { base: None, addons, drift, namespace_sync }
}

fn on(base: Base, addons: Vec<AddonUse>) -> BlueprintVersionSpec {
    BlueprintVersionSpec { base: Some(base), addons, drift: None, namespace_sync: None }
}

pub(crate) fn birth(spec: BlueprintVersionSpec, activated_at: Option<Timestamp>) -> Birth {
    let (project, profile) = (uuid(20), Profile::default());
    Birth { project, blueprint: blueprint(), name: version("1.2.0"), profile, spec, activated_at }
}

fn create(spec: BlueprintVersionSpec, activate: Option<Timestamp>) -> C {
    let Birth { project, blueprint, name, profile, spec, .. } = birth(spec, None);
    C::Create { project, blueprint, name, profile, spec: Box::new(spec), activate }
}

fn update(spec: BlueprintVersionSpec, activate: Option<Timestamp>) -> C {
    C::Update { profile: Profile::default(), spec: Box::new(spec), activate }
}

fn created(spec: BlueprintVersionSpec) -> E {
    E::Created(Box::new(birth(spec, None)))
}

fn ids(numbers: &[u128]) -> BTreeSet<Uuid> {
    numbers.iter().map(|number| uuid(*number)).collect()
}

fn activated(uses: &[u128], update: Option<BlueprintVersionUpdate>) -> E {
    E::Activated { blueprint: uuid(90), leans_on: ids(uses), update: update.map(Box::new), at: hour(1) }
}

fn updated(spec: BlueprintVersionSpec, begins: &[u128], ends: &[u128]) -> BlueprintVersionUpdate {
    BlueprintVersionUpdate {
        blueprint: uuid(90),
        change: Change { profile: None, spec: Some(spec) },
        usage: Uses { begins: ids(begins), ends: ids(ends) },
    }
}

fn claim() -> Claim {
    let key = format!("{}/1.2.0", uuid(90));
    Claim { scope: scope(2), kind: ClaimKind::BlueprintVersionName, key }
}

fn used(number: u128) -> Target {
    Target::used(scope(2), uuid(number))
}

/// What a version with the add-on a at 1.0 leans on.
fn leaned_on() -> [Target; 3] {
    [Target::version_of(scope(2), uuid(90)), used(1000), used(1001)]
}

fn one() -> BlueprintVersionSpec {
    spec(vec![addon('a', 1, &[])])
}

#[test]
fn a_version_is_made_as_a_draft_of_what_is_active() {
    let made = given::<BlueprintVersion>([]).when(create(one(), None)).then(created(one()));
    assert_eq!((made.phase, made.activated_at), (BlueprintVersionPhase::Draft, None));
    assert_eq!(
        meaning(&created(one()), OF()),
        Meaning {
            claims: vec![ClaimChange::Take(claim())],
            references: leaned_on().map(|to| ReferenceChange::Add { to, until: None }).to_vec(),
            requirements: [90, 1000, 1001].map(|it| Requirement::active(uuid(it))).to_vec(),
            changes_authority: false,
        }
    );
    let at_once = E::Created(Box::new(birth(one(), Some(hour(1)))));
    let made = given::<BlueprintVersion>([]).when(create(one(), Some(hour(1)))).then(at_once);
    assert_eq!((made.phase, made.activated_at), (BlueprintVersionPhase::Active, Some(hour(1))));
}

#[test]
fn a_draft_is_edited_and_activated_and_stays_what_it_is() {
    let two = || spec(vec![addon('a', 2, &[]), addon('b', 1, &["a"])]);
    let event = E::Updated(Box::new(updated(two(), &[1002, 1100, 1101], &[1001])));
    given::<BlueprintVersion>([created(one())]).when(update(two(), None)).then(event.clone());
    given::<BlueprintVersion>([created(one())]).when(update(one(), None)).then_nothing();
    let asked = event.requirements(OF());
    assert_eq!(asked, [90, 1002, 1100, 1101].map(|it| Requirement::active(uuid(it))));

    let both = activated(&[1000, 1002, 1100, 1101], Some(updated(two(), &[1002, 1100, 1101], &[1001])));
    let active =
        given::<BlueprintVersion>([created(one())]).when(update(two(), Some(hour(1)))).then(both.clone());
    assert_eq!((active.phase, &active.spec), (BlueprintVersionPhase::Active, &two()));
    let only = activated(&[1000, 1001], None);
    given::<BlueprintVersion>([created(one())]).when(C::Activate { at: hour(1) }).then(only.clone());
    assert_eq!(only.requirements(OF()), [90, 1000, 1001].map(|it| Requirement::active(uuid(it))));

    let past = || [created(one()), both.clone()];
    given::<BlueprintVersion>(past()).when(C::Activate { at: hour(2) }).then_nothing();
    for activate in [None, Some(hour(2))] {
        given::<BlueprintVersion>(past()).when(update(two(), activate)).then_nothing();
        given::<BlueprintVersion>(past()).when(update(one(), activate)).then_refused(
            &R::Immutable,
            "the version was activated, and stays what it is: make another version",
        );
    }
    given::<BlueprintVersion>(past()).when(C::Delete).then_refused(
        &R::NeverDeleted,
        "the version was activated, and stays: disable it, so that nothing new uses it",
    );
}

#[test]
fn a_disabled_version_can_be_activated_again_and_a_draft_not_be_disabled() {
    let active = || vec![created(one()), activated(&[1000, 1001], None)];
    let off = E::Disabled { at: hour(2) };
    given::<BlueprintVersion>(active()).when(C::Disable { at: hour(2) }).then(off.clone());
    assert_eq!(meaning(&off, OF()).requirements, []);
    let disabled = || [active(), vec![off.clone()]].concat();
    given::<BlueprintVersion>(disabled()).when(C::Disable { at: hour(3) }).then_nothing();
    let again = given::<BlueprintVersion>(disabled())
        .when(C::Activate { at: hour(1) })
        .then(activated(&[1000, 1001], None));
    assert_eq!(again.activated_at, Some(hour(1)));
    given::<BlueprintVersion>(disabled())
        .when(update(one(), Some(hour(1))))
        .then(activated(&[1000, 1001], None));
    given::<BlueprintVersion>([created(one())]).when(C::Disable { at: hour(1) }).then_refused(
        &R::NeverActivated,
        "the version is a draft, which nothing can use: there is nothing to disable",
    );
}

#[test]
fn a_deleted_draft_frees_its_name_and_comes_back() {
    let gone = E::Deleted { blueprint: uuid(90), name: version("1.2.0"), uses: ids(&[1000, 1001]) };
    given::<BlueprintVersion>([created(one())]).when(C::Delete).then(gone.clone());
    assert_eq!(
        meaning(&gone, OF()),
        Meaning {
            claims: vec![ClaimChange::Release(claim())],
            references: leaned_on().map(|to| ReferenceChange::Drop { to }).to_vec(),
            requirements: vec![Requirement::Unused(used(95))],
            changes_authority: false,
        }
    );
    let past = || [created(one()), gone.clone()];
    for command in [update(one(), None), C::Activate { at: hour(1) }, C::Disable { at: hour(1) }] {
        given::<BlueprintVersion>(past())
            .when(command)
            .then_refused(&R::Deleted, "the version is deleted: restore it first");
    }
    let back = E::Restored { blueprint: uuid(90), name: version("1.2.0"), uses: ids(&[1000, 1001]) };
    let restored = given::<BlueprintVersion>(past()).when(C::Restore).then(back);
    assert_eq!(restored.phase, BlueprintVersionPhase::Draft);
    let protected =
        Birth { profile: Profile { deletion_protection: true, ..Profile::default() }, ..birth(one(), None) };
    given::<BlueprintVersion>([E::Created(Box::new(protected))]).when(C::Delete).then_refused(
        &R::DeletionProtected,
        "the version is protected: set metadata.deletionProtection to false first",
    );
}

#[test]
fn a_version_goes_and_comes_with_its_blueprint() {
    let (blueprint, uses) = (uuid(90), ids(&[1000, 1001]));
    let gone = E::Withdrawn { blueprint, uses: uses.clone() };
    let back = E::Returned { blueprint, uses };
    let active = || vec![created(one()), activated(&[1000, 1001], None)];
    for past in [vec![created(one())], active()] {
        let before = given::<BlueprintVersion>(past.clone()).state();
        let withdrawn = given::<BlueprintVersion>(past.clone()).when(C::Withdraw).then(gone.clone());
        assert_eq!(withdrawn.phase, before.phase);
        let withdrawn = || [past.clone(), vec![gone.clone()]].concat();
        given::<BlueprintVersion>(withdrawn()).when(C::Withdraw).then_nothing();
        for command in
            [update(one(), None), C::Activate { at: hour(2) }, C::Disable { at: hour(2) }, C::Delete]
        {
            given::<BlueprintVersion>(withdrawn())
                .when(command)
                .then_refused(&R::Withdrawn, "its blueprint is deleted: restore that first");
        }
        assert_eq!(given::<BlueprintVersion>(withdrawn()).when(C::Return).then(back.clone()), before);
        given::<BlueprintVersion>(past).when(C::Return).then_nothing();
    }
    assert_eq!(gone.references(OF()), leaned_on().map(|to| ReferenceChange::Drop { to }));
    let standing = |number| Requirement::InPhase { id: uuid(number), phases: &["active", "disabled"] };
    assert_eq!(back.requirements(OF()), [Requirement::active(blueprint), standing(1000), standing(1001)]);
}

#[track_caller]
fn refused(spec: BlueprintVersionSpec, refusal: &R, text: &str) {
    given::<BlueprintVersion>([]).when(create(spec.clone(), None)).then_refused(refusal, text);
    given::<BlueprintVersion>([created(one())]).when(update(spec, Some(hour(1)))).then_refused(refusal, text);
}

#[test]
fn add_ons_depend_on_what_is_there_and_never_in_a_circle() {
    refused(
        spec(vec![addon('a', 1, &[]), addon('a', 2, &[])]),
        &R::AddonTwice { index: 1, name: "a".to_owned() },
        "the add-on a is there twice",
    );
    refused(
        spec(vec![addon('a', 1, &[]), addon('b', 1, &["a", "c"])]),
        &R::UnknownDependency { index: 1, dependency: 1, name: "c".to_owned() },
        "c is no add-on of this version or of its base",
    );
    let path = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    refused(
        spec(vec![addon('c', 1, &["a"]), addon('a', 1, &["b"]), addon('b', 1, &["a"])]),
        &R::Cycle { index: 1, path: path(&["a", "b", "a"]) },
        "the add-ons depend on each other in a circle: a → b → a",
    );
    refused(
        spec(vec![addon('a', 1, &["a"])]),
        &R::Cycle { index: 0, path: path(&["a", "a"]) },
        "the add-ons depend on each other in a circle: a → a",
    );
    // The base's a is replaced by one that closes a circle through the base's b.
    let base = base(false, vec![addon('a', 1, &[]), addon('b', 1, &["a"])]);
    refused(
        on(base, vec![addon('a', 2, &["b"])]),
        &R::Cycle { index: 0, path: path(&["a", "b", "a"]) },
        "the add-ons depend on each other in a circle: a → b → a",
    );
}

#[test]
fn what_a_golden_base_sets_stays() {
    let golden = || base(true, vec![addon('a', 1, &[])]);
    let setting = |what: &str, setting| R::GoldenSetting {
        base: "rock 3.0".to_owned(),
        what: what.to_owned(),
        setting,
    };
    refused(
        BlueprintVersionSpec { drift: Some(Drift::default()), ..on(golden(), vec![]) },
        &setting("drift", GoldenSetting::Drift),
        "the golden base rock 3.0 sets drift: leave it out here",
    );
    refused(
        BlueprintVersionSpec { namespace_sync: Some(false), ..on(golden(), vec![]) },
        &setting("namespaceSync", GoldenSetting::NamespaceSync),
        "the golden base rock 3.0 sets namespaceSync: leave it out here",
    );
    refused(
        on(golden(), vec![addon('b', 1, &[]), addon('a', 2, &[])]),
        &setting("the add-on a at 1.0", GoldenSetting::Addon { index: 1 }),
        "the golden base rock 3.0 sets the add-on a at 1.0: leave it out here",
    );
    let said_again = BlueprintVersionSpec {
        drift: Some(DENY),
        namespace_sync: Some(true),
        ..on(golden(), vec![addon('a', 1, &[]), addon('b', 1, &["a"])])
    };
    let made = given::<BlueprintVersion>([]).when(create(said_again.clone(), None)).then(created(said_again));
    let setup = made.spec.setup();
    assert_eq!(setup.addons, [addon('a', 1, &[]), addon('b', 1, &["a"])], "the base's first, and once");
    assert_eq!(made.spec.uses(), ids(&[91, 92, 1000, 1001, 1100, 1101]));
}

#[test]
fn what_another_base_sets_holds_unless_it_is_set_otherwise() {
    let base = || base(false, vec![addon('a', 1, &[]), addon('b', 1, &["a"])]);
    let inherits = on(base(), vec![addon('c', 1, &["b"])]).setup();
    assert_eq!((inherits.drift, inherits.namespace_sync), (DENY, true));
    assert_eq!(inherits.addons, [addon('a', 1, &[]), addon('b', 1, &["a"]), addon('c', 1, &["b"])]);
    let overrides = BlueprintVersionSpec {
        drift: Some(Drift::default()),
        namespace_sync: Some(false),
        ..on(base(), vec![addon('a', 2, &[])])
    };
    let setup = overrides.setup();
    assert_eq!((setup.drift, setup.namespace_sync), (Drift::default(), false));
    assert_eq!(setup.addons, [addon('a', 2, &[]), addon('b', 1, &["a"])], "in the base's place");
    refused(
        on(Base { blueprint: blueprint(), ..base() }, vec![]),
        &R::OwnBase,
        "a version builds on another blueprint, not on its own",
    );
}
