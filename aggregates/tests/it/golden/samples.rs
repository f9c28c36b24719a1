//! An event of every shape there is.

mod access_control;
mod addons;
mod blueprints;
mod clusters;
mod namespaces;
mod workloads;

use super::{Sample, sample};
use crate::project::quota;
use crate::values::{access_key_id, external_id, host, hour, name, scope, sealed, uuid};
use crate::webhook::spec;
use aggregates::access::{AccessEvent, Attempt, Outcome};
use aggregates::addon::AddonEvent;
use aggregates::addon_version::AddonVersionEvent;
use aggregates::api_key::{ApiKeyEvent, Issue, KeyScope};
use aggregates::blueprint::BlueprintEvent;
use aggregates::blueprint_version::BlueprintVersionEvent;
use aggregates::cluster::ClusterEvent;
use aggregates::group::GroupEvent;
use aggregates::membership::{Access, MembershipEvent, MembershipUpdate};
use aggregates::namespace::NamespaceEvent;
use aggregates::org::{Changed, Claimed, Contact, OrgEvent, OrgSettings, OrgSpec, OrgUpdate, Origin};
use aggregates::partner::{
    ApprovalPolicy, Brand, Claimed as PartnerClaimed, PartnerEvent, PartnerPolicy, PartnerSpec,
    PartnerUpdate, SignupPolicy,
};
use aggregates::profile::Profile;
use aggregates::project::{ProjectEvent, ProjectSpec, ProjectUpdate};
use aggregates::quota::{Quota, Resource};
use aggregates::role_binding::RoleBindingEvent;
use aggregates::user::UserEvent;
use aggregates::webhook::{Halt, WebhookEvent, WebhookUpdate};
use aggregates::workload::WorkloadEvent;
use aggregates::workload_revision::WorkloadRevisionEvent;
use std::collections::{BTreeMap, BTreeSet};
use values::{Annotations, Cidr, Color, Description, DisplayName, HttpUrl, Labels, Role, ScopeId, ScopeKind};

/// An event that is listed below.
pub(crate) trait Listed {
    /// The type under which its variant is listed.
    fn listed(&self) -> &'static str;
}

/// Lists variants and their types. A variant that is not listed does not compile.
macro_rules! every_variant {
    ($($event:ident { $($variant:ident = $name:literal,)* })*) => {
        pub(crate) const EVERY_VARIANT: &[&str] = &[$($($name,)*)*];

        $(impl Listed for $event {
            fn listed(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                }
            }
        })*
    };
}

every_variant! {
    AccessEvent { Attempted = "access.attempted", }
    AddonEvent {
        Created = "addon.created",
        Updated = "addon.updated",
        Deleted = "addon.deleted",
        Restored = "addon.restored",
    }
    AddonVersionEvent {
        Created = "addonVersion.created",
        Updated = "addonVersion.updated",
        Activated = "addonVersion.activated",
        Disabled = "addonVersion.disabled",
        Deleted = "addonVersion.deleted",
        Restored = "addonVersion.restored",
    }
    ApiKeyEvent {
        Issued = "apiKey.issued",
        Rotated = "apiKey.rotated",
        Revoked = "apiKey.revoked",
        Expired = "apiKey.expired",
        Deleted = "apiKey.deleted",
    }
    ClusterEvent {
        Created = "cluster.created",
        Updated = "cluster.updated",
        BootstrapIssued = "cluster.bootstrapIssued",
        Registered = "cluster.registered",
        Approved = "cluster.approved",
        Rejected = "cluster.rejected",
        StatusReported = "cluster.statusReported",
        Disconnected = "cluster.disconnected",
        DecommissioningStarted = "cluster.decommissioningStarted",
        Deleted = "cluster.deleted",
        Restored = "cluster.restored",
    }
    GroupEvent {
        Created = "group.created",
        Updated = "group.updated",
        Deleted = "group.deleted",
        Restored = "group.restored",
    }
    RoleBindingEvent {
        Created = "roleBinding.created",
        Updated = "roleBinding.updated",
        Expired = "roleBinding.expired",
        Deleted = "roleBinding.deleted",
        Restored = "roleBinding.restored",
    }
    MembershipEvent {
        Added = "membership.added",
        Updated = "membership.updated",
        Suspended = "membership.suspended",
        Reactivated = "membership.reactivated",
        Removed = "membership.removed",
        Erased = "membership.erased",
    }
    BlueprintEvent {
        Created = "blueprint.created",
        Updated = "blueprint.updated",
        Deleted = "blueprint.deleted",
        Restored = "blueprint.restored",
    }
    BlueprintVersionEvent {
        Created = "blueprintVersion.created",
        Updated = "blueprintVersion.updated",
        Activated = "blueprintVersion.activated",
        Disabled = "blueprintVersion.disabled",
        Deleted = "blueprintVersion.deleted",
        Restored = "blueprintVersion.restored",
        Withdrawn = "blueprintVersion.withdrawn",
        Returned = "blueprintVersion.returned",
    }
    NamespaceEvent {
        Created = "namespace.created",
        Updated = "namespace.updated",
        Published = "namespace.published",
        Unpublished = "namespace.unpublished",
        Deleted = "namespace.deleted",
        Restored = "namespace.restored",
    }
    OrgEvent {
        Created = "org.created",
        Updated = "org.updated",
        Approved = "org.approved",
        Rejected = "org.rejected",
        Activated = "org.activated",
        Deactivated = "org.deactivated",
        Deleted = "org.deleted",
        Restored = "org.restored",
    }
    PartnerEvent {
        Created = "partner.created",
        Updated = "partner.updated",
        Deleted = "partner.deleted",
        Restored = "partner.restored",
    }
    ProjectEvent {
        Created = "project.created",
        Updated = "project.updated",
        Deleted = "project.deleted",
        Restored = "project.restored",
    }
    UserEvent { Registered = "user.registered", Erased = "user.erased", }
    WebhookEvent {
        Created = "webhook.created",
        Updated = "webhook.updated",
        Paused = "webhook.paused",
        Resumed = "webhook.resumed",
        Halted = "webhook.halted",
        SecretRotated = "webhook.secretRotated",
        Replayed = "webhook.replayed",
        Tested = "webhook.test",
        Redelivered = "webhook.redelivered",
        Deleted = "webhook.deleted",
        Restored = "webhook.restored",
    }
    WorkloadEvent {
        Created = "workload.created",
        Updated = "workload.updated",
        Published = "workload.published",
        Unpublished = "workload.unpublished",
        Deleted = "workload.deleted",
        Restored = "workload.restored",
    }
    WorkloadRevisionEvent { Created = "workloadRevision.created", }
}

/// One event of every shape.
pub(crate) fn samples() -> Vec<Sample> {
    [
        access(),
        api_keys(),
        memberships(),
        orgs(),
        org_updates(),
        partners(),
        projects(),
        users(),
        webhooks(),
        access_control::samples(),
        blueprints::samples(),
        addons::samples(),
        clusters::samples(),
        namespaces::samples(),
        workloads::samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn access() -> Vec<Sample> {
    let attempt = Attempt {
        outcome: Outcome::Denied,
        action: "org.approve".to_owned(),
        code: "forbidden".to_owned(),
        kind: "Org".to_owned(),
        route: "/v1/orgs/{org}/approve".to_owned(),
        object: Some(uuid(2)),
        project: None,
        count: 1,
    };
    let event = |attempt: Attempt| AccessEvent::Attempted(Box::new(attempt));
    let folded = Attempt { object: None, count: 40, outcome: Outcome::Refused, ..attempt.clone() };
    vec![
        sample("denied", &event(attempt.clone())),
        sample("folded", &event(folded.clone())),
        sample("failed", &event(Attempt { outcome: Outcome::Failed, ..folded.clone() })),
        sample("allowed", &event(Attempt { outcome: Outcome::Allowed, count: 1, ..folded })),
        sample("in-a-project", &event(Attempt { project: Some(uuid(3)), ..attempt })),
    ]
}

fn api_keys() -> Vec<Sample> {
    let cidr = |text: &str| Cidr::parse(text).unwrap();
    let full = Issue {
        membership: uuid(3),
        user: uuid(7),
        name: name("pipeline"),
        display_name: DisplayName::parse("Build pipeline").unwrap(),
        description: Description::parse("Used by the builders.\nAsk platform.").unwrap(),
        access_key_id: access_key_id(),
        scope: KeyScope {
            read_only: true,
            role_cap: Some(Role::ProjectAdmin),
            projects: BTreeSet::from([uuid(20), uuid(21)]),
            cidrs: BTreeSet::from([cidr("192.0.2.0/24"), cidr("2001:db8::/32")]),
        },
        expires_at: Some(hour(720)),
        by_partner: true,
    };
    let plain = Issue {
        display_name: DisplayName::default(),
        description: Description::default(),
        scope: KeyScope::default(),
        expires_at: None,
        by_partner: false,
        ..full.clone()
    };
    let membership = uuid(3);
    let revoked = |reason| ApiKeyEvent::Revoked { membership, reason };
    vec![
        sample("full", &ApiKeyEvent::Issued(Box::new(full))),
        sample("plain", &ApiKeyEvent::Issued(Box::new(plain))),
        sample("full", &ApiKeyEvent::Rotated { membership, successor: uuid(5), works_until: hour(24) }),
        sample("with-reason", &revoked(Some(sealed('L')))),
        sample("without-reason", &revoked(None)),
        sample("full", &ApiKeyEvent::Expired { membership }),
        sample("full", &ApiKeyEvent::Deleted { membership }),
    ]
}

fn memberships() -> Vec<Sample> {
    let added = |kind, access, first_name, roles: &[Role]| MembershipEvent::Added {
        user: uuid(7),
        kind,
        email: sealed('E'),
        last_name: first_name,
        first_name: Some(sealed('F')).filter(|_| kind != ScopeKind::Partner),
        access,
        roles: roles.iter().copied().collect(),
    };
    let person = added(ScopeKind::Org, Access::Console, Some(sealed('L')), &[Role::OrgAdmin, Role::Auditor]);
    let machine = added(ScopeKind::Org, Access::Programmatic, None, &[]);
    let staff = added(ScopeKind::Partner, Access::Console, None, &[Role::PartnerReadOnly]);
    let operator = added(ScopeKind::Platform, Access::Programmatic, None, &[Role::Operator]);
    let nothing = MembershipUpdate::default();
    let names = MembershipUpdate { names: Some((Some(sealed('G')), None)), ..nothing.clone() };
    let roles = MembershipUpdate { roles: Some(BTreeSet::from([Role::InfraAdmin])), ..nothing };
    let less = MembershipUpdate { administers: Some(false), names: names.names.clone(), ..roles.clone() };
    let suspended = |reason, administered| MembershipEvent::Suspended { reason, administered };
    let removed = |reason, administered| MembershipEvent::Removed { reason, administered };
    let erased = |administered| MembershipEvent::Erased { user: uuid(7), person: uuid(9), administered };
    vec![
        sample("person", &person),
        sample("machine", &machine),
        sample("partner-staff", &staff),
        sample("operator", &operator),
        sample("names", &MembershipEvent::Updated(names)),
        sample("roles", &MembershipEvent::Updated(roles)),
        sample("everything", &MembershipEvent::Updated(less)),
        sample("with-reason", &suspended(Some(sealed('S')), true)),
        sample("without-reason", &suspended(None, false)),
        sample("administrator", &MembershipEvent::Reactivated { administers: true }),
        sample("other", &MembershipEvent::Reactivated { administers: false }),
        sample("with-reason", &removed(Some(sealed('R')), true)),
        sample("without-reason", &removed(None, false)),
        sample("administrator", &erased(true)),
        sample("other", &erased(false)),
    ]
}

fn profile() -> Profile {
    let pairs = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
    Profile {
        display_name: DisplayName::parse("Acme Ltd").unwrap(),
        description: Description::parse("Makes everything.").unwrap(),
        labels: Labels::try_from(pairs("env", "prod")).unwrap(),
        annotations: Annotations::try_from(pairs("acme.test/owner", "payments team")).unwrap(),
        deletion_protection: true,
    }
}

fn org_spec() -> OrgSpec {
    OrgSpec {
        external_id: Some(external_id("crm-17")),
        contact: Some(Contact {
            first_name: Some(sealed('F')),
            last_name: Some(sealed('L')),
            email: Some(sealed('E')),
            phone: Some(sealed('P')),
        }),
        settings: OrgSettings {
            api_key_default_validity_hours: 720,
            api_key_max_validity_hours: 8_760,
            allow_non_expiring_keys: true,
            allow_partner_keys: false,
            allow_break_glass: true,
        },
    }
}

fn orgs() -> Vec<Sample> {
    let created = |origin, profile, spec, approved_at| OrgEvent::Created {
        partner: scope(1),
        origin,
        name: name("acme"),
        profile,
        spec: Box::new(spec),
        approved_at,
    };
    let full = created(Origin::Partner, profile(), org_spec(), Some(hour(0)));
    let plain = created(Origin::Signup, Profile::default(), OrgSpec::default(), None);
    let claimed = |external_id: Option<&str>, held| Claimed {
        partner: scope(1),
        name: name("acme"),
        external_id: external_id.map(crate::values::external_id),
        held,
    };
    let rejected = |claimed, reason| OrgEvent::Rejected { claimed, reason };
    vec![
        sample("full", &full),
        sample("plain", &plain),
        sample("with-reason", &OrgEvent::Approved { at: hour(1), reason: Some(sealed('A')) }),
        sample("without-reason", &OrgEvent::Approved { at: hour(1), reason: None }),
        sample("with-reason", &rejected(claimed(Some("crm-17"), true), Some(sealed('R')))),
        sample("without-reason", &rejected(claimed(None, true), None)),
        sample("with-reason", &OrgEvent::Activated { reason: Some(sealed('A')) }),
        sample("without-reason", &OrgEvent::Activated { reason: None }),
        sample("with-reason", &OrgEvent::Deactivated { reason: sealed('U') }),
        sample("held", &OrgEvent::Deleted { claimed: claimed(Some("crm-17"), true) }),
        sample("rejected-before", &OrgEvent::Deleted { claimed: claimed(None, false) }),
        sample("held", &OrgEvent::Restored { claimed: claimed(Some("crm-17"), true) }),
        sample("rejected-before", &OrgEvent::Restored { claimed: claimed(None, false) }),
    ]
}

fn org_updates() -> Vec<Sample> {
    let nothing = OrgUpdate { partner: Some(scope(1)), held: true, ..OrgUpdate::default() };
    let everything = OrgUpdate {
        partner: Some(scope(1)),
        name: Some((name("acme"), name("umbrella"))),
        profile: Some(profile()),
        external_id: Some((None, Some(external_id("crm-18")))),
        contact: Some(Changed { to: org_spec().contact }),
        settings: Some(org_spec().settings),
        held: true,
    };
    let empty = Contact { first_name: None, last_name: None, email: None, phone: None };
    let cleared = OrgUpdate {
        external_id: Some((Some(external_id("crm-18")), None)),
        contact: Some(Changed { to: None }),
        ..nothing.clone()
    };
    let emptied = OrgUpdate { contact: Some(Changed { to: Some(empty) }), ..nothing.clone() };
    let rejected = OrgUpdate { profile: Some(Profile::default()), held: false, ..nothing };
    [("everything", everything), ("cleared", cleared), ("emptied", emptied), ("rejected-before", rejected)]
        .map(|(case, update)| sample(case, &OrgEvent::Updated(Box::new(update))))
        .into()
}

fn partners() -> Vec<Sample> {
    let url = |text: &str| HttpUrl::parse(text).unwrap();
    let brand = Brand {
        host: Some(host("clouds.north.test")),
        product_name: DisplayName::parse("Northwind Kubernetes").unwrap(),
        logo_url: Some(url("https://north.test/logo.svg")),
        icon_url: Some(url("https://north.test/icon.svg")),
        primary_color: Some(Color::parse("#1a73e8").unwrap()),
        accent_color: Some(Color::parse("#ffffff").unwrap()),
        links: BTreeMap::from([(name("support"), url("https://north.test/support"))]),
    };
    let policy = PartnerPolicy { signup: SignupPolicy::Open, org_approval: ApprovalPolicy::Required };
    let created =
        |profile, spec| PartnerEvent::Created { name: name("north"), profile, spec: Box::new(spec) };
    let full = created(profile(), PartnerSpec { brand: brand.clone(), policy });
    let plain = created(Profile::default(), PartnerSpec::default());
    let everything = PartnerUpdate {
        name: Some((name("north"), name("south"))),
        profile: Some(profile()),
        host: Some((None, brand.host.clone())),
        brand: Some(brand.clone()),
        policy: Some(policy),
    };
    let cleared = PartnerUpdate {
        host: Some((brand.host.clone(), None)),
        brand: Some(Brand::default()),
        policy: Some(PartnerPolicy::default()),
        ..PartnerUpdate::default()
    };
    let claimed = |host| PartnerClaimed { name: name("north"), host };
    vec![
        sample("full", &full),
        sample("plain", &plain),
        sample("everything", &PartnerEvent::Updated(Box::new(everything))),
        sample("cleared", &PartnerEvent::Updated(Box::new(cleared))),
        sample("with-host", &PartnerEvent::Deleted { claimed: claimed(brand.host.clone()) }),
        sample("without-host", &PartnerEvent::Deleted { claimed: claimed(None) }),
        sample("with-host", &PartnerEvent::Restored { claimed: claimed(brand.host) }),
        sample("without-host", &PartnerEvent::Restored { claimed: claimed(None) }),
    ]
}

fn projects() -> Vec<Sample> {
    let every: Vec<(Resource, &str)> = Resource::ALL.iter().map(|resource| (*resource, "1536Mi")).collect();
    let full = ProjectSpec {
        quota: quota(&every),
        default_namespace_quota: quota(&[(Resource::CpuLimits, "500m"), (Resource::Pods, "10")]),
        excluded_namespaces: BTreeSet::from([name("legacy"), name("tools")]),
    };
    let created =
        |profile, spec| ProjectEvent::Created { name: name("payments"), profile, spec: Box::new(spec) };
    let everything = ProjectUpdate {
        name: Some((name("payments"), name("billing"))),
        profile: Some(profile()),
        quota: Some((Quota::default(), full.quota.clone())),
        default_namespace_quota: Some(full.default_namespace_quota.clone()),
        excluded_namespaces: Some(full.excluded_namespaces.clone()),
    };
    let cleared = ProjectUpdate {
        quota: Some((full.quota.clone(), Quota::default())),
        default_namespace_quota: Some(Quota::default()),
        excluded_namespaces: Some(BTreeSet::new()),
        ..ProjectUpdate::default()
    };
    vec![
        sample("full", &created(profile(), full)),
        sample("plain", &created(Profile::default(), ProjectSpec::default())),
        sample("everything", &ProjectEvent::Updated(Box::new(everything))),
        sample("cleared", &ProjectEvent::Updated(Box::new(cleared))),
        sample("plain", &ProjectEvent::Deleted { name: name("payments") }),
        sample("plain", &ProjectEvent::Restored { name: name("payments") }),
    ]
}

fn users() -> Vec<Sample> {
    let registered = |home| UserEvent::Registered { home, email: sealed('E') };
    vec![
        sample("in-partner", &registered(scope(1))),
        sample("in-platform", &registered(ScopeId::PLATFORM)),
        sample("plain", &UserEvent::Erased { home: scope(1), email: sealed('E') }),
    ]
}

fn webhooks() -> Vec<Sample> {
    let named = || name("cmdb");
    let noon = values::Timestamp::from_micros(1_795_000_000_000_000).unwrap();
    let created =
        |profile, after| WebhookEvent::Created { name: named(), profile, spec: Box::new(spec(after)) };
    let everything = WebhookUpdate {
        name: Some((named(), name("siem"))),
        profile: Some(profile()),
        url: Some(spec(None).url),
        types: Some(BTreeSet::new()),
        enabled: Some(false),
    };
    let halted = |why| WebhookEvent::Halted { why, at: noon, position: 42 };
    vec![
        sample("full", &created(profile(), Some(0))),
        sample("plain", &created(Profile::default(), None)),
        sample("everything", &WebhookEvent::Updated(Box::new(everything))),
        sample("plain", &WebhookEvent::Paused),
        sample("plain", &WebhookEvent::Resumed),
        sample("gave-up", &halted(Halt::GaveUp)),
        sample("gone", &halted(Halt::Gone)),
        sample("plain", &WebhookEvent::SecretRotated { version: 2, previous_until: noon }),
        sample("plain", &WebhookEvent::Replayed { after: 0 }),
        sample("plain", &WebhookEvent::Tested),
        sample("plain", &WebhookEvent::Redelivered { delivery: uuid(8), position: 42 }),
        sample("plain", &WebhookEvent::Deleted { name: named() }),
        sample("plain", &WebhookEvent::Restored { name: named() }),
    ]
}
