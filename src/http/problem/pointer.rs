//! JSON pointers (RFC 6901).

use std::fmt;

/// A JSON pointer that is built while walking down a document. The root is the empty string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// The whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Goes down to a member or element.
    pub fn push(&mut self, segment: impl fmt::Display) {
        self.0.push(segment.to_string());
    }

    /// Goes back up.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// The pointer of a member of what this points to.
    #[must_use]
    pub fn child(&self, segment: impl fmt::Display) -> Self {
        let mut child = self.clone();
        child.push(segment);
        child
    }

    /// Puts a segment in front, for pointers that are built on the way back up.
    pub(crate) fn prepend(&mut self, segment: impl fmt::Display) {
        self.0.insert(0, segment.to_string());
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.0 {
            write!(f, "/{}", segment.replace('~', "~0").replace('/', "~1"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_root_is_empty() {
        assert_eq!(Pointer::root().to_string(), "");
    }

    #[test]
    fn segments_are_escaped_so_that_the_pointer_finds_the_member_again() {
        let document = json!({"a/b": {"m~n": [{"": 7, "~1": 8}]}});
        let mut pointer = Pointer::root();
        for segment in ["a/b", "m~n", "0"] {
            pointer.push(segment);
        }
        assert_eq!(pointer.to_string(), "/a~1b/m~0n/0");
        assert_eq!(document.pointer(&pointer.child("").to_string()), Some(&json!(7)));
        assert_eq!(document.pointer(&pointer.child("~1").to_string()), Some(&json!(8)));
        pointer.pop();
        assert_eq!(pointer.to_string(), "/a~1b/m~0n");
    }

    #[test]
    fn a_pointer_can_be_built_from_its_end() {
        let mut pointer = Pointer::root();
        pointer.prepend(3);
        pointer.prepend("x/y");
        assert_eq!(pointer.to_string(), "/x~1y/3");
    }
}
