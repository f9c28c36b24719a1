//! Random sets of documents of all kinds that refer to each other, and to some that are not among them.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;
use serde_json::{Value, json};

const MANIFEST: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

/// Which thing a document declares.
pub(super) fn place(document: &Value) -> String {
    let metadata = &document["metadata"];
    let of = ["project", "addon", "blueprint"].map(|of| metadata[of].as_str().unwrap_or_default());
    format!("{} {} {}", document["kind"], of.join("/"), metadata["name"])
}

/// One of so few names that documents meet.
fn one_of(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(names).prop_map(ToOwned::to_owned)
}

fn project() -> impl Strategy<Value = String> {
    one_of(&["p0", "p0", "p0", "p1", "p1", "nowhere"])
}

fn addon() -> impl Strategy<Value = String> {
    one_of(&["a0", "a0", "a1"])
}

fn blueprint() -> impl Strategy<Value = String> {
    one_of(&["b0", "b1", "b2"])
}

fn version() -> impl Strategy<Value = String> {
    one_of(&["1.0.0", "1.0.0", "2.0.0"])
}

fn cluster() -> impl Strategy<Value = String> {
    one_of(&["c0", "c1"])
}

fn namespace() -> impl Strategy<Value = String> {
    one_of(&["n0", "n1"])
}

/// Most of what there could be is not said twice: the key is the place.
fn documents_of<S>(
    kind: &'static str,
    places: S,
    most: usize,
    spec: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Vec<Value>>
where
    S: Strategy<Value = Vec<(&'static str, String)>> + 'static,
{
    let all = btree_map(places, spec, 0..=most);
    let document = move |(place, spec): (Vec<(&'static str, String)>, Value)| {
        let metadata: serde_json::Map<_, _> =
            place.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        json!({ "kind": kind, "metadata": metadata, "spec": spec })
    };
    all.prop_map(move |all| all.into_iter().map(document).collect()).boxed()
}

fn named(name: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<(&'static str, String)>> {
    name.prop_map(|name| vec![("name", name)])
}

fn inside(name: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<(&'static str, String)>> {
    (project(), name).prop_map(|(project, name)| vec![("name", name), ("project", project)])
}

fn version_of(
    of: &'static str,
    name: impl Strategy<Value = String>,
) -> impl Strategy<Value = Vec<(&'static str, String)>> {
    (project(), name, version())
        .prop_map(move |(project, name, version)| vec![("name", version), ("project", project), (of, name)])
}

fn sharing() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({ "mode": "none" })),
        Just(json!({ "mode": "all" })),
        project().prop_map(|project| json!({ "mode": "projects", "projects": [project] })),
    ]
}

fn placement() -> impl Strategy<Value = Value> {
    vec(cluster(), 0..2).prop_map(|clusters| json!({ "clusters": clusters }))
}

fn blueprint_version() -> impl Strategy<Value = Value> {
    let addon = (addon(), version(), proptest::bool::ANY);
    let base = proptest::option::weighted(0.5, (blueprint(), version()));
    (vec(addon, 0..3), base, proptest::bool::weighted(0.8)).prop_map(|(addons, base, active)| {
        let mut before = vec![];
        let addons: Vec<Value> = addons
            .into_iter()
            .map(|(name, version, depends)| {
                let depends_on: Vec<String> = if depends { before.clone() } else { vec![] };
                before.push(name.clone());
                json!({ "name": name, "version": version, "dependsOn": depends_on })
            })
            .collect();
        let base = base.map(|(name, version)| json!({ "name": name, "version": version }));
        json!({ "addons": addons, "base": base, "active": active })
    })
}

fn binding() -> impl Strategy<Value = Value> {
    let scope = prop_oneof![
        Just(("AUDITOR", json!({ "project": null }))),
        project().prop_map(|project| ("PROJECT_ADMIN", json!({ "project": project }))),
        (project(), namespace()).prop_map(|(project, namespace)| {
            ("NAMESPACE_ADMIN", json!({ "project": project, "namespaces": [namespace] }))
        }),
    ];
    (scope, one_of(&["g0", "g1"])).prop_map(|((role, scope), group)| {
        json!({ "role": role, "subject": { "kind": "Group", "name": group }, "scope": scope })
    })
}

/// Up to some forty documents, no two of the same thing.
pub(super) fn documents_of_all_kinds() -> impl Strategy<Value = Vec<Value>> {
    let pods = |most: u32| (1..most).prop_map(|pods| json!({ "quota": { "pods": pods } }));
    let bound = proptest::option::weighted(0.5, (blueprint(), version()))
        .prop_map(|bound| bound.map(|(name, version)| json!({ "name": name, "version": version })));
    let kinds = [
        documents_of("Project", named(one_of(&["p0", "p0", "p1", "p2"])), 3, pods(30)),
        documents_of("Group", named(one_of(&["g0", "g1"])), 2, Just(json!({}))),
        documents_of("RoleBinding", named(one_of(&["r0", "r1", "r2"])), 3, binding()),
        documents_of(
            "Addon",
            inside(addon()),
            4,
            sharing().prop_map(|sharing| json!({ "type": "yaml", "sharing": sharing })),
        ),
        documents_of(
            "AddonVersion",
            version_of("addon", addon()),
            6,
            proptest::bool::weighted(0.8)
                .prop_map(|active| json!({ "artifact": { "inline": MANIFEST }, "active": active })),
        ),
        documents_of(
            "Blueprint",
            inside(blueprint()),
            5,
            (one_of(&["custom", "golden"]), sharing())
                .prop_map(|(kind, sharing)| json!({ "type": kind, "sharing": sharing })),
        ),
        documents_of("BlueprintVersion", version_of("blueprint", blueprint()), 6, blueprint_version()),
        documents_of(
            "Cluster",
            inside(cluster()),
            3,
            (bound, sharing()).prop_map(|(bound, sharing)| json!({ "blueprint": bound, "sharing": sharing })),
        ),
        documents_of(
            "Namespace",
            inside(namespace()),
            4,
            (pods(20), placement()).prop_map(|(mut spec, placement)| {
                spec["placement"] = placement;
                spec
            }),
        ),
        documents_of(
            "Workload",
            inside(one_of(&["w0", "w1"])),
            3,
            (namespace(), placement()).prop_map(|(namespace, placement)| {
                json!({
                    "namespace": namespace, "type": "yaml", "artifact": { "inline": MANIFEST },
                    "placement": placement
                })
            }),
        ),
        documents_of(
            "Webhook",
            named(one_of(&["h0", "h1"])),
            2,
            Just(json!({ "url": "https://hooks.acme.test/in" })),
        ),
    ];
    kinds.to_vec().prop_map(|kinds| kinds.concat()).prop_filter("nothing", |all| !all.is_empty())
}
