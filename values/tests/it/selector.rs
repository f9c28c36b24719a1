use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use values::{LabelSelector, Labels, Rule};

use crate::code;

fn selector(text: &str) -> LabelSelector {
    LabelSelector::parse(text).unwrap()
}

#[test]
fn it_is_kept_in_canonical_form() {
    for (text, canonical) in [
        ("", ""),
        ("  ", ""),
        ("a", "a"),
        ("!a", "!a"),
        ("! a", "!a"),
        ("a=b", "a=b"),
        ("a==b", "a=b"),
        (" a = b ", "a=b"),
        ("a!=b", "a!=b"),
        ("a=", "a="),
        ("a!=", "a!="),
        ("a in (y,x)", "a in (x,y)"),
        ("a in(x)", "a in (x)"),
        ("a  notin\t( x , y )", "a notin (x,y)"),
        ("a in ()", "a in ()"),
        ("a in (,x)", "a in (,x)"),
        ("a in (x,x)", "a in (x)"),
        ("b,a", "a,b"),
        ("a=b,a=b", "a=b"),
        ("in", "in"),
        ("notin in (in)", "notin in (in)"),
        ("in,notin", "in,notin"),
        ("acme.test/x=Y_1", "acme.test/x=Y_1"),
        ("quarterdeck.dev/kind=x", "quarterdeck.dev/kind=x"),
        ("env=prod, tier in (1,2), !old", "env=prod,!old,tier in (1,2)"),
    ] {
        assert_eq!(selector(text).as_str(), canonical, "{text:?}");
        assert_eq!(selector(canonical).as_str(), canonical);
    }
}

#[test]
fn what_is_no_selector_is_refused() {
    for text in [
        ",",
        "a,",
        ",a",
        "a,,b",
        "=",
        "=b",
        "!",
        "!!a",
        "a b",
        "a=b=c",
        "a===b",
        "a=b c",
        "a in",
        "a in x",
        "a in (x",
        "a in x)",
        "a in (x y)",
        "a in (x)(y)",
        "a notin",
        "a>1",
        "a<1",
        "a!b",
        "a in (x=y)",
        "(a)",
        "a, ",
        "a ! = b",
        "in (x)",
        "!a=b",
    ] {
        assert_eq!(code(LabelSelector::parse(text)), "invalid_selector", "{text:?}");
    }
    for text in ["a=-b", "é", "a/b/c", "a=é", "a in (x,-y)", "a=b\0", "a\u{a0}", "A.B/c", "a;b"] {
        assert_eq!(code(LabelSelector::parse(text)), "invalid_label", "{text:?}");
    }
    let terms = |count: usize| (0..count).map(|index| format!("k{index}")).collect::<Vec<_>>().join(",");
    assert_eq!(code(LabelSelector::parse(&terms(32))), "");
    assert_eq!(code(LabelSelector::parse(&terms(33))), "too_many");
    let values: Vec<_> = (0..3_000).map(|index| format!("v{index}")).collect();
    assert_eq!(code(LabelSelector::parse(&format!("a in ({})", values.join(",")))), "too_long");
}

#[test]
fn it_can_be_taken_apart() {
    let selector = selector("b notin (x,y),a=1");
    let [first, second] = selector.requirements() else { panic!("two terms") };
    assert_eq!((first.key(), first.rule()), ("a", &Rule::Equals("1".to_owned())));
    assert_eq!(
        (second.key(), second.rule()),
        ("b", &Rule::NotIn(BTreeSet::from(["x".to_owned(), "y".to_owned()])))
    );
    assert!(LabelSelector::default().is_empty());
    assert_eq!(LabelSelector::default(), self::selector(""));
    assert_eq!(serde_json::to_string(&selector).unwrap(), "\"a=1,b notin (x,y)\"");
    assert_eq!(serde_json::from_str::<LabelSelector>("\"b notin (x,y),a=1\"").unwrap(), selector);
}

/// A term as a model: key, operator, values.
type Term = (String, u8, Vec<String>);

fn text(terms: &[Term]) -> String {
    let texts: Vec<_> = terms
        .iter()
        .map(|(key, operator, values)| match operator {
            0 => key.clone(),
            1 => format!("!{key}"),
            2 => format!("{key} = {}", values[0]),
            3 => format!("{key}!={}", values[0]),
            4 => format!("{key} in ({})", values.join(" , ")),
            _ => format!("{key} notin ({})", values.join(",")),
        })
        .collect();
    texts.join(" , ")
}

fn holds((key, operator, values): &Term, labels: &BTreeMap<String, String>) -> bool {
    match (operator, labels.get(key)) {
        (0, value) => value.is_some(),
        (1, value) => value.is_none(),
        (2, value) => value == Some(&values[0]),
        (3, value) => value != Some(&values[0]),
        (4, value) => values.iter().any(|wanted| value == Some(wanted)),
        (_, value) => values.iter().all(|unwanted| value != Some(unwanted)),
    }
}

fn terms() -> impl Strategy<Value = Vec<Term>> {
    prop::collection::vec(("[a-c]", 0..6_u8, prop::collection::vec("[x-z]?", 1..4)), 0..6)
}

fn labels() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map("[a-c]", "[x-z]?", 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn it_matches_as_the_terms_say(terms in terms(), labels in labels()) {
        let expected = terms.iter().all(|term| holds(term, &labels));
        let selector = LabelSelector::parse(&text(&terms)).unwrap();
        prop_assert_eq!(selector.matches(&Labels::try_from(labels).unwrap()), expected, "{}", selector);
    }

    #[test]
    fn it_reads_what_it_writes(terms in terms()) {
        let selector = LabelSelector::parse(&text(&terms)).unwrap();
        prop_assert_eq!(LabelSelector::parse(selector.as_str()).unwrap(), selector);
    }

    #[test]
    fn whatever_is_read_is_written_readably(text in "[ab=!,() innot]{0,24}", any in "\\PC{0,24}") {
        for text in [text, any] {
            if let Ok(selector) = LabelSelector::parse(&text) {
                prop_assert_eq!(LabelSelector::parse(selector.as_str()).unwrap(), selector);
            }
        }
    }
}
