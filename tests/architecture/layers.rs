//! The layer table: which part may use what.

use crate::assert_none;
use crate::files::{File, below, folders, sources};
use crate::tokens::{Token, has, reaches, tokens, uses};
use serde_json::Value;
use std::process::Command;

/// What a library crate may depend on. Only what it uses may stand in its manifest.
const DEPENDENCIES: [(&str, &[&str]); 4] = [
    ("quarterdeck-values", &["ipnet", "serde", "serde_json", "thiserror", "utoipa", "uuid"]),
    (
        "quarterdeck-aggregates",
        &["cqrs-es", "quarterdeck-values", "serde", "serde_json", "thiserror", "uuid"],
    ),
    ("quarterdeck-api", &["quarterdeck-values", "serde", "serde_json", "utoipa", "uuid"]),
    (
        "quarterdeck-projections",
        &[
            "cqrs-es",
            "quarterdeck-aggregates",
            "quarterdeck-api",
            "quarterdeck-values",
            "serde",
            "serde_json",
            "sqlx",
            "thiserror",
            "uuid",
        ],
    ),
];

/// Where the code of a part lies, and what it never uses, besides what its manifest forbids.
const NEVER: [(&str, &[&str]); 9] = [
    ("values/src", &["aggregates", "projections", "api", "sqlx", "axum", "tokio", "cqrs_es"]),
    ("aggregates/src", &["sqlx", "axum", "tokio", "utoipa", "api", "projections"]),
    ("api/src", &["aggregates", "projections", "sqlx", "axum", "tokio", "cqrs_es"]),
    ("projections/src", &["axum", "tokio", "postgres_es"]),
    ("src/ledger", &["axum", "utoipa"]),
    ("src/app", &["axum", "utoipa"]),
    ("src/authn", &["axum", "utoipa"]),
    ("src/authz", &["sqlx", "axum", "tokio", "cqrs_es", "postgres_es", "aggregates", "projections"]),
    ("src/http", &["sqlx", "cqrs_es", "postgres_es"]),
];

/// Modules of the service that a part of it never uses.
const NEVER_INSIDE: [(&str, &[&str]); 6] = [
    (
        "src/authz",
        &["app", "authn", "clock", "config", "crypto", "database", "http", "ledger", "postgres", "serve"],
    ),
    ("src/ledger", &["app", "authn", "authz", "http", "serve"]),
    ("src/authn", &["app", "http", "serve"]),
    ("src/app", &["http", "serve"]),
    ("src/crypto", &["app", "authn", "authz", "database", "http", "postgres", "serve"]),
    ("src/postgres", &["app", "authn", "authz", "http", "ledger", "serve"]),
];

/// What pure parts do not take from the standard library: I/O, clocks, threads, the environment.
const IMPURE: [&str; 6] = ["env", "fs", "process", "thread", "time", "io"];

/// Folders of `src/http` that hold no resource. `record` holds operations that every resource has, written once.
pub(crate) const MACHINERY: [&str; 6] = ["body", "call", "documentation", "problem", "record", "request"];

/// The product's files in a folder or the module of its name, as tokens.
fn part(folder: &str) -> Vec<(String, Vec<Token>)> {
    let inside = format!("{folder}/");
    let module = format!("{folder}.rs");
    let belongs = |file: &File| file.path.starts_with(&inside) || file.path == module;
    let files = sources().into_iter().filter(belongs);
    files.map(|file| (file.path.clone(), tokens(&file.product(), &file.path))).collect()
}

#[test]
fn no_part_uses_what_is_beneath_or_beside_it() {
    let mut broken = vec![];
    for (folder, never) in NEVER {
        for (path, tokens) in part(folder) {
            broken.extend(
                never.iter().filter(|name| uses(&tokens, name)).map(|name| format!("{path} uses {name}")),
            );
        }
    }
    for (folder, never) in NEVER_INSIDE {
        for (path, tokens) in part(folder) {
            let used = never.iter().filter(|name| reaches(&tokens, "crate", name));
            broken.extend(used.map(|name| format!("{path} uses crate::{name}")));
        }
    }
    assert_none("the layer table is broken", &broken);
}

#[test]
fn the_rules_and_the_authorizer_do_no_input_or_output_and_have_no_clock() {
    let mut broken = vec![];
    for folder in ["values/src", "aggregates/src", "api/src", "src/authz"] {
        for (path, tokens) in part(folder) {
            for module in IMPURE {
                if reaches(&tokens, "std", module) {
                    broken.push(format!("{path} uses std::{module}"));
                }
            }
        }
    }
    assert_none("pure parts do no I/O", &broken);
}

#[test]
fn only_crypto_uses_ring() {
    let elsewhere = sources().into_iter().filter(|file| !file.path.starts_with("src/crypto/"));
    let broken: Vec<_> = elsewhere
        .filter(|file| uses(&tokens(&file.text, &file.path), "ring"))
        .map(|file| file.path)
        .collect();
    assert_none("all cryptography is behind one module", &broken);
}

#[test]
fn no_resource_uses_another_resources_folder() {
    let resources: Vec<_> =
        folders("src/http").into_iter().filter(|name| !MACHINERY.contains(&name.as_str())).collect();
    let mut broken = vec![];
    for resource in &resources {
        for file in below(&format!("src/http/{resource}"), ".rs") {
            let tokens = tokens(&file.text, &file.path);
            let others = resources.iter().filter(|other| *other != resource);
            let used = others.filter(|other| {
                reaches(&tokens, "http", other)
                    || has(&tokens, &["super", ":", ":", "super", ":", ":", other])
            });
            broken.extend(used.map(|other| format!("{} uses {other}", file.path)));
        }
    }
    assert_none("what two resources share lies beside them", &broken);
}

#[test]
fn crates_depend_on_what_the_table_lets_them_and_on_nothing_they_do_not_use() {
    let metadata = metadata();
    let mut broken = vec![];
    for (package, may) in DEPENDENCIES {
        let folder = package.trim_start_matches("quarterdeck-");
        let code: Vec<_> =
            part(&format!("{folder}/src")).into_iter().flat_map(|(_, tokens)| tokens).collect();
        for dependency in dependencies(&metadata, package) {
            if !may.contains(&dependency.as_str()) {
                broken.push(format!("{package} depends on {dependency}"));
            }
            let name = dependency.trim_start_matches("quarterdeck-").replace('-', "_");
            if !uses(&code, &name) {
                broken.push(format!("{package} depends on {dependency} and does not use it"));
            }
        }
    }
    assert_none("the manifests break the layer table", &broken);
}

#[test]
fn there_is_one_sqlx() {
    let lock = std::fs::read_to_string(crate::files::root().join("Cargo.lock")).unwrap();
    let versions = lock.matches("name = \"sqlx\"\n").count();
    assert_eq!(versions, 1, "two versions in one tree do not share a pool type");
}

/// The names of a package's dependencies; those of its tests aside.
fn dependencies(metadata: &Value, package: &str) -> Vec<String> {
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|found| found["name"] == package);
    let found = found.unwrap_or_else(|| panic!("there is no package {package}"));
    let dependencies = found["dependencies"].as_array().unwrap().iter();
    dependencies
        .filter(|dependency| dependency["kind"].is_null())
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--locked", "--offline"])
        .current_dir(crate::files::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
