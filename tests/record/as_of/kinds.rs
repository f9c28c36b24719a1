//! What is declared in a story: every kind, where it is, what is said of it, and what else can be done with it.

use super::story::Story;
use serde_json::{Value, json};

pub(crate) const NAMES: [&str; 6] = ["ash", "birch", "cedar", "elder", "fir", "hazel"];
const ROLES: [&str; 5] =
    ["ORG_ADMIN", "ORG_READ_ONLY", "PROJECT_ADMIN", "PROJECT_READ_ONLY", "WORKSPACE_ADMIN"];

/// Makes up what is sent.
pub(crate) type Body = fn(&Story) -> Value;

/// A kind of thing that is made by a `POST` to a collection.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The kind of what it is in.
    pub(crate) inside: &'static str,
    pub(crate) collection: &'static str,
    /// What its path's parameter is called.
    pub(crate) parameter: &'static str,
    pub(crate) spec: Body,
    /// What can be done with it beside declaring it, and what is sent.
    pub(crate) verbs: &'static [(&'static str, Body)],
}

pub(crate) static KINDS: [Kind; 14] = [
    Kind {
        name: "Project",
        inside: "Org",
        collection: "projects",
        parameter: "project",
        spec: |story| match story.dice.below(3) {
            0 => json!({}),
            _ => json!({ "quota": { "pods": 20 + story.dice.below(80) }, "excludedNamespaces": ["legacy"] }),
        },
        verbs: &[],
    },
    Kind {
        name: "Group",
        inside: "Org",
        collection: "groups",
        parameter: "group",
        spec: |story| json!({ "members": story.users() }),
        verbs: &[],
    },
    Kind {
        name: "RoleBinding",
        inside: "Org",
        collection: "role-bindings",
        parameter: "binding",
        spec: binding,
        verbs: &[],
    },
    Kind {
        name: "Webhook",
        inside: "Org",
        collection: "webhooks",
        parameter: "webhook",
        spec: |story| json!({ "url": format!("https://hooks.acme.test/{}", story.dice.below(9)) }),
        verbs: &[("pause", reason), ("resume", nothing), ("rotate-secret", |_| json!({ "overlapHours": 1 }))],
    },
    Kind {
        name: "Addon",
        inside: "Project",
        collection: "addons",
        parameter: "addon",
        spec: |story| json!({ "type": "yaml", "namespace": "ingress", "sharing": sharing(story) }),
        verbs: &[],
    },
    Kind {
        name: "AddonVersion",
        inside: "Addon",
        collection: "versions",
        parameter: "version",
        spec: |story| json!({ "artifact": artifact(story), "notes": format!("of {}", story.dice.below(99)) }),
        verbs: &[("activate", nothing), ("activate", nothing), ("disable", nothing)],
    },
    Kind {
        name: "Blueprint",
        inside: "Project",
        collection: "blueprints",
        parameter: "blueprint",
        spec: |story| json!({ "type": "custom", "sharing": sharing(story) }),
        verbs: &[],
    },
    Kind {
        name: "BlueprintVersion",
        inside: "Blueprint",
        collection: "versions",
        parameter: "version",
        spec: |story| {
            let addons = story.version_of("AddonVersion").into_iter().collect::<Vec<_>>();
            json!({ "addons": addons, "drift": { "enabled": story.dice.once_in(2), "action": "notify" } })
        },
        verbs: &[("activate", nothing), ("activate", nothing), ("disable", nothing)],
    },
    Kind {
        name: "Cluster",
        inside: "Project",
        collection: "clusters",
        parameter: "cluster",
        spec: |story| json!({ "blueprint": story.version_of("BlueprintVersion"), "location": story.name() }),
        verbs: &[
            ("assign-blueprint", |story| {
                let nothing = || json!({ "name": "nothing", "version": "0" });
                story.version_of("BlueprintVersion").unwrap_or_else(nothing)
            }),
            ("bootstrap", nothing),
            ("decommission", |_| json!({ "force": true })),
        ],
    },
    Kind {
        name: "Namespace",
        inside: "Project",
        collection: "namespaces",
        parameter: "namespace",
        spec: |story| {
            let quota =
                if story.dice.once_in(2) { json!({ "pods": story.dice.below(40) }) } else { json!({}) };
            json!({ "quota": quota, "placement": { "labelSelector": "" } })
        },
        verbs: &[("publish", nothing), ("publish", nothing), ("unpublish", nothing)],
    },
    Kind {
        name: "Workload",
        inside: "Project",
        collection: "workloads",
        parameter: "workload",
        spec: |story| {
            json!({ "namespace": story.name_of("Namespace"), "type": "yaml", "artifact": artifact(story),
                "placement": { "labelSelector": story.selector() } })
        },
        verbs: &[
            ("publish", |story| json!({ "notes": story.name() })),
            ("publish", |story| json!({ "notes": story.name() })),
            ("unpublish", nothing),
            ("rollback", |story| json!({ "toRevision": 1 + story.dice.below(2) })),
        ],
    },
    Kind {
        name: "User",
        inside: "Org",
        collection: "users",
        parameter: "user",
        spec: |story| {
            json!({ "email": format!("{}-{}@acme.test", story.name(), story.dice.below(9)), "firstName": story.name(),
                "lastName": "Tree", "access": "programmatic", "roles": [story.dice.one(&ROLES)] })
        },
        verbs: &[("suspend", reason), ("reactivate", reason), ("remove", reason)],
    },
    Kind {
        name: "Org",
        inside: "Nothing",
        collection: "orgs",
        parameter: "org",
        spec: |story| json!({ "externalId": format!("crm-{}", story.dice.below(4)) }),
        verbs: &[("deactivate", reason), ("activate", reason), ("approve", reason)],
    },
    Kind {
        name: "Partner",
        inside: "Nothing",
        collection: "partners",
        parameter: "partner",
        spec: |story| json!({ "productName": story.name() }),
        verbs: &[],
    },
];

pub(crate) fn kind(name: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.name == name).unwrap()
}

fn nothing(_: &Story) -> Value {
    Value::Null
}

fn reason(_: &Story) -> Value {
    json!({ "reason": "so it goes" })
}

fn sharing(story: &Story) -> Value {
    json!({ "mode": story.dice.one(&["none", "all"]) })
}

fn artifact(story: &Story) -> Value {
    let name = story.name();
    json!({ "inline": format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n") })
}

fn binding(story: &Story) -> Value {
    let user = story.users().into_iter().next();
    let group = story.any("Group").map(|group| json!({ "kind": "Group", "id": group.id }));
    let subject = match (user, group) {
        (Some(user), group) if group.is_none() || story.dice.once_in(2) => {
            json!({ "kind": "User", "id": user })
        }
        (_, group) => group.unwrap_or_default(),
    };
    let project = story.any("Project").filter(|_| !story.dice.once_in(4)).map(|project| &project.id);
    let ends = story.dice.once_in(3).then(|| story.in_hours(2));
    json!({ "role": story.dice.one(&ROLES), "subject": subject, "scope": { "project": project }, "expiresAt": ends })
}
