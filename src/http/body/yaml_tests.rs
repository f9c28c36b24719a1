use super::*;
use serde_json::json;

fn read(text: &str) -> Vec<(usize, Value)> {
    parse_yaml(text).unwrap().into_iter().map(|it| (it.line, it.value)).collect()
}

fn refused(text: &str) -> (&'static str, String) {
    let problem = parse_yaml(text).unwrap_err();
    (problem.code().as_str(), problem.detail().to_owned())
}

#[test]
fn every_document_knows_its_line() {
    let text = "# first\n\nkind: A\n---\n---\n# nothing\n---\nkind: B\nspec: {}\n...\n--- {kind: C}\n---\n";
    let documents =
        [(3, json!({"kind": "A"})), (8, json!({"kind": "B", "spec": {}})), (11, json!({"kind": "C"}))];
    assert_eq!(read(text), documents);
    assert_eq!(read(""), []);
    assert_eq!(read("%YAML 1.2\n---\na: 1\n"), [(3, json!({"a": 1}))]);
}

#[test]
fn a_text_of_several_lines_may_hold_documents_of_its_own() {
    let text = "artifact:\n  inline: |\n    a: 1\n    ---\n    b: 2\nafter: true\n";
    assert_eq!(read(text), [(1, json!({"artifact": {"inline": "a: 1\n---\nb: 2\n"}, "after": true}))]);
}

#[test]
fn scalars_are_those_of_the_core_schema() {
    let text = "a: yes\nb: true\nc: 1.5\nd: '1.0'\ne: ~\nf: 10\ng: \"\\u00e9\"\n";
    let value = json!({"a": "yes", "b": true, "c": 1.5, "d": "1.0", "e": null, "f": 10, "g": "é"});
    assert_eq!(read(text), [(1, value)]);
}

#[test]
fn what_is_malformed_says_on_which_line() {
    let (code, detail) = refused("a: 1\n---\nb: [1\nc: 2\n");
    assert_eq!(code, "malformed_yaml");
    assert!(detail.starts_with("Line 4:") || detail.starts_with("Line 3:"), "{detail}");
    let (code, detail) = refused("a: 1\n---\n\nb: 1\nb: 2\n");
    assert!(["malformed_yaml", "duplicate_key"].contains(&code), "{code}");
    assert!(detail.contains("ine 5") || detail.contains("ine 4"), "{detail}");
    for text in ["<<: {a: 1}\n", "a: !ruby/object x\n", "a: \"\\0\"\n", "a: \u{7}\n"] {
        assert!(parse_yaml(text).is_err(), "{text:?}");
    }
}

#[test]
fn nothing_grows_out_of_little() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, from) in
        ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"])
    {
        let many = format!("*{from}, ").repeat(7);
        text = format!("{text}{name}: &{name} [{many}*{from}]\n");
    }
    assert_eq!(refused(&text).0, "malformed_yaml");
    let deep = format!("a: {}1{}\n", "[".repeat(40), "]".repeat(40));
    assert_eq!(refused(&deep).0, "too_deep");
}
