//! How an agent comes to a cluster: a token, and a manifest to apply.

use super::manifest::{Manifest, manifest};
use crate::app::home::InProject;
use crate::app::plan::{Plan, UseCase};
use crate::app::secrets::ShownOnce;
use crate::app::{App, Refused};
use crate::ledger::unit::JoinTokenRow;
use aggregates::cluster::{Cluster, ClusterCommand};
use api::Bootstrap;
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;
use values::{JoinSecret, Timestamp};
use zeroize::Zeroizing;

/// How long a token is good, in hours.
const GOOD_HOURS: u32 = 24;
/// Where agents find the controller unless whoever runs it says otherwise.
const DEFAULT_URL: &str = "http://127.0.0.1:8080";
/// The image that agents run unless whoever runs it says otherwise.
const DEFAULT_IMAGE: &str = concat!("quarterdeck-agent:", env!("CARGO_PKG_VERSION"));

/// Issues a token by which an agent can join a cluster, once; the one before is good no longer.
pub struct IssueBootstrap {
    /// Where.
    pub home: InProject,
    /// Which.
    pub id: Uuid,
}

impl UseCase for IssueBootstrap {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let token = plan.new_id();
        let expires_at = plan.now.plus_hours(GOOD_HOURS);
        let command = ClusterCommand::IssueBootstrap { token, expires_at };
        plan.change::<Cluster>(self.home.org, self.id, command).await?;
        let random: Zeroizing<[u8; 32]> = Zeroizing::new(plan.app.random.bytes());
        let secret = JoinSecret::assemble(token, &random);
        let verifier = plan.app.keyring.join_verifier_of(&secret);
        plan.keep_join_token(JoinTokenRow {
            scope: self.home.org,
            cluster: self.id,
            token,
            pepper_version: verifier.pepper_version,
            verifier: verifier.hmac,
        });
        plan.show(ShownOnce::Join(secret));
        Ok(())
    }
}

/// A cluster's document as far as a bootstrap says something of it. The token is there where it was issued just now.
#[derive(Deserialize)]
struct Issued {
    metadata: IssuedFor,
    spec: IssuedSpec,
    status: IssuedStatus,
}

#[derive(Deserialize)]
struct IssuedFor {
    id: Uuid,
    name: String,
}

#[derive(Deserialize)]
struct IssuedSpec {
    proxy: Option<api::ClusterProxy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IssuedStatus {
    #[serde(default)]
    join_token: Option<String>,
    bootstrap_expires_at: Option<Timestamp>,
}

impl App {
    /// From a cluster's document, with a token in it where it was issued just now, to what is answered.
    ///
    /// # Errors
    /// The document is not a cluster's.
    pub fn bootstrap_of(&self, document: &str) -> Result<Bootstrap, Refused> {
        let issued: Issued =
            serde_json::from_str(document).map_err(|error| Refused::Broken(Arc::new(error)))?;
        let manifest = issued.status.join_token.as_deref().map(|token| {
            manifest(&Manifest {
                endpoint: self.settings.public_url.as_ref().map_or(DEFAULT_URL, |url| url.as_str()),
                image: self.settings.agent_image.as_deref().unwrap_or(DEFAULT_IMAGE),
                cluster: issued.metadata.id,
                name: &issued.metadata.name,
                token,
                proxy: issued.spec.proxy.as_ref(),
            })
        });
        Ok(Bootstrap {
            token: issued.status.join_token,
            manifest,
            expires_at: issued.status.bootstrap_expires_at,
        })
    }
}
