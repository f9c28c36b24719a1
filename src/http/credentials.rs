//! The credential of a request: Basic, Bearer, or `X-API-KEY`; exactly one.
//!
//! Only the form is judged here, without a look-up: an access key's secret names its key and carries check digits, so
//! that a typo costs nothing. Whether it opens anything is for authentication to find out.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use values::{AccessKeyId, KeySecret};

use super::problem::{Problem, ProblemCode};

/// Header of scripts that used it elsewhere.
const API_KEY: &str = "x-api-key";

/// RFC 4648 §4; padding may be left out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How a credential was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthMethod {
    /// `Authorization: Basic base64(accessKeyId:secret)` (RFC 7617).
    Basic,
    /// `Authorization: Bearer secret` (RFC 6750).
    Bearer,
    /// `X-API-KEY: secret`.
    ApiKeyHeader,
}

impl AuthMethod {
    /// `basic`, `bearer`, `apiKeyHeader`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Bearer => "bearer",
            Self::ApiKeyHeader => "apiKeyHeader",
        }
    }
}

/// A well-formed credential that nobody has verified yet.
#[derive(Debug, Clone)]
pub struct PresentedCredential {
    /// The secret; its `Debug` hides it.
    pub secret: KeySecret,
    /// The key that the secret names.
    pub access_key_id: AccessKeyId,
    /// How it came.
    pub method: AuthMethod,
}

/// Why the credential of a request cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// More than one header carries a credential.
    #[error("more than one credential")]
    Two,
    /// Not a credential of ours: another scheme, not base64, check digits that do not fit, an id that is not the secret's.
    #[error("malformed credential")]
    Malformed,
}

impl From<CredentialError> for Problem {
    fn from(error: CredentialError) -> Self {
        match error {
            CredentialError::Two => Problem::plain(ProblemCode::TwoCredentials),
            CredentialError::Malformed => Problem::unauthenticated(),
        }
    }
}

/// Reads the credential of a request; `None` if there is none.
///
/// # Errors
/// [`CredentialError::Two`] (400) before anything is looked at, then [`CredentialError::Malformed`] (401).
pub fn presented(headers: &HeaderMap) -> Result<Option<PresentedCredential>, CredentialError> {
    let authorizations = headers.get_all(AUTHORIZATION).iter().map(|value| (value, false));
    let api_keys = headers.get_all(API_KEY).iter().map(|value| (value, true));
    let mut all = authorizations.chain(api_keys);
    let Some((value, is_api_key)) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(CredentialError::Two);
    }
    let text = HeaderValue::to_str(value).map_err(|_| CredentialError::Malformed)?.trim();
    let credential =
        if is_api_key { of_secret(text, AuthMethod::ApiKeyHeader) } else { of_authorization(text) };
    credential.map(Some).ok_or(CredentialError::Malformed)
}

fn of_authorization(text: &str) -> Option<PresentedCredential> {
    let (scheme, rest) = text.split_once(' ')?;
    let rest = rest.trim_start_matches(' ');
    if scheme.eq_ignore_ascii_case("bearer") {
        return of_secret(rest, AuthMethod::Bearer);
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(rest).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    let user = AccessKeyId::parse(user).ok()?;
    of_secret(password, AuthMethod::Basic).filter(|credential| credential.access_key_id == user)
}

fn of_secret(text: &str, method: AuthMethod) -> Option<PresentedCredential> {
    let secret = KeySecret::parse(text).ok()?;
    Some(PresentedCredential { access_key_id: secret.access_key_id(), secret, method })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;
    use proptest::prelude::*;

    use super::*;

    fn secret() -> KeySecret {
        KeySecret::assemble(&AccessKeyId::from_bytes([7; 10]), &[9; 32])
    }

    fn read(pairs: &[(&'static str, &str)]) -> Result<Option<PresentedCredential>, CredentialError> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        presented(&headers)
    }

    fn basic(user: &str, password: &str) -> String {
        format!("Basic {}", BASE64.encode(format!("{user}:{password}")))
    }

    fn error(pairs: &[(&'static str, &str)]) -> CredentialError {
        read(pairs).unwrap_err()
    }

    #[test]
    fn each_of_the_three_ways_names_the_same_key() {
        let secret = secret();
        let id = secret.access_key_id();
        let basic = basic(id.as_str(), secret.expose());
        let unpadded = basic.trim_end_matches('=').replace("Basic", "bAsIc  ");
        for (name, value, method) in [
            ("authorization", basic, AuthMethod::Basic),
            ("authorization", unpadded, AuthMethod::Basic),
            ("authorization", format!("Bearer {}", secret.expose()), AuthMethod::Bearer),
            ("authorization", format!("BEARER {}", secret.expose()), AuthMethod::Bearer),
            ("x-api-key", secret.expose().to_owned(), AuthMethod::ApiKeyHeader),
        ] {
            let found = read(&[(name, &value)]).unwrap().unwrap();
            assert_eq!((found.access_key_id, found.method), (id.clone(), method));
            assert_eq!(found.secret.expose(), secret.expose());
        }
        assert!(read(&[]).unwrap().is_none());
    }

    #[test]
    fn two_credentials_are_refused_whatever_they_are() {
        let secret = secret();
        let bearer = format!("Bearer {}", secret.expose());
        assert_eq!(
            error(&[("authorization", &bearer), ("x-api-key", secret.expose())]),
            CredentialError::Two
        );
        assert_eq!(error(&[("authorization", &bearer), ("authorization", &bearer)]), CredentialError::Two);
        assert_eq!(error(&[("authorization", "x"), ("x-api-key", "")]), CredentialError::Two);
        assert_eq!(error(&[("x-api-key", "a"), ("x-api-key", "b")]), CredentialError::Two);
        assert_eq!(Problem::from(CredentialError::Two).code(), ProblemCode::TwoCredentials);
    }

    #[test]
    fn malformed_credentials_are_all_the_same() {
        let secret = secret();
        let id = secret.access_key_id();
        let other = AccessKeyId::from_bytes([8; 10]);
        let typo = secret.expose().replace("qdsk_", "qdsk-");
        for value in [
            String::new(),
            "Basic".into(),
            "Bearer".into(),
            "Bearer ".into(),
            "Digest x".into(),
            "Basic ???".into(),
            "Basic /////w==".into(),
            basic("", ""),
            basic(id.as_str(), ""),
            basic(other.as_str(), secret.expose()),
            basic("", secret.expose()),
            basic(id.as_str(), &typo),
            format!("Bearer {typo}"),
            format!("Bearer {} x", secret.expose()),
            secret.expose().to_owned(),
            "Bearer é".into(),
            basic(&id.as_str().to_lowercase(), secret.expose()),
            format!("Basic {}", BASE64.encode(id.as_str())),
        ] {
            assert_eq!(error(&[("authorization", &value)]), CredentialError::Malformed, "{value}");
        }
        assert_eq!(error(&[("x-api-key", &typo)]), CredentialError::Malformed);
        assert_eq!(Problem::from(CredentialError::Malformed), Problem::unauthenticated());
    }

    #[test]
    fn a_credential_does_not_print_its_secret() {
        let secret = secret();
        let credential = read(&[("x-api-key", secret.expose())]).unwrap();
        assert!(!format!("{credential:?}").contains(secret.expose()));
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(scheme in "(?i)basic|bearer|", rest in "[ -~é]{0,80}") {
            let _ = read(&[("authorization", &format!("{scheme} {rest}"))]);
        }

        #[test]
        fn one_wrong_character_is_a_typo(at in 0usize..71, digit in "[0-9A-Za-z]") {
            let good = secret().expose().to_owned();
            let at = at % good.len();
            let mut wrong = good.clone();
            wrong.replace_range(at..=at, &digit);
            let outcome = read(&[("x-api-key", &wrong)]);
            prop_assert_eq!(outcome.is_ok(), wrong == good);
        }
    }
}
