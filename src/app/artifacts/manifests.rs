//! YAML that people send: is it what Kubernetes, or Helm, can read?

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Options, Spanned, UserMessageFormatter};
use std::fmt;

/// The most documents in one text.
const MOST_DOCUMENTS: usize = 1_000;
/// The deepest nesting.
const DEEPEST: usize = 100;
/// The most values and keys, those that aliases stand for aside.
const MOST_NODES: usize = 1_000_000;
/// The most aliases, and the most that they stand for together.
const MOST_ALIASES: usize = 10_000;
const MOST_REPLAYED: usize = 500_000;
/// How many flaws of a text are named.
const NAMED: usize = 10;

/// What is wrong with a text, and where in it: beginning with its line, where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flaw(pub(super) String);

/// Whether a text is one or more objects of Kubernetes': mappings with `apiVersion`, `kind` and a name, or lists of these.
///
/// # Errors
/// The first few flaws.
pub(super) fn are_objects(text: &str) -> Result<(), Vec<Flaw>> {
    let documents: Vec<Spanned<Node>> = serde_saphyr::from_multiple_with_options(text, options())
        .map_err(|error| vec![unreadable(text, &error)])?;
    if documents.is_empty() {
        return Err(vec![Flaw("there is no Kubernetes object in it".to_owned())]);
    }
    let mut flaws = vec![];
    for document in &documents {
        object_flaws(document, &mut flaws);
    }
    flaws.truncate(NAMED);
    let said = |(line, what): (u64, String)| Flaw(format!("{}: {what}", place(text, line)));
    if flaws.is_empty() { Ok(()) } else { Err(flaws.into_iter().map(said).collect()) }
}

/// Whether a text is one mapping, as values for Helm are.
///
/// # Errors
/// What is wrong with it.
pub(super) fn is_mapping(text: &str) -> Result<(), Vec<Flaw>> {
    let documents: Vec<Spanned<Node>> = serde_saphyr::from_multiple_with_options(text, options())
        .map_err(|error| vec![unreadable(text, &error)])?;
    match documents.as_slice() {
        [only] if only.value.is_mapping => Ok(()),
        [only] => Err(vec![Flaw(format!("{}: must be a mapping", place(text, only.referenced.line())))]),
        [] => Err(vec![Flaw("is empty: leave it out".to_owned())]),
        [_, second, ..] => {
            let line = place(text, second.referenced.line());
            Err(vec![Flaw(format!("{line}: must be one document, and has several"))])
        }
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_documents: MOST_DOCUMENTS,
            max_depth: DEEPEST,
            max_nodes: MOST_NODES,
            max_events: 4 * MOST_NODES,
            max_aliases: MOST_ALIASES,
            max_anchors: MOST_ALIASES,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPLAYED },
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::PassThrough,
        emit_comments: false,
        with_snippet: false,
    }
}

/// What cannot be parsed. The parser says the place at the end; here it comes first, as everywhere.
fn unreadable(text: &str, error: &serde_saphyr::Error) -> Flaw {
    let said = error.render_with_formatter(&UserMessageFormatter);
    let said = said.find(" at line ").map_or(said.as_str(), |at| &said[..at]);
    Flaw(match error.location() {
        Some(location) => format!("{}: {said}", place(text, location.line())),
        None => said.to_owned(),
    })
}

/// The document and the line, as people count them.
fn place(text: &str, line: u64) -> String {
    let (mut documents, mut has_begun) = (1, false);
    let lines = text.lines().take(usize::try_from(line).unwrap_or(usize::MAX));
    for line in lines {
        let is_marker =
            line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        if is_marker {
            documents += usize::from(has_begun);
            has_begun = true;
        } else if !line.trim().is_empty() && !line.trim_start().starts_with('#') && !line.starts_with('%') {
            has_begun = true;
        }
    }
    format!("document {documents}, line {line}")
}

fn object_flaws(object: &Spanned<Node>, flaws: &mut Vec<(u64, String)>) {
    let (line, node) = (object.referenced.line(), &object.value);
    if !node.is_mapping {
        flaws.push((line, "a Kubernetes object is a mapping".to_owned()));
        return;
    }
    for (member, found) in [("apiVersion", &node.api_version), ("kind", &node.kind)] {
        match found {
            None => flaws.push((line, format!("a Kubernetes object needs {member}"))),
            Some(found) if found.value.0.as_ref().is_none_or(String::is_empty) => {
                flaws.push((found.referenced.line(), format!("{member} must be a text")));
            }
            Some(_) => {}
        }
    }
    let kind = node.kind.as_ref().and_then(|kind| kind.value.0.as_deref()).unwrap_or("");
    match &node.items {
        Some(items) if kind.ends_with("List") => items.iter().for_each(|item| object_flaws(item, flaws)),
        Some(_) | None => name_flaw(line, node, flaws),
    }
}

fn name_flaw(line: u64, node: &Node, flaws: &mut Vec<(u64, String)>) {
    let Some(metadata) = &node.metadata else {
        flaws.push((line, "a Kubernetes object needs metadata.name".to_owned()));
        return;
    };
    let (name, generated) = (&metadata.value.name, &metadata.value.generate_name);
    match name.as_ref().or(generated.as_ref()) {
        None => {
            flaws.push((metadata.referenced.line(), "a Kubernetes object needs metadata.name".to_owned()));
        }
        Some(name) if name.value.0.as_ref().is_none_or(String::is_empty) => {
            flaws.push((name.referenced.line(), "metadata.name must be a text".to_owned()));
        }
        Some(_) => {}
    }
}

/// What of a document is looked at.
#[derive(Debug, Default)]
struct Node {
    is_mapping: bool,
    api_version: Option<Spanned<Text>>,
    kind: Option<Spanned<Text>>,
    metadata: Option<Spanned<Metadata>>,
    items: Option<Vec<Spanned<Node>>>,
}

#[derive(Debug, Default)]
struct Metadata {
    name: Option<Spanned<Text>>,
    generate_name: Option<Spanned<Text>>,
}

/// A text, or something else.
#[derive(Debug, Default)]
struct Text(Option<String>);

/// A list, or something else.
#[derive(Debug, Default)]
struct Items(Option<Vec<Spanned<Node>>>);

/// Reads whatever stands there; what is of interest is kept, and the rest is passed over.
macro_rules! lenient {
    ($type:ident { $($visit:tt)* }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Read;

                impl<'de> Visitor<'de> for Read {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a value")
                    }

                    fn visit_bool<E>(self, _: bool) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_i64<E>(self, _: i64) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_i128<E>(self, _: i128) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_u64<E>(self, _: u64) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_u128<E>(self, _: u128) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_f64<E>(self, _: f64) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_bytes<E>(self, _: &[u8]) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_none<E>(self) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_unit<E>(self) -> Result<$type, E> {
                        Ok($type::default())
                    }

                    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<$type, D::Error> {
                        $type::deserialize(value)
                    }

                    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<$type, D::Error> {
                        $type::deserialize(value)
                    }

                    $($visit)*
                }

                deserializer.deserialize_any(Read)
            }
        }
    };
}

/// Passes over a list.
fn pass_list<'de, A: SeqAccess<'de>>(mut items: A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Passes over a mapping.
fn pass_mapping<'de, A: MapAccess<'de>>(mut members: A) -> Result<(), A::Error> {
    while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

lenient! { Text {
    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Some(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Text, A::Error> {
        pass_list(items).map(|()| Text::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Text, A::Error> {
        pass_mapping(members).map(|()| Text::default())
    }
} }

lenient! { Items {
    fn visit_str<E>(self, _: &str) -> Result<Items, E> {
        Ok(Items::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Items, A::Error> {
        let mut nodes = vec![];
        while let Some(node) = items.next_element()? {
            nodes.push(node);
        }
        Ok(Items(Some(nodes)))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Items, A::Error> {
        pass_mapping(members).map(|()| Items::default())
    }
} }

lenient! { Metadata {
    fn visit_str<E>(self, _: &str) -> Result<Metadata, E> {
        Ok(Metadata::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Metadata, A::Error> {
        pass_list(items).map(|()| Metadata::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Metadata, A::Error> {
        let mut metadata = Metadata::default();
        while let Some(member) = members.next_key::<String>()? {
            match member.as_str() {
                "name" => metadata.name = Some(members.next_value()?),
                "generateName" => metadata.generate_name = Some(members.next_value()?),
                _ => {
                    let _: IgnoredAny = members.next_value()?;
                }
            }
        }
        Ok(metadata)
    }
} }

lenient! { Node {
    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Node, A::Error> {
        pass_list(items).map(|()| Node::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut node = Node { is_mapping: true, ..Node::default() };
        while let Some(member) = members.next_key::<String>()? {
            match member.as_str() {
                "apiVersion" => node.api_version = Some(members.next_value()?),
                "kind" => node.kind = Some(members.next_value()?),
                "metadata" => node.metadata = Some(members.next_value()?),
                "items" => node.items = members.next_value::<Items>()?.0,
                _ => {
                    let _: IgnoredAny = members.next_value()?;
                }
            }
        }
        Ok(node)
    }
} }

#[cfg(test)]
#[path = "manifests_tests.rs"]
mod tests;
