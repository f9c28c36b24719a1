use std::collections::BTreeSet;
use std::fmt;

use crate::labels::{check_label_key, check_label_value};
use crate::macros::{plain_debug, text_impls, text_schema};
use crate::{Invalid, Labels, codes};

/// How many terms a selector may have.
const MAX_TERMS: usize = 32;
/// How long the canonical form may be, in characters.
const MAX_CHARS: usize = 8_192;

/// Which objects are meant, by their labels: terms of the Kubernetes grammar joined by commas, all of which must
/// hold. `a=b` (also `a==b`), `a!=b`, `a in (x,y)`, `a notin (x,y)`, `a`, `!a`; at most 32 of them.
///
/// As in Kubernetes, `!=` and `notin` also hold where the label is missing, and a selector without terms holds
/// for everything. Reserved keys may be selected by. The text is canonical: terms sorted, doubles dropped, values
/// of a set sorted.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
    text: String,
}

/// One term of a [`LabelSelector`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Requirement {
    key: String,
    rule: Rule,
}

/// What a [`Requirement`] asks of the label with its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// `a`: it is there.
    Exists,
    /// `!a`: it is not there.
    Absent,
    /// `a=b`: it has this value.
    Equals(String),
    /// `a!=b`: it is not there, or has another value.
    NotEquals(String),
    /// `a in (x,y)`: it has one of these values. Never empty.
    In(BTreeSet<String>),
    /// `a notin (x,y)`: it is not there, or has none of these values. Never empty.
    NotIn(BTreeSet<String>),
}

impl LabelSelector {
    /// # Errors
    /// `invalid_selector`, `invalid_label`, `too_many`, `too_long` (canonical form over 8,192 characters).
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut reader = Reader { rest: text };
        let mut requirements = Vec::new();
        reader.skip_space();
        while !reader.rest.is_empty() || !requirements.is_empty() {
            if requirements.len() == MAX_TERMS {
                return Err(Invalid::new(
                    codes::TOO_MANY,
                    format!("A selector has at most {MAX_TERMS} terms."),
                ));
            }
            requirements.push(reader.term()?);
            reader.skip_space();
            if reader.rest.is_empty() {
                break;
            }
            if !reader.take(",") {
                return Err(malformed());
            }
        }
        requirements.sort_unstable();
        requirements.dedup();
        let text = requirements.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        crate::text::check_length(&text, MAX_CHARS)?;
        Ok(Self { requirements, text })
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The terms, sorted; all must hold.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// Whether there are no terms, so that everything matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether an object with these labels is meant.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }
}

text_impls!(LabelSelector);
plain_debug!(LabelSelector);
text_schema!(LabelSelector, {
    description: "A Kubernetes label selector: a=b, a!=b, a in (x,y), a notin (x,y), a, !a, joined by commas; at most 32 terms.",
    example: "env=prod,tier in (1,2)",
    max: MAX_CHARS,
});

impl Requirement {
    /// The key of the label.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is asked of the label.
    #[must_use]
    pub const fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Whether labels fulfil it.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match &self.rule {
            Rule::Exists => value.is_some(),
            Rule::Absent => value.is_none(),
            Rule::Equals(wanted) => value == Some(wanted),
            Rule::NotEquals(unwanted) => value != Some(unwanted),
            Rule::In(wanted) => value.is_some_and(|value| wanted.contains(value)),
            Rule::NotIn(unwanted) => !value.is_some_and(|value| unwanted.contains(value)),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        let (word, values) = match &self.rule {
            Rule::Exists => return f.write_str(key),
            Rule::Absent => return write!(f, "!{key}"),
            Rule::Equals(value) => return write!(f, "{key}={value}"),
            Rule::NotEquals(value) => return write!(f, "{key}!={value}"),
            Rule::In(values) => ("in", values),
            Rule::NotIn(values) => ("notin", values),
        };
        write!(f, "{key} {word} (")?;
        for (index, value) in values.iter().enumerate() {
            write!(f, "{}{value}", if index == 0 { "" } else { "," })?;
        }
        f.write_str(")")
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn term(&mut self) -> Result<Requirement, Invalid> {
        self.skip_space();
        if self.take("!") {
            return Ok(Requirement { key: self.key()?, rule: Rule::Absent });
        }
        let key = self.key()?;
        self.skip_space();
        let rule = if self.take("!=") {
            Rule::NotEquals(self.value()?)
        } else if self.take("==") || self.take("=") {
            Rule::Equals(self.value()?)
        } else {
            match self.word() {
                "" => Rule::Exists,
                "in" => Rule::In(self.values()?),
                "notin" => Rule::NotIn(self.values()?),
                _ => return Err(malformed()),
            }
        };
        Ok(Requirement { key, rule })
    }

    fn key(&mut self) -> Result<String, Invalid> {
        let key = self.word();
        if key.is_empty() {
            return Err(malformed());
        }
        check_label_key(key)?;
        Ok(key.to_owned())
    }

    /// A label value, which may be empty.
    fn value(&mut self) -> Result<String, Invalid> {
        let value = self.word();
        check_label_value(value)?;
        Ok(value.to_owned())
    }

    /// Values in brackets. As in Kubernetes `()` is the set of the empty value.
    fn values(&mut self) -> Result<BTreeSet<String>, Invalid> {
        self.skip_space();
        if !self.take("(") {
            return Err(malformed());
        }
        let mut values = BTreeSet::new();
        loop {
            values.insert(self.value()?);
            self.skip_space();
            if self.take(")") {
                return Ok(values);
            }
            if !self.take(",") {
                return Err(malformed());
            }
        }
    }

    /// What stands before the next white space or operator, after white space.
    fn word(&mut self) -> &'a str {
        self.skip_space();
        let end = self.rest.find([' ', '\t', '\r', '\n', '=', '!', ',', '(', ')', '<', '>']);
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }
}

fn malformed() -> Invalid {
    Invalid::new(
        codes::INVALID_SELECTOR,
        "A selector has terms like a=b, a!=b, a in (x,y), a notin (x,y), a or !a, joined by commas.",
    )
}
