//! What lies where: one aggregate, one read model and one operation look like all the others.

use crate::files::{below, folders, names, root, sources};
use crate::layers::MACHINERY;
use crate::{assert_none, except};
use std::collections::BTreeSet;
use syn::{Attribute, Item};

/// The longest a file may be, its tests aside.
const MOST_LINES: usize = 400;

/// Files that are longer, each with its reason.
const LONGER: [(&str, &str); 0] = [];

/// Read models that differ from the others.
const OTHER_READ_MODELS: [(&str, &str); 1] = [(
    "documents: [\"listing.rs\", \"mod.rs\", \"projector.rs\", \"query.rs\", \"sql\"]",
    "pages of every kind are put together there",
)];

#[test]
fn every_aggregate_has_the_same_four_files() {
    let mut broken = vec![];
    for aggregate in folders("aggregates/src") {
        let names = names(&format!("aggregates/src/{aggregate}"));
        if names != ["command.rs", "error.rs", "event.rs", "mod.rs"] {
            broken.push(format!("{aggregate}: {names:?}"));
        }
    }
    assert_none("an aggregate is mod.rs, command.rs, event.rs, error.rs", &broken);
}

#[test]
fn every_read_model_has_the_same_files() {
    let mut broken = vec![];
    for model in folders("projections/src") {
        let mut names = names(&format!("projections/src/{model}"));
        // What has events of its own says what is public of them.
        names.retain(|name| name != "events.rs");
        let with_sql = ["audit", "documents", "events", "history"].contains(&model.as_str());
        let expected: &[&str] = if with_sql {
            &["mod.rs", "projector.rs", "query.rs", "sql"]
        } else {
            &["mod.rs", "projector.rs", "query.rs"]
        };
        if names != expected {
            broken.push(format!("{model}: {names:?}"));
        }
    }
    let broken = except(broken, &OTHER_READ_MODELS);
    assert_none(
        "a read model is mod.rs, projector.rs, query.rs, with events.rs where it has events of its own; audit, documents, \
         events and history also keep sql/",
        &broken,
    );
}

#[test]
fn no_file_is_too_long_to_be_read() {
    let long = |text: &str| text.lines().count() > MOST_LINES;
    let broken = sources().into_iter().filter(|file| long(&file.product())).map(|file| file.path).collect();
    assert_none("longer than 400 lines", &except(broken, &LONGER));
}

#[test]
fn every_file_of_a_resource_is_one_operation() {
    let mut broken = vec![];
    for resource in folders("src/http").into_iter().filter(|name| !MACHINERY.contains(&name.as_str())) {
        for file in below(&format!("src/http/{resource}"), ".rs").into_iter().filter(|file| !file.is_test()) {
            let operations = operations(&syn::parse_file(&file.text).unwrap().items);
            let expected = usize::from(!file.path.ends_with("/mod.rs"));
            if operations != expected {
                broken.push(format!("{} has {operations} operations", file.path));
            }
        }
    }
    assert_none("one operation, one file; none in mod.rs", &broken);
}

/// How many functions are operations of the API.
fn operations(items: &[Item]) -> usize {
    let is_operation = |attributes: &[Attribute]| {
        attributes.iter().any(|attribute| {
            let path: Vec<_> =
                attribute.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
            path == ["utoipa", "path"]
        })
    };
    let functions =
        items.iter().filter(|item| matches!(item, Item::Fn(function) if is_operation(&function.attrs)));
    functions.count()
}

/// What is stored is described, and nothing else: a row of `docs/events.md` for every type of event that there is a golden
/// file of.
#[test]
fn every_event_has_a_row_in_the_docs() {
    let stored: BTreeSet<String> = names("aggregates/tests/golden/events")
        .iter()
        .filter_map(|file| file.split_once(".v").map(|(kind, _)| kind.to_owned()))
        .collect();
    let page = std::fs::read_to_string(root().join("docs/events.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    let described: BTreeSet<String> =
        rows.map(|(kind, _)| kind.to_owned()).filter(|kind| kind.contains('.')).collect();
    let differ: Vec<String> = stored.symmetric_difference(&described).cloned().collect();
    assert_none("a row for each event that is stored", &differ);
}
