//! Write-only values: what people send and nobody is shown again, and what is shown once.

use super::plan::Plan;
use super::{App, Refused};
use crate::crypto::SecretBox;
use crate::ledger::unit::SecretRow;
use sqlx::Row;
use std::sync::Arc;
use uuid::Uuid;
use values::{JoinSecret, KeySecret, ScopeId};
use zeroize::Zeroizing;

/// What a reply shows once, in its `status`, and no later one.
#[derive(Debug)]
pub enum ShownOnce {
    /// The secret of an access key.
    Key(KeySecret),
    /// What signs the deliveries of a webhook.
    Signing(SigningSecret),
    /// The token by which an agent can join a cluster.
    Join(JoinSecret),
}

/// What signs the deliveries of a webhook: `whsec_` and random bytes in base64, after Standard Webhooks.
#[derive(Clone)]
pub struct SigningSecret(Zeroizing<String>);

impl SigningSecret {
    /// The secret of which this is the text.
    #[must_use]
    pub const fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

impl ShownOnce {
    /// The member of `status` that shows it.
    #[must_use]
    pub const fn member(&self) -> &'static str {
        match self {
            Self::Key(_) => "secret",
            Self::Signing(_) => "signingSecret",
            Self::Join(_) => "joinToken",
        }
    }

    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        match self {
            Self::Key(secret) => secret.expose(),
            Self::Signing(secret) => secret.expose(),
            Self::Join(secret) => secret.expose(),
        }
    }
}

/// The members of `status` that show something once, by kind: an answer that is given again has `null` there.
#[must_use]
pub fn shown_once_by(kind: &str) -> Option<&'static str> {
    match kind {
        "ApiKey" => Some("secret"),
        "Webhook" => Some("signingSecret"),
        _ => None,
    }
}

impl Plan<'_> {
    /// Keeps a write-only value of something in the org with the unit, sealed for this version of it.
    pub fn keep_secret(&mut self, org: ScopeId, id: Uuid, version: i64, plain: &[u8]) {
        let sealed = self.app.keyring.seal_secret(&self.app.random, id, version, plain);
        let SecretBox { wrapping_version, bytes } = sealed;
        self.keep_beside(SecretRow { scope: org, id, version, wrapping_version, sealed: bytes });
    }
}

impl App {
    /// A write-only value of something in the org; `None` where there is no such version of it.
    ///
    /// # Errors
    /// The database could not answer, or the value does not open.
    pub async fn secret(
        &self,
        org: ScopeId,
        id: Uuid,
        version: i64,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Refused> {
        let row = sqlx::query(
            "SELECT wrapping_version, sealed FROM secrets WHERE org_id = $1 AND id = $2 AND version = $3",
        )
        .bind(org.as_uuid())
        .bind(id)
        .bind(version)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let sealed =
            SecretBox { wrapping_version: row.try_get("wrapping_version")?, bytes: row.try_get("sealed")? };
        let opened = self.keyring.open_secret(id, version, &sealed);
        opened.map(Some).map_err(|error| Refused::Broken(Arc::new(error)))
    }
}
