//! Rules about the code itself: who may use whom, what lies where, and that every statement names its scope.
//!
//! Lists of exceptions give a reason each and may only shrink: an entry that is no longer needed fails the test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod files;
mod layers;
mod manners;
mod migrations;
mod shape;
mod sql;
mod tokens;

/// Fails with all that is wrong, one to a line.
#[track_caller]
fn assert_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// Removes what is excepted, and fails where an exception is no longer needed.
#[track_caller]
fn except(broken: Vec<String>, exceptions: &[(&str, &str)]) -> Vec<String> {
    for (what, reason) in exceptions {
        assert!(!reason.is_empty(), "{what} is excepted without a reason");
        assert!(
            broken.iter().any(|case| case == what),
            "{what} is no longer an exception: take it off the list"
        );
    }
    broken.into_iter().filter(|case| !exceptions.iter().any(|(what, _)| case == what)).collect()
}
