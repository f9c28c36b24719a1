//! What the types take, what they refuse, and that they read what they write.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

mod access_key;
mod cidr;
mod contact;
mod labels;
mod name;
mod prose;
mod proxy;
mod quantity;
#[cfg(feature = "utoipa")]
mod schema;
mod scope;
mod selector;
mod source;
mod timestamp;
mod web;

/// The code with which a text is refused; empty if it is taken.
fn code<T>(result: Result<T, values::Invalid>) -> &'static str {
    result.err().map_or("", |invalid| {
        assert!(values::codes::ALL.contains(&invalid.code), "{} is not listed", invalid.code);
        assert!(invalid.detail.ends_with('.'), "{}", invalid.detail);
        invalid.code
    })
}
