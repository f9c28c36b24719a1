//! Migrations: one idea a file, and every table knows whose its rows are.

use crate::files::below;
use crate::sql::words;
use crate::{assert_none, except};

/// Tables of the whole installation.
pub(crate) const INSTALLATION_WIDE: [(&str, &str); 8] = [
    ("next_generation.progress", "one row: how far the next generation of read models is"),
    ("ledger_epochs", "the lives of the whole ledger"),
    ("installation", "one row: which keyring the database belongs to"),
    ("ledger_head", "one row: where the ledger ends"),
    ("ledger_batches", "which position was the last at which moment, for all scopes together"),
    ("anonymous_attempts", "nobody knows whose they are"),
    ("leases", "timers of the installation"),
    ("sink_cursors", "a sink takes everything that happens in the installation"),
];

/// Tables whose rows say whose they are, but whose keys do not begin with it.
const KEYED_OTHERWISE: [(&str, &str); 4] = [
    ("document_versions", "found by an id that a scoped read has found, or by parent_id"),
    ("key_verifiers", "asked for the public half of a key before anybody knows whose it is"),
    ("person_keys", "opens the sealed spans of a document that a scoped read has found"),
    ("key_uses", "asked for the id of a key that a scoped read has found"),
];

/// A table: its name and the words between its brackets.
pub(crate) struct Table {
    pub(crate) name: String,
    body: Vec<String>,
}

impl Table {
    pub(crate) fn has_scope(&self) -> bool {
        self.body.iter().any(|word| word == "org_id")
    }

    /// Whether a key begins with the scope, be it on the column or on its own.
    fn is_keyed_by_scope(&self) -> bool {
        let at = |index: usize| self.body.get(index).map(String::as_str);
        (0..self.body.len()).any(|index| match at(index) {
            Some("KEY" | "UNIQUE") => at(index + 1) == Some("(") && at(index + 2) == Some("org_id"),
            Some("org_id") => at(index + 2) == Some("PRIMARY"),
            Some(_) | None => false,
        })
    }
}

pub(crate) fn tables() -> Vec<Table> {
    let text: String = below("migrations", ".sql").into_iter().map(|file| file.text).collect();
    let words = words(&text);
    let starts = (0..words.len()).filter(|at| words[*at..].starts_with(&["CREATE".into(), "TABLE".into()]));
    starts
        .map(|at| {
            let body = words[at + 3..].iter().take_while(|word| *word != ";").cloned().collect();
            Table { name: words[at + 2].clone(), body }
        })
        .collect()
}

/// Whether an index begins with the scope or with what lists the rows.
fn indexed_by_scope(table: &str) -> bool {
    let text: String = below("migrations", ".sql").into_iter().map(|file| file.text).collect();
    words(&text)
        .windows(4)
        .any(|window| window[0] == "ON" && window[1] == table && window[2] == "(" && window[3] == "org_id")
}

#[test]
fn every_table_says_whose_its_rows_are() {
    let tables = tables();
    assert!(!tables.is_empty());
    let without = tables.iter().filter(|table| !table.has_scope()).map(|table| table.name.clone()).collect();
    assert_none("every row has an org_id", &except(without, &INSTALLATION_WIDE));
}

#[test]
fn every_table_is_keyed_by_scope() {
    let without = tables()
        .into_iter()
        .filter(|table| table.has_scope() && !table.is_keyed_by_scope() && !indexed_by_scope(&table.name))
        .map(|table| table.name)
        .collect();
    assert_none("a key begins with org_id", &except(without, &KEYED_OTHERWISE));
}

#[test]
fn migrations_are_numbered_in_their_order_and_say_their_idea() {
    let (mut broken, mut last) = (vec![], 0);
    for file in below("migrations", ".sql") {
        let name = file.path.trim_start_matches("migrations/");
        let number = name.split_once('_').filter(|(number, _)| number.len() == 4);
        match number.and_then(|(number, _)| number.parse::<u32>().ok()) {
            Some(number) if number > last => last = number,
            Some(number) => broken.push(format!("{name}: there is another with the number {number}")),
            None => broken.push(format!("{name} does not begin with a number of four digits")),
        }
        let header: Vec<_> = file.text.lines().take_while(|line| line.starts_with("-- ")).collect();
        if !header.last().is_some_and(|line| line.ends_with('.')) {
            broken.push(format!("{name} does not begin with a sentence that says its idea"));
        }
        if !file.text.lines().nth(header.len()).is_some_and(str::is_empty) {
            broken.push(format!("{name}: an empty line stands after its idea"));
        }
    }
    assert_none("migrations", &broken);
}
