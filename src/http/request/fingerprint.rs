//! What makes two requests with one idempotency key the same request.

use axum::http::Method;

/// The bytes to hash: method, path, canonical query, `If-Match` and body, each with its length before it, so that no
/// two different requests have the same bytes. `path` is as sent; `query` as [`super::canonical_query`] writes it.
#[must_use]
pub fn fingerprint_input(
    method: &Method,
    path: &str,
    query: &str,
    if_match: Option<&str>,
    body: &[u8],
) -> Vec<u8> {
    let if_match_marker: &[u8] = if if_match.is_some() { b"1" } else { b"0" };
    let pieces: [&[u8]; 6] = [
        method.as_str().as_bytes(),
        path.as_bytes(),
        query.as_bytes(),
        if_match_marker,
        if_match.unwrap_or_default().as_bytes(),
        body,
    ];
    let mut bytes = Vec::with_capacity(pieces.iter().map(|piece| piece.len() + size_of::<u64>()).sum());
    for piece in pieces {
        bytes.extend_from_slice(&(piece.len() as u64).to_be_bytes());
        bytes.extend_from_slice(piece);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn different_requests_differ() {
        let post = Method::POST;
        let inputs = [
            fingerprint_input(&post, "/a", "", None, b"{}"),
            fingerprint_input(&Method::PUT, "/a", "", None, b"{}"),
            fingerprint_input(&post, "/b", "", None, b"{}"),
            fingerprint_input(&post, "/a", "x=1", None, b"{}"),
            fingerprint_input(&post, "/ax=1", "", None, b"{}"),
            fingerprint_input(&post, "/a", "", Some(""), b"{}"),
            fingerprint_input(&post, "/a", "", Some("\"3\""), b"{}"),
            fingerprint_input(&post, "/a", "", Some("*"), b"{}"),
            fingerprint_input(&post, "/a", "", None, b"{ }"),
            fingerprint_input(&post, "/a", "", None, b""),
        ];
        assert_eq!(inputs.iter().collect::<BTreeSet<_>>().len(), inputs.len());
        assert_eq!(inputs[0], fingerprint_input(&post, "/a", "", None, b"{}"));
    }
}
