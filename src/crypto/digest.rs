//! SHA-256 and hexadecimal.

use ring::digest::{Context, SHA256};

/// SHA-256 (FIPS 180-4) of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut digest = Digest::new();
    digest.update(bytes);
    digest.finish()
}

/// SHA-256 over bytes that come in pieces.
#[derive(Clone)]
pub struct Digest(Context);

impl Digest {
    /// The digest of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    /// Appends `bytes` to what is digested.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of everything appended.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        first_32(self.0.finish().as_ref())
    }
}

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}

/// Lower-case hexadecimal, two digits a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

/// The first 32 bytes of what is at least that long: a SHA-256 digest or tag.
pub(super) fn first_32(bytes: &[u8]) -> [u8; 32] {
    let mut array = [0; 32];
    array.copy_from_slice(&bytes[..32]);
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4's example for "abc", and the digest of nothing.
    #[test]
    fn digests_are_sha_256() {
        assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hex(&sha256(b"")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn pieces_give_the_digest_of_the_whole() {
        let mut digest = Digest::default();
        digest.update(b"a");
        digest.update(b"");
        digest.update(b"bc");
        assert_eq!(digest.finish(), sha256(b"abc"));
    }
}
