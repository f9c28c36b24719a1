//! Rust as a flat row of tokens: comments are gone, literals are whole, macros' insides are there.

use proc_macro2::{TokenStream, TokenTree};

/// One token. Brackets stand as themselves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// An identifier or keyword.
    Word(String),
    /// One character of punctuation, or a bracket.
    Sign(char),
    /// A string literal's text.
    Text(String),
    /// Any other literal.
    Other,
}

impl Token {
    pub(crate) fn is(&self, wanted: &str) -> bool {
        match self {
            Self::Word(word) => word == wanted,
            Self::Sign(sign) => wanted.chars().eq([*sign]),
            Self::Text(_) | Self::Other => false,
        }
    }
}

/// The tokens of a text of Rust. Documentation is left out.
pub(crate) fn tokens(text: &str, path: &str) -> Vec<Token> {
    let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut flat = vec![];
    flatten(stream, &mut flat);
    flat
}

fn flatten(stream: TokenStream, into: &mut Vec<Token>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ('(', ')'),
                    proc_macro2::Delimiter::Brace => ('{', '}'),
                    proc_macro2::Delimiter::Bracket => ('[', ']'),
                    proc_macro2::Delimiter::None => (' ', ' '),
                };
                into.push(Token::Sign(open));
                let inside = into.len();
                flatten(group.stream(), into);
                if into.get(inside).is_some_and(|first| first.is("doc")) {
                    into.truncate(inside);
                }
                into.push(Token::Sign(close));
            }
            TokenTree::Ident(word) => into.push(Token::Word(word.to_string())),
            TokenTree::Punct(sign) => into.push(Token::Sign(sign.as_char())),
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value());
                into.push(text.map_or(Token::Other, Token::Text));
            }
        }
    }
}

/// Whether the tokens stand somewhere in this order: words, and signs one by one.
pub(crate) fn has(tokens: &[Token], wanted: &[&str]) -> bool {
    tokens
        .windows(wanted.len())
        .any(|window| window.iter().zip(wanted).all(|(token, wanted)| token.is(wanted)))
}

/// Whether a path begins with this crate or module: `name::`, `use name;`, `use name as`.
pub(crate) fn uses(tokens: &[Token], name: &str) -> bool {
    (0..tokens.len()).any(|at| {
        let next = |by: usize| tokens.get(at + by);
        let path = next(1).is_some_and(|token| token.is(":")) && next(2).is_some_and(|token| token.is(":"));
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let inner = before.is_some_and(|token| token.is(":"))
            && !at.checked_sub(3).is_some_and(|word| {
                // `<T as path>::name` and `::name` begin a path of their own.
                !matches!(tokens.get(word), Some(Token::Word(_)))
            });
        let whole = before.is_some_and(|token| token.is("use"));
        tokens.get(at).is_some_and(|token| token.is(name)) && !inner && (path || whole)
    })
}

/// Whether `root::name` stands somewhere, also as `root::{…, name, …}`.
pub(crate) fn reaches(tokens: &[Token], root: &str, name: &str) -> bool {
    let opens = [root, ":", ":", "{"];
    let grouped = (0..tokens.len()).filter(|at| has(&tokens[*at..tokens.len().min(at + 4)], &opens));
    has(tokens, &[root, ":", ":", name])
        || grouped.into_iter().any(|at| heads(&tokens[at + 4..]).any(|head| head.is(name)))
}

/// The first words of what a group of a `use` lists, up to its closing bracket.
fn heads(group: &[Token]) -> impl Iterator<Item = &Token> {
    let mut depth = 1;
    let mut begins = true;
    group
        .iter()
        .take_while(move |token| {
            depth += i32::from(token.is("{")) - i32::from(token.is("}"));
            depth > 0
        })
        .scan(1, move |depth, token| {
            *depth += i32::from(token.is("{")) - i32::from(token.is("}"));
            let head = begins && *depth == 1;
            begins = *depth == 1 && token.is(",");
            Some((head, token))
        })
        .filter(|(head, _)| *head)
        .map(|(_, token)| token)
}

#[test]
fn paths_are_seen_wherever_they_stand() {
    let tokens = |text| tokens(text, "here");
    assert!(uses(&tokens("use sqlx::PgPool;"), "sqlx"));
    assert!(uses(&tokens("use {a::b, sqlx};  fn f() -> ::sqlx::Error { x }"), "sqlx"));
    assert!(uses(&tokens("fn f() { m!(sqlx::query(1)) }"), "sqlx"));
    assert!(!uses(
        &tokens("//! sqlx::PgPool\n/// sqlx::PgPool\nfn f() { other::sqlx::g(\"sqlx::\") }"),
        "sqlx"
    ));
    assert!(reaches(&tokens("use crate::app::Call;"), "crate", "app"));
    assert!(reaches(&tokens("use crate::{clock::{Clock, http}, app::Call};"), "crate", "app"));
    assert!(!reaches(&tokens("use crate::{clock::{Clock, http}, app::Call};"), "crate", "http"));
}
