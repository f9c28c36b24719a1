//! What no code does.

use crate::assert_none;
use crate::files::all;
use crate::tokens::{Token, has, tokens};

/// Whether a macro of this name is called.
fn calls(tokens: &[Token], name: &str) -> bool {
    has(tokens, &[name, "!"])
}

#[test]
fn nothing_is_left_to_do_or_left_out() {
    let mut broken = vec![];
    for file in all() {
        let tokens = tokens(&file.text, &file.path);
        for name in ["todo", "unimplemented", "dbg"] {
            if calls(&tokens, name) {
                broken.push(format!("{} calls {name}!", file.path));
            }
        }
        if has(&tokens, &["#", "[", "ignore"]) {
            broken.push(format!("{} ignores a test", file.path));
        }
    }
    assert_none("code is finished and every test runs", &broken);
}

#[test]
fn no_test_sleeps() {
    let mut broken = vec![];
    for file in all() {
        let product = tokens(&file.product(), &file.path);
        let whole = tokens(&file.text, &file.path);
        let sleeps = |tokens: &[Token]| tokens.iter().filter(|token| token.is("sleep")).count();
        if sleeps(&whole) > sleeps(&product) {
            broken.push(file.path);
        }
    }
    assert_none("a test that sleeps is a bug: wait for what must happen, or move the clock", &broken);
}
