//! The documents: rendered from states that events make, held to files, and read back as what the wire says.
//!
//! To renew the files on purpose, run with `QUARTERDECK_GOLDEN=renew` and read the difference.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use aggregates::api_key::{ApiKey, ApiKeyCommand, Issue, KeyScope};
use aggregates::group::{Group, GroupCommand, Member};
use aggregates::membership::{Access, Add, Membership, MembershipCommand};
use aggregates::org::{Contact, Create, Org, OrgCommand, OrgSpec, Origin};
use aggregates::partner::{Brand, Partner, PartnerCommand, PartnerPolicy, PartnerSpec, SignupPolicy};
use aggregates::profile::Profile;
use aggregates::project::{Project, ProjectCommand, ProjectSpec};
use aggregates::quota::{Quota, Resource};
use aggregates::reference::Reference;
use aggregates::role_binding::{BindingScope, Grantee, RoleBinding, RoleBindingCommand, RoleBindingSpec};
use aggregates::user::{User, UserCommand};
use aggregates::webhook::{Halt, Webhook, WebhookCommand, WebhookSpec};
use api::{Actor, ActorKind};
use cqrs_es::Aggregate;
use projections::documents::{Documented, Draft, Stamps};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use uuid::Uuid;
use values::{
    AccessKeyId, Cidr, Description, DisplayName, ExternalId, HostName, HttpUrl, Labels, Name, Role, ScopeId,
    ScopeKind, Sealed, Timestamp, TypePattern,
};

/// A row: what the writer stores beside the document.
type Row = BTreeMap<&'static str, Value>;

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0193_5d2e_0000_7000_8000_0000_0000_0000 + number)
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn sealed(letter: char) -> Sealed {
    Sealed::assemble(uuid(0xada), &letter.to_string().repeat(40)).unwrap()
}

fn hour(hours: u32) -> Timestamp {
    Timestamp::parse("2026-11-24T09:30:00.123456Z").unwrap().plus_hours(hours)
}

fn stamps(id: u128, scope: ScopeId, deleted: bool) -> Stamps {
    let user = Actor { kind: ActorKind::User, id: uuid(7).to_string(), user_id: None };
    let key =
        Actor { kind: ActorKind::ApiKey, id: "QDAK01J9ZQ4M8TX2V7C3".to_owned(), user_id: Some(uuid(7)) };
    Stamps {
        id: uuid(id),
        scope,
        version: 3,
        created_at: hour(0),
        created_by: user,
        updated_at: hour(2),
        updated_by: key,
        deleted_at: deleted.then(|| hour(2)),
    }
}

fn profile() -> Profile {
    let labels = BTreeMap::from([("env".to_owned(), "prod".to_owned())]);
    Profile {
        display_name: DisplayName::parse("Acme Ltd").unwrap(),
        description: Description::parse("Makes everything.").unwrap(),
        labels: Labels::try_from(labels).unwrap(),
        ..Profile::default()
    }
}

/// The state after the first command and those that follow.
macro_rules! after {
    ($aggregate:ident: $($command:expr),+) => {{
        let mut state = $aggregate::default();
        $(for event in state.decide($command).unwrap() {
            state.apply(event);
        })+
        state
    }};
}

#[path = "documents/blueprints.rs"]
mod blueprints;

#[path = "documents/addons.rs"]
mod addons;
#[path = "documents/clusters.rs"]
mod clusters;
#[path = "documents/namespaces.rs"]
mod namespaces;
#[path = "documents/workloads.rs"]
mod workloads;

fn org(more: impl IntoIterator<Item = OrgCommand>) -> Org {
    let contact = Contact {
        first_name: Some(sealed('F')),
        last_name: Some(sealed('L')),
        email: Some(sealed('E')),
        phone: Some(sealed('P')),
    };
    let mut org = after!(Org: OrgCommand::Create(Box::new(Create {
        partner: ScopeId::from(uuid(1)),
        origin: Origin::Partner,
        name: name("acme"),
        profile: profile(),
        spec: OrgSpec {
            external_id: Some(ExternalId::parse("crm-17").unwrap()),
            contact: Some(contact),
            ..OrgSpec::default()
        },
        approved_at: Some(hour(0)),
    })));
    for command in more {
        for event in org.decide(command).unwrap() {
            org.apply(event);
        }
    }
    org
}

fn partner() -> Partner {
    let url = |text: &str| HttpUrl::parse(text).unwrap();
    let brand = Brand {
        host: Some(HostName::parse("clouds.north.test").unwrap()),
        product_name: DisplayName::parse("Northwind Kubernetes").unwrap(),
        logo_url: Some(url("https://north.test/logo.svg")),
        links: BTreeMap::from([(name("support"), url("https://north.test/support"))]),
        ..Brand::default()
    };
    let policy = PartnerPolicy { signup: SignupPolicy::Open, ..PartnerPolicy::default() };
    let spec = Box::new(PartnerSpec { brand, policy });
    after!(Partner: PartnerCommand::Create { name: name("north"), profile: profile(), spec })
}

fn project() -> Project {
    let quantity = |text: &str| values::Quantity::parse(text).unwrap();
    let quota = [
        (Resource::CpuRequests, quantity("40")),
        (Resource::MemoryRequests, quantity("65536Mi")),
        (Resource::Pods, quantity("500")),
    ];
    let default = [(Resource::CpuRequests, quantity("0.5"))];
    let spec = Box::new(ProjectSpec {
        quota: Quota::from_iter(quota),
        default_namespace_quota: Quota::from_iter(default),
        excluded_namespaces: BTreeSet::from([name("legacy")]),
    });
    after!(Project: ProjectCommand::Create { name: name("payments"), profile: profile(), spec })
}

fn webhook() -> Webhook {
    let spec = Box::new(WebhookSpec {
        url: HttpUrl::parse("https://hooks.acme.test/in").unwrap(),
        types: BTreeSet::from([TypePattern::parse("io.quarterdeck.cluster.*").unwrap()]),
        after: Some(3),
        enabled: true,
    });
    let made = WebhookCommand::Create { name: name("cmdb"), profile: profile(), spec };
    after!(Webhook: made, WebhookCommand::Halt { why: Halt::Gone, at: hour(1), position: 9 })
}

fn member(kind: ScopeKind, role: Role) -> Membership {
    after!(Membership: MembershipCommand::Add(Box::new(Add {
        user: uuid(7),
        kind,
        email: sealed('E'),
        first_name: Some(sealed('F')),
        last_name: Some(sealed('L')),
        access: Access::Programmatic,
        roles: BTreeSet::from([role]),
    })))
}

fn suspended() -> Membership {
    let mut member = member(ScopeKind::Org, Role::OrgReadOnly);
    for event in member.decide(MembershipCommand::Suspend { reason: Some(sealed('S')) }).unwrap() {
        member.apply(event);
    }
    member
}

fn erased() -> Membership {
    let mut member = suspended();
    for event in member.decide(MembershipCommand::Erase).unwrap() {
        member.apply(event);
    }
    member
}

fn key() -> ApiKey {
    after!(ApiKey: ApiKeyCommand::Issue(Box::new(Issue {
        membership: uuid(3),
        user: uuid(7),
        name: name("pipeline"),
        display_name: DisplayName::parse("Build pipeline").unwrap(),
        description: Description::default(),
        access_key_id: AccessKeyId::parse("QDAK01J9ZQ4M8TX2V7C3").unwrap(),
        scope: KeyScope {
            read_only: true,
            role_cap: Some(Role::OrgReadOnly),
            projects: BTreeSet::from([uuid(20)]),
            cidrs: BTreeSet::from([Cidr::parse("192.0.2.0/24").unwrap()]),
        },
        expires_at: Some(hour(720)),
        by_partner: true,
    })), ApiKeyCommand::Revoke { reason: Some(sealed('R')) })
}

fn user() -> User {
    after!(User: UserCommand::Register {
        home: ScopeId::from(uuid(1)),
        email: sealed('E'),
    })
}

fn row(draft: &Draft) -> Row {
    let document: Value = serde_json::from_str(&draft.json).unwrap();
    BTreeMap::from([
        ("kind", draft.kind.into()),
        ("parent", draft.parent.to_string().into()),
        ("name", draft.name.clone().into()),
        ("phase", draft.phase.into()),
        ("labels", serde_json::to_value(&draft.labels).unwrap()),
        ("search", draft.search.clone().into()),
        ("externalId", draft.external_id.clone().into()),
        ("owner", draft.owner.map(|id| id.to_string()).into()),
        ("document", document),
    ])
}

/// The draft is as its file says, and holds no person's text.
#[track_caller]
fn golden<A: Documented>(case: &str, state: &A, stamps: &Stamps) -> Draft {
    let draft = state.draft(stamps).unwrap();
    let actual = format!("{:#}\n", serde_json::to_value(row(&draft)).unwrap());
    let path = format!("tests/golden/{case}.json");
    if std::env::var("QUARTERDECK_GOLDEN").as_deref() == Ok("renew") {
        std::fs::write(&path, &actual).unwrap();
    }
    let expected: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&actual).unwrap(), expected, "{case}");
    draft
}

/// The document is what the wire's type reads and writes, with nothing lost.
#[track_caller]
fn lossless<T: Serialize + DeserializeOwned + Debug>(draft: &Draft) -> T {
    let reply: T = serde_json::from_str(&draft.json).unwrap();
    assert_eq!(serde_json::to_string(&reply).unwrap(), draft.json);
    reply
}

/// Every one of these members is a sealed span, or is not there.
#[track_caller]
fn sealed_only(draft: &Draft, pointers: &[&str]) {
    let document: Value = serde_json::from_str(&draft.json).unwrap();
    for pointer in pointers {
        let text = document.pointer(pointer).and_then(Value::as_str);
        let text = text.unwrap_or_else(|| panic!("{pointer} is not there: the test looks past it"));
        assert!(Sealed::parse(text).is_ok(), "{pointer} is in clear");
    }
}

#[test]
fn an_org() {
    let scope = ScopeId::from(uuid(2));
    let draft = golden("org.active", &org([]), &stamps(2, scope, false));
    sealed_only(
        &draft,
        &["/spec/contact/firstName", "/spec/contact/lastName", "/spec/contact/email", "/spec/contact/phone"],
    );
    let reply: api::Org = lossless(&draft);
    assert_eq!((reply.metadata.name.as_str(), reply.metadata.version), ("acme", 3));
    assert_eq!(draft.parent, uuid(1), "its partner lists it");

    let deactivated = org([OrgCommand::Deactivate { reason: sealed('U') }]);
    let draft = golden("org.deactivated", &deactivated, &stamps(2, scope, false));
    sealed_only(&draft, &["/status/reason"]);
    lossless::<api::Org>(&draft);
}

#[test]
fn a_deleted_org_says_so_everywhere() {
    let org = org([OrgCommand::Delete]);
    assert!(org.is_deleted());
    let draft = golden("org.deleted", &org, &stamps(2, ScopeId::from(uuid(2)), true));
    let reply: api::Org = lossless(&draft);
    assert_eq!((draft.phase, reply.status.phase), ("deleted", api::OrgPhase::Deleted));
    assert_eq!(reply.metadata.deleted_at, Some(hour(2)));
}

#[test]
fn a_partner() {
    let draft = golden("partner", &partner(), &stamps(1, ScopeId::from(uuid(1)), false));
    let reply: api::Partner = lossless(&draft);
    assert_eq!(reply.metadata.partner_id, Some(uuid(1)));
    assert_eq!(reply.metadata.org_id, None);
    assert_eq!(draft.parent, ScopeId::PLATFORM.as_uuid(), "the operator lists it");
}

#[test]
fn a_user_of_an_org() {
    let draft = golden("user.org", &suspended(), &stamps(3, ScopeId::from(uuid(2)), false));
    sealed_only(
        &draft,
        &["/metadata/name", "/spec/email", "/spec/firstName", "/spec/lastName", "/status/reason"],
    );
    assert!(Sealed::parse(&draft.name).is_ok(), "the column that it is found by is sealed too");
    assert_eq!(draft.search, "", "nothing personal is searched for in clear");
    let reply: api::User = lossless(&draft);
    assert_eq!(reply.metadata.id, uuid(7), "users are known by their identity, not by their membership");
    assert_eq!(reply.metadata.org_id, Some(uuid(2)));
}

#[test]
fn partner_staff_and_operators_belong_to_no_org() {
    let staff = member(ScopeKind::Partner, Role::PartnerAdmin);
    let reply: api::User =
        lossless(&golden("user.partner", &staff, &stamps(3, ScopeId::from(uuid(1)), false)));
    assert_eq!((reply.metadata.partner_id, reply.metadata.org_id), (Some(uuid(1)), None));
    let operator = member(ScopeKind::Platform, Role::Operator);
    let reply: api::User =
        lossless(&golden("user.platform", &operator, &stamps(3, ScopeId::PLATFORM, false)));
    assert_eq!((reply.metadata.partner_id, reply.metadata.org_id), (None, None));
}

#[test]
fn a_webhook() {
    let draft = golden("webhook", &webhook(), &stamps(2, ScopeId::from(uuid(2)), false));
    let reply: api::Webhook = lossless(&draft);
    assert_eq!(reply.status.phase, api::WebhookPhase::Disabled);
}

#[test]
fn a_project() {
    let draft = golden("project", &project(), &stamps(5, ScopeId::from(uuid(2)), false));
    let reply: api::Project = lossless(&draft);
    assert_eq!((draft.parent, reply.metadata.org_id), (uuid(2), Some(uuid(2))));
    assert_eq!((reply.spec.quota.pods, reply.status.usage), (Some(500), None));
}

#[test]
fn an_erased_user_is_a_deleted_one_whose_texts_nobody_can_open() {
    let draft = golden("user.erased", &erased(), &stamps(3, ScopeId::from(uuid(2)), true));
    let reply: api::User = lossless(&draft);
    assert_eq!((reply.status.phase, reply.status.reason), (api::UserPhase::Erased, None));
    assert!(erased().is_deleted());
}

#[test]
fn a_key_without_its_secret() {
    let draft = golden("api-key", &key(), &stamps(4, ScopeId::from(uuid(2)), false));
    sealed_only(&draft, &["/status/reason"]);
    assert!(!draft.json.contains("secret") && !draft.json.contains("qdsk_"));
    let reply: api::ApiKey = lossless(&draft);
    assert_eq!((draft.owner, reply.spec.user_id), (Some(uuid(3)), uuid(7)));
}

#[test]
fn an_identity_shows_its_address_sealed_and_its_hash_not_at_all() {
    let draft = golden("person", &user(), &stamps(7, ScopeId::from(uuid(1)), false));
    sealed_only(&draft, &["/spec/email"]);
    assert!(!draft.json.contains("1.hash"));
    assert_eq!((draft.name.as_str(), draft.search.as_str()), ("", ""));
}

fn group() -> Group {
    let member = Member { user: uuid(7), membership: uuid(3), email: sealed('E') };
    let members = BTreeMap::from([(member.user, member)]);
    after!(Group: GroupCommand::Create { name: name("dev"), profile: profile(), members })
}

fn binding(subject: Grantee, scope: BindingScope, role: Role) -> RoleBinding {
    let spec = RoleBindingSpec { role, subject, scope, expires_at: Some(hour(8)), reason: Some(sealed('R')) };
    let (profile, spec, at) = (profile(), Box::new(spec), hour(0));
    after!(RoleBinding: RoleBindingCommand::Create { name: name("dev-team"), profile, spec, at })
}

#[test]
fn a_group_with_its_members_addresses_sealed() {
    let draft = golden("group", &group(), &stamps(5, ScopeId::from(uuid(2)), false));
    sealed_only(&draft, &["/spec/members/0/name"]);
    let reply: api::Group = lossless(&draft);
    assert_eq!(
        reply.spec.members[0].id,
        uuid(7),
        "users are known by their identity, not by their membership"
    );
}

#[test]
fn a_role_binding_is_found_by_what_it_gives() {
    let named = |id, name: &str| Reference { id: uuid(id), name: name.to_owned() };
    let place =
        BindingScope::Namespaces { project: named(20, "payments"), namespaces: vec![named(21, "cart")] };
    let binding = binding(Grantee::Group(named(5, "dev")), place, Role::NamespaceAdmin);
    let draft = golden("role-binding", &binding, &stamps(6, ScopeId::from(uuid(2)), false));
    sealed_only(&draft, &["/spec/reason"]);
    let reply: api::RoleBinding = lossless(&draft);
    assert_eq!(draft.labels.get("quarterdeck.dev/project"), Some(uuid(20).to_string().as_str()));
    assert_eq!(
        reply.metadata.labels.get("quarterdeck.dev/project"),
        None,
        "people set their own labels only"
    );
    assert_eq!((draft.owner, draft.parent), (Some(uuid(5)), uuid(2)));
}

#[test]
fn a_binding_that_lets_staff_in_says_so() {
    let email = sealed('E');
    let staff = Grantee::Staff { partner: ScopeId::from(uuid(1)), user: uuid(7), membership: uuid(3), email };
    let binding = binding(staff, BindingScope::Org, Role::OrgAdmin);
    let draft = golden("role-binding.break-glass", &binding, &stamps(6, ScopeId::from(uuid(2)), false));
    sealed_only(&draft, &["/spec/subject/name"]);
    assert!(lossless::<api::RoleBinding>(&draft).status.break_glass);
}

#[test]
fn the_phase_of_a_document_is_the_phase_of_its_row() {
    let scope = ScopeId::from(uuid(2));
    let drafts = [
        org([]).draft(&stamps(2, scope, false)),
        org([OrgCommand::Delete]).draft(&stamps(2, scope, true)),
        partner().draft(&stamps(1, scope, false)),
        suspended().draft(&stamps(3, scope, false)),
        erased().draft(&stamps(3, scope, true)),
        key().draft(&stamps(4, scope, false)),
        group().draft(&stamps(5, scope, false)),
        project().draft(&stamps(6, scope, false)),
        addons::addon().draft(&stamps(90, scope, false)),
        addons::version().draft(&stamps(91, scope, false)),
        clusters::cluster().draft(&stamps(8, scope, false)),
        namespaces::namespace().draft(&stamps(7, scope, false)),
        workloads::workload().draft(&stamps(9, scope, false)),
        workloads::revision().draft(&stamps(10, scope, false)),
        blueprints::blueprint().draft(&stamps(8, scope, false)),
        blueprints::version().draft(&stamps(9, scope, false)),
    ];
    for draft in drafts {
        let draft = draft.unwrap();
        let document: Value = serde_json::from_str(&draft.json).unwrap();
        assert_eq!(document["status"]["phase"], draft.phase);
        assert_eq!(document["metadata"]["name"], draft.name.as_str());
    }
}
