use super::*;

fn flaws(text: &str) -> Vec<String> {
    are_objects(text).err().unwrap_or_default().into_iter().map(|flaw| flaw.0).collect()
}

const SETTINGS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n";

#[test]
fn objects_are_mappings_with_a_version_a_kind_and_a_name() {
    let several = format!("# what we run\n---\n{SETTINGS}---\n{SETTINGS}...\n---\n# nothing\n");
    let generated = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: once-\n".to_owned();
    let list =
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: a}\n"
            .to_owned();
    let typed = "kind: ConfigMapList\napiVersion: v1\nitems: []\n".to_owned();
    let json =
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"n":"1"}}"#.to_owned();
    let floats = format!("{SETTINGS}data: {{a: .nan, b: -.inf, c: 1e3, d: 0x1f, e: ~, f: !!binary aGk=}}\n");
    for text in [SETTINGS.to_owned(), several, generated, list, typed, json, floats] {
        assert_eq!(flaws(&text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_is_missing_is_said_with_document_and_line() {
    let text = format!("{SETTINGS}---\nkind: Secret\nmetadata:\n  labels: {{}}\n---\n- a\n");
    assert_eq!(
        flaws(&text),
        [
            "document 2, line 6: a Kubernetes object needs apiVersion",
            "document 2, line 8: a Kubernetes object needs metadata.name",
            "document 3, line 10: a Kubernetes object is a mapping",
        ]
    );
    assert_eq!(
        flaws("---\napiVersion: 1\nkind: [a]\nmetadata: {name: 5}\n"),
        [
            "document 1, line 2: apiVersion must be a text",
            "document 1, line 3: kind must be a text",
            "document 1, line 4: metadata.name must be a text"
        ]
    );
    let list = "kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Secret\n";
    assert_eq!(flaws(list), ["document 1, line 4: a Kubernetes object needs metadata.name"]);
    assert_eq!(flaws("# nothing\n"), ["there is no Kubernetes object in it"]);
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let broken = format!("{SETTINGS}---\nkind: A\n  oops: [\n");
    let said = flaws(&broken);
    assert!(said[0].starts_with("document 2, line "), "{said:?}");
    assert!(!said[0].contains("at line"), "{said:?}");
    let twice = format!("{SETTINGS}kind: Secret\n");
    let said = flaws(&twice);
    assert!(said[0].starts_with("document 1, line 5: ") && said[0].contains("duplicate"), "{said:?}");
    let tabs = flaws("apiVersion: v1\nkind: A\nmetadata:\n\tname: a\n");
    assert!(tabs[0].starts_with("document 1, line 4: "), "{tabs:?}");
}

#[test]
fn aliases_and_merge_keys_are_followed_within_bounds() {
    let merged = "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: a}\ndata:\n  <<: *m\n";
    assert_eq!(flaws(merged), Vec::<String>::new());
    let level = |level: u32| {
        let before = vec![format!("*a{}", level - 1); 10].join(", ");
        format!("a{level}: &a{level} [{before}]\n")
    };
    let levels: String = (1..12).map(level).collect();
    let laughs = format!("{SETTINGS}a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{levels}");
    let said = flaws(&laughs);
    assert!(
        said[0].starts_with("document 1, line ") && !said[0].contains("at line"),
        "a billion laughs: {said:?}"
    );
    let deep = format!("{SETTINGS}data: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(flaws(&deep).len(), 1);
    let nested = format!("{SETTINGS}data: {}{}\n", "[".repeat(90), "]".repeat(90));
    assert_eq!(flaws(&nested), Vec::<String>::new());
    let many = "---\n".to_owned() + &format!("{SETTINGS}---\n").repeat(MOST_DOCUMENTS + 1);
    assert_eq!(flaws(&many).len(), 1);
}

#[test]
fn values_are_one_mapping() {
    let flaw = |text: &str| is_mapping(text).err().map(|flaws| flaws[0].0.clone()).unwrap_or_default();
    assert_eq!(flaw("replicas: 3\nimage: {tag: \"1\"}\n"), "");
    assert_eq!(flaw("{}"), "");
    assert_eq!(flaw("- a\n"), "document 1, line 1: must be a mapping");
    assert_eq!(flaw("just text"), "document 1, line 1: must be a mapping");
    assert_eq!(flaw("# nothing"), "is empty: leave it out");
    assert_eq!(flaw("a: 1\n---\nb: 2\n"), "document 2, line 3: must be one document, and has several");
    assert!(flaw("a: [1\n").starts_with("document 1, line "));
}
