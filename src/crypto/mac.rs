//! Message authentication codes under keys that others hold, too.

use super::digest::first_32;
use ring::hmac;

/// HMAC-SHA-256 (RFC 2104) of the parts, one after the other.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    first_32(context.sign().as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex;

    /// RFC 4231 §4.3.
    #[test]
    fn codes_are_those_of_the_standard_whatever_the_parts() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"])), expected);
        assert_eq!(hex(&hmac_sha256(b"Jefe", &[b"what do ya want for nothing?"])), expected);
    }
}
