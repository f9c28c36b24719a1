//! A second, slow reading of the rules, for comparison: the table as it is written for people, and places as paths
//! (`/p1/o11/j111/n1111`) compared as texts.

use std::collections::BTreeMap;

/// The table for people.
const TABLE: &str = include_str!("table.md");

/// Columns, as the table abbreviates them, and the roles' names.
const ROLES: [(&str, &str); 15] = [
    ("OP", "OPERATOR"),
    ("PA", "PARTNER_ADMIN"),
    ("PR", "PARTNER_READ_ONLY"),
    ("OA", "ORG_ADMIN"),
    ("OR", "ORG_READ_ONLY"),
    ("AU", "AUDITOR"),
    ("JA", "PROJECT_ADMIN"),
    ("JR", "PROJECT_READ_ONLY"),
    ("IA", "INFRA_ADMIN"),
    ("IR", "INFRA_READ_ONLY"),
    ("CA", "CLUSTER_ADMIN"),
    ("WA", "WORKSPACE_ADMIN"),
    ("WR", "WORKSPACE_READ_ONLY"),
    ("NA", "NAMESPACE_ADMIN"),
    ("NR", "NAMESPACE_READ_ONLY"),
];

/// Cells by permission and role: `x`, `o`, `m`, `n`, `l`, or empty.
pub(super) struct Reference(BTreeMap<(String, String), String>);

/// Where a role is given: a path, and the names of namespaces under it if it is given on these only.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub path: String,
    pub namespaces: Option<Vec<String>>,
}

/// A question in the terms of this reading.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub grants: Vec<(String, Place)>,
    pub read_only: bool,
    pub cap: Option<String>,
    pub projects: Vec<String>,
    pub permission: String,
    pub target: String,
    pub made_by_caller: bool,
}

impl Reference {
    pub(super) fn read() -> Self {
        let mut lines =
            TABLE.lines().map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let mut cells = BTreeMap::new();
        for line in lines.skip(1) {
            let names = line[0].rsplit("; ").next().unwrap().split(" (").next().unwrap();
            for permission in names.split(", ") {
                for (letter, abbreviation) in line[1..].iter().zip(&header[1..]) {
                    let role = ROLES.iter().find(|(short, _)| short == abbreviation).unwrap().1;
                    cells.insert((permission.to_owned(), role.to_owned()), (*letter).to_owned());
                }
            }
        }
        Self(cells)
    }

    pub(super) fn permissions(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.keys().map(|(permission, _)| permission.clone()).collect();
        names.dedup();
        names
    }

    pub(super) fn cell(&self, permission: &str, role: &str) -> &str {
        &self.0[&(permission.to_owned(), role.to_owned())]
    }

    pub(super) fn allows(&self, question: &Question) -> bool {
        let reads = question.permission.ends_with("read")
            || ["apiKey.readOthers", "org.list", "ledger.proof", "ledger.export", "access.checkOthers"]
                .contains(&question.permission.as_str())
            || question.permission.starts_with("audit.");
        if question.read_only && !reads {
            return false;
        }
        if !question.projects.is_empty() {
            let inside = question.projects.iter().any(|project| is_at_or_under(&question.target, project));
            let on_the_way = depth(&question.target) < 3
                && ["org.read", "org.list"].contains(&question.permission.as_str());
            if !inside && !on_the_way {
                return false;
            }
        }
        question.grants.iter().any(|(role, place)| {
            is_wellformed(role, place)
                && self.role_allows(role, place, question)
                && question.cap.as_ref().is_none_or(|cap| self.role_allows(cap, place, question))
        })
    }

    pub(super) fn visible(&self, question: &Question) -> bool {
        let readable = |target: &str| {
            let reading = ["operator.read", "partner.read", "org.read", "project.read", "namespace.read"]
                [depth(target)];
            self.allows(&Question { permission: reading.into(), target: target.into(), ..question.clone() })
        };
        let target = question.target.as_str();
        let parent = target.rsplit_once('/').map_or("", |(parent, _)| parent);
        target.is_empty() || readable(target) || readable(parent)
    }

    fn role_allows(&self, role: &str, place: &Place, question: &Question) -> bool {
        let target = question.target.as_str();
        let own = depth(target) <= 2 && {
            // The part of the place that an own thing can be: a partner's orgs, or the org around the place.
            let home: Vec<&str> = place.path.split('/').take(3).collect();
            is_at_or_under(target, &home.join("/"))
        };
        match self.cell(&question.permission, role) {
            "" => false,
            "x" => {
                covers(place, target)
                    || depth(target) == home_depth(&question.permission) && surrounds(target, place)
            }
            "o" | "l" => own,
            "m" => own && question.made_by_caller,
            "n" => place.namespaces.is_some() && covers(place, target),
            other => panic!("cell {other:?}"),
        }
    }
}

/// 0 for the installation, whose path is empty, to 4 for namespaces.
fn depth(path: &str) -> usize {
    path.matches('/').count()
}

fn is_at_or_under(path: &str, ancestor: &str) -> bool {
    path == ancestor || path.starts_with(&format!("{ancestor}/"))
}

fn covers(place: &Place, target: &str) -> bool {
    match &place.namespaces {
        None => is_at_or_under(target, &place.path),
        Some(names) => names.iter().any(|name| is_at_or_under(target, &format!("{}/{name}", place.path))),
    }
}

/// True for the org or project that has the place inside.
fn surrounds(target: &str, place: &Place) -> bool {
    let inside = if place.namespaces.is_some() { format!("{}/?", place.path) } else { place.path.clone() };
    depth(target) >= 2 && inside != target && is_at_or_under(&inside, target)
}

/// How deep the things of a permission are.
fn home_depth(permission: &str) -> usize {
    match permission.split_once('.').unwrap() {
        ("operator", _) | ("partner", "create") | ("audit", "platform") => 0,
        ("partner" | "partnerUser", _) | ("org", "create") => 1,
        ("org" | "user" | "group" | "apiKey" | "webhook" | "ledger", _)
        | ("project", "create")
        | ("audit", "org")
        | ("roleBinding", "writeOrg") => 2,
        ("namespace" | "workload", _) => 4,
        _ => 3,
    }
}

fn is_wellformed(role: &str, place: &Place) -> bool {
    let depths: &[usize] = match role {
        "OPERATOR" => &[0],
        "PARTNER_ADMIN" | "PARTNER_READ_ONLY" => &[1],
        "ORG_ADMIN" | "ORG_READ_ONLY" | "AUDITOR" => &[2],
        "NAMESPACE_ADMIN" | "NAMESPACE_READ_ONLY" => return place.namespaces.is_some(),
        _ => &[2, 3],
    };
    place.namespaces.is_none() && depths.contains(&depth(&place.path))
}
