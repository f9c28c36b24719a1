//! SQL: written down, never built, and never without a scope.

use crate::files::{below, sources};
use crate::migrations::{Table, tables};
use crate::tokens::{Token, tokens};
use crate::{assert_none, except};

/// `file: table` of every clause that reaches into a table without naming a scope.
const WITHOUT_SCOPE: [(&str, &str); 32] = [
    (
        "src/app/clusters/agents.rs: join_tokens",
        "asked for the id of a token before anybody knows whose it is",
    ),
    ("src/commands/replay.rs: documents", "an org by its name, whosever it is, on the host"),
    ("src/ledger/anchor.rs: events", "one position of the whole ledger"),
    ("src/ledger/anchor.rs: merkle_nodes", "forgets the nodes of another history, whosever they are"),
    ("src/ledger/verify/trees.rs: merkle_nodes", "verifies the trees of all"),
    ("src/ledger/proofs/tree.rs: events", "the installation's own tree is over everybody's leaves"),
    ("src/ledger/proofs/nodes.rs: events", "the trees, of all, to which a stretch of the ledger adds"),
    ("src/ledger/proofs/signer.rs: events", "the scopes, of all, in which something has happened"),
    ("src/ledger/proofs/signer.rs: checkpoint_requests", "what any process wants signed"),
    ("src/app/people.rs: person_keys", "persons by the ids that sealed spans of documents name"),
    ("src/ledger/record.rs: person_keys", "destroys keys of persons by their ids, wherever they are known"),
    (
        "src/ledger/sql/record.sql: person_keys",
        "destroys keys of persons by their ids, wherever they are known",
    ),
    ("src/ledger/erasures.rs: events", "who, of all, was erased"),
    ("projections/src/documents/sql/among_ids.sql: documents", "each is then held against the parents"),
    (
        "projections/src/documents/sql/stored.sql: documents",
        "an answer to whoever has just made this version",
    ),
    (
        "projections/src/documents/sql/stored.sql: document_versions",
        "an answer to whoever has just made this version",
    ),
    ("projections/src/documents/sql/list_by_name.sql: events", "when one position of the whole ledger was"),
    (
        "projections/src/documents/sql/list_by_updated_at.sql: events",
        "when one position of the whole ledger was",
    ),
    ("src/ledger/artifacts.rs: artifacts", "forgets what nothing refers to, whosever it is"),
    ("src/ledger/verify.rs: events", "reads the whole ledger"),
    ("src/ledger/sql/read_all.sql: events", "reads the whole ledger"),
    ("src/ledger/rebuild/sql/last_of_streams.sql: events", "reads the whole ledger"),
    ("src/ledger/rebuild/sql/earlier_events.sql: events", "streams that the whole ledger goes on with"),
    ("src/ledger/rebuild/personal.rs: person_keys", "persons by the ids that sealed names say"),
    ("projections/src/api_keys/query.rs: object_references", "which keys, of all, have ended by the clock"),
    ("src/webhooks/store.rs: deliveries", "forgets what is old, whosever it is"),
    ("src/app/timers.rs: idempotency_replies", "forgets what is old, whosever it is"),
    (
        "projections/src/role_bindings/query.rs: object_references",
        "what the timer finds to have ended, anywhere",
    ),
    ("projections/src/role_bindings/query.rs: documents", "in which org that is"),
    ("src/ledger/sql/ask_head.sql: scopes", "asks in which scopes, of all, somebody's rights have changed"),
    (
        "src/ledger/sql/probe.sql: documents",
        "the versions of streams that the batch itself writes to, and the names of what leans on its targets",
    ),
    (
        "src/ledger/writer.rs: events",
        "whether the batch whose commit went unanswered is there, by its position",
    ),
];

/// Where the text of a statement arrives in a variable.
const IN_A_VARIABLE: [(&str, &str); 2] = [
    (
        "projections/src/documents/listing.rs: query",
        "put together from files when the program starts, by how a list is sorted",
    ),
    ("src/postgres/mod.rs: statement", "a `&'static str`, set up by the superuser before anything is there"),
];

/// The words of a statement: brackets, commas and semicolons stand alone, comments are gone.
pub(crate) fn words(sql: &str) -> Vec<String> {
    let code: Vec<_> = sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code)).collect();
    let mut spaced = String::new();
    for char in code.join("\n").chars() {
        if matches!(char, '(' | ')' | ',' | ';' | '=') {
            spaced.extend([' ', char, ' ']);
        } else {
            spaced.push(char);
        }
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

fn is_sql(text: &str) -> bool {
    let first = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH ", "MERGE ", "TRUNCATE "];
    first.iter().any(|verb| text.trim_start().starts_with(verb))
}

/// Where it stands and its text, for every statement of the product.
fn statements() -> Vec<(String, String)> {
    let mut found = vec![];
    for file in sources() {
        let tokens = tokens(&file.product(), &file.path);
        let texts = tokens
            .into_iter()
            .filter_map(|token| if let Token::Text(text) = token { Some(text) } else { None });
        found.extend(texts.filter(|text| is_sql(text)).map(|text| (file.path.clone(), text)));
    }
    for folder in crate::files::SOURCES {
        found.extend(below(folder, ".sql").into_iter().map(|file| (file.path, file.text)));
    }
    found
}

/// Cuts a statement where a part of it begins that has conditions of its own.
fn clauses(words: &[String]) -> Vec<&[String]> {
    let begins = |at: usize| {
        let next = words.get(at + 1).map(String::as_str);
        match words[at].as_str() {
            "SELECT" | "DELETE" | "INSERT" | "UNION" => true,
            "UPDATE" => {
                next != Some("SET") && words.get(at.wrapping_sub(1)).is_none_or(|before| before != "FOR")
            }
            _ => false,
        }
    };
    let mut cuts: Vec<_> = (0..words.len()).filter(|at| begins(*at)).collect();
    cuts.push(words.len());
    cuts.windows(2).map(|cut| &words[cut[0]..cut[1]]).collect()
}

/// The tables with a scope that a clause reaches into.
fn reached<'a>(clause: &'a [String], scoped: &[String]) -> Vec<&'a String> {
    let before = ["FROM", "JOIN", "INTO", "UPDATE", "USING", ","];
    let pairs = clause.windows(2).filter(|pair| before.contains(&pair[0].as_str()));
    pairs.map(|pair| &pair[1]).filter(|table| scoped.contains(table)).collect()
}

/// Whether a clause compares the scope with something, or sets it in a new row.
fn names_scope(clause: &[String]) -> bool {
    let is_scope = |word: &String| {
        let column = word.rsplit('.').next().unwrap();
        column == "org_id" || column == "parent_id"
    };
    (0..clause.len()).filter(|at| is_scope(&clause[*at])).any(|at| {
        let after = clause.get(at + 1).is_some_and(|word| ["=", "IN"].contains(&word.as_str()));
        let before = at.checked_sub(1).is_some_and(|before| clause[before] == "=");
        after || before || clause[0] == "INSERT"
    })
}

#[test]
fn every_statement_names_its_scope() {
    let scoped: Vec<_> = tables().into_iter().filter(Table::has_scope).map(|table| table.name).collect();
    let mut broken = vec![];
    let statements = statements();
    assert!(statements.len() > 20, "statements are found");
    for (path, sql) in statements {
        for clause in clauses(&words(&sql)) {
            if !names_scope(clause) {
                broken.extend(reached(clause, &scoped).into_iter().map(|table| format!("{path}: {table}")));
            }
        }
    }
    broken.dedup();
    assert_none("a statement without a scope reads everybody's rows", &except(broken, &WITHOUT_SCOPE));
}

#[test]
fn every_statement_is_written_down() {
    let mut broken = vec![];
    for file in sources() {
        let tokens = tokens(&file.product(), &file.path);
        for at in (0..tokens.len()).filter(|at| begins_query(&tokens, *at)) {
            let argument = &tokens[at + 1..];
            let written = match argument.first() {
                Some(Token::Text(_)) => argument.get(1).is_some_and(|next| next.is(")") || next.is(",")),
                Some(first) => first.is("include_str"),
                None => false,
            };
            if !written {
                let name =
                    if let Some(Token::Word(word)) = argument.first() { word } else { "an expression" };
                broken.push(format!("{}: {name}", file.path));
            }
        }
        for name in ["QueryBuilder", "AssertSqlSafe", "raw_sql"] {
            if tokens.iter().any(|token| token.is(name)) {
                broken.push(format!("{}: {name}", file.path));
            }
        }
    }
    assert_none("SQL is a literal or a file, never built", &except(broken, &IN_A_VARIABLE));
}

/// Whether a bracket opens the arguments of `sqlx::query…(` here; its type arguments may stand between.
fn begins_query(tokens: &[Token], at: usize) -> bool {
    if !tokens[at].is("(") {
        return false;
    }
    let mut name = at;
    if name > 0 && tokens[name - 1].is(">") {
        name =
            tokens[..name].iter().rposition(|token| token.is("<")).map_or(0, |open| open.saturating_sub(2));
    }
    let word = name.checked_sub(1).and_then(|before| tokens.get(before));
    let names = ["query", "query_as", "query_scalar", "query_with", "query_as_with", "query_scalar_with"];
    let query = names.iter().any(|query| word.is_some_and(|word| word.is(query)));
    query && name >= 3 && tokens[name - 2].is(":")
}

#[test]
fn no_statement_is_formatted_together() {
    let mut broken = vec![];
    for file in sources() {
        let tokens = tokens(&file.product(), &file.path);
        for window in tokens.windows(4) {
            if let [Token::Word(name), sign, _, Token::Text(text)] = window
                && sign.is("!")
                && ["format", "write", "writeln", "concat", "format_args"].contains(&name.as_str())
                && is_sql(text)
            {
                broken.push(format!("{}: {text}", file.path));
            }
        }
    }
    assert_none("SQL is never built", &broken);
}

#[test]
fn a_clause_without_a_scope_is_seen() {
    let scoped = ["documents".to_owned(), "claims".to_owned()];
    let open = |sql: &str| {
        let words = words(sql);
        clauses(&words)
            .into_iter()
            .filter(|clause| !names_scope(clause))
            .flat_map(|clause| reached(clause, &scoped))
            .count()
    };
    assert_eq!(open("SELECT org_id FROM documents WHERE id = $1"), 1, "to show a scope is not to name one");
    assert_eq!(open("SELECT id FROM documents d WHERE d.org_id=$1"), 0);
    assert_eq!(
        open("SELECT 1 FROM claims WHERE org_id = $1 UNION SELECT 1 FROM documents -- WHERE org_id = $1"),
        1
    );
    assert_eq!(open("INSERT INTO claims (org_id, key) VALUES ($1, $2)"), 0);
    assert_eq!(open("INSERT INTO claims (key) VALUES ($1) ON CONFLICT (key) DO UPDATE SET key = $1"), 1);
    assert_eq!(open("UPDATE documents SET name = $1 WHERE id = $2"), 1);
    assert_eq!(open("DELETE FROM claims USING new WHERE claims.org_id = new.org_id"), 0);
}
