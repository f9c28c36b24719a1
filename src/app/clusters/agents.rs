//! What agents do: join by a token, and say how their clusters are. No operation of the API leads here yet: these are
//! what the agents' own protocol will ask for.

use crate::app::plan::{Plan, UseCase};
use crate::app::{App, Refused};
use crate::authn::NotLetIn;
use crate::crypto::Verifier;
use aggregates::cluster::{AgentFacts, Cluster, ClusterCommand, Health};
use projections::clusters;
use sqlx::Row;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use values::{JoinSecret, ScopeId, Timestamp};

/// A cluster that an agent has joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The org.
    pub org: ScopeId,
    /// The cluster.
    pub cluster: Uuid,
}

impl App {
    /// Lets an agent join by a token, which is spent by it.
    ///
    /// # Errors
    /// The token opens nothing (any more): not told apart.
    pub async fn register_agent(self: &Arc<Self>, token: &str, facts: AgentFacts) -> Result<Joined, Refused> {
        let unknown = || Refused::from(NotLetIn::Unknown);
        let secret = JoinSecret::parse(token).map_err(|_| unknown())?;
        let Some((joined, verifier)) = self.join_token(&secret).await? else {
            self.keyring.verify_no_join(&secret);
            return Err(unknown());
        };
        if !self.keyring.verify_join(&secret, &verifier) {
            return Err(unknown());
        }
        self.run_for_nobody(Register { joined, token: secret.token(), facts }).await?;
        self.saw_agent(joined).await?;
        Ok(joined)
    }

    /// An agent says how its cluster is. That it was heard of is always written down; an event is only what is otherwise
    /// than before.
    ///
    /// # Errors
    /// No agent has joined the cluster, or the database could not answer.
    pub async fn report_status(
        self: &Arc<Self>,
        joined: Joined,
        health: Health,
        facts: AgentFacts,
    ) -> Result<(), Refused> {
        self.run_for_nobody(Report { joined, health, facts }).await?;
        self.saw_agent(joined).await?;
        Ok(())
    }

    /// An agent says that it has cleaned up, and its cluster can go.
    ///
    /// # Errors
    /// The cluster is not being decommissioned, or something uses it.
    pub async fn finish_decommission(self: &Arc<Self>, joined: Joined) -> Result<(), Refused> {
        self.run_for_nobody(Finish { joined }).await?;
        Ok(())
    }

    /// Records which agents have fallen silent: have not been heard of for so long.
    ///
    /// # Errors
    /// The database could not answer. What cannot be recorded is logged, and tried again the next time.
    pub async fn disconnect_silent(
        self: &Arc<Self>,
        now: Timestamp,
        silence: Duration,
        most: i64,
    ) -> Result<(), sqlx::Error> {
        let silence = i64::try_from(silence.as_micros()).unwrap_or(i64::MAX);
        let since = now.as_micros().saturating_sub(silence);
        for silent in clusters::silent_since(&self.pool, since, most).await? {
            let joined = Joined { org: silent.org, cluster: silent.cluster };
            match self.run_for_nobody(Disconnect { joined, since }).await {
                Ok(_) => {
                    tracing::info!(cluster.id = %joined.cluster, org.id = %joined.org, "Recorded that an agent is silent");
                }
                Err(refused) => tracing::warn!(
                    cluster.id = %joined.cluster,
                    error = &refused as &dyn std::error::Error,
                    "Could not record that an agent is silent: trying again later"
                ),
            }
        }
        Ok(())
    }

    /// The token of this id: whose it is, and what its secret is told by.
    async fn join_token(&self, secret: &JoinSecret) -> Result<Option<(Joined, Verifier)>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT org_id, cluster_id, pepper_version, verifier FROM join_tokens WHERE token = $1",
        )
        .bind(secret.token())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let joined = Joined {
            org: ScopeId::from(row.try_get::<Uuid, _>("org_id")?),
            cluster: row.try_get("cluster_id")?,
        };
        let hmac = row.try_get::<Vec<u8>, _>("verifier")?.try_into().unwrap_or_default();
        Ok(Some((joined, Verifier { pepper_version: row.try_get("pepper_version")?, hmac })))
    }

    /// Writes down that a cluster's agent was heard of.
    async fn saw_agent(&self, joined: Joined) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO cluster_liveness (org_id, cluster_id, last_seen) VALUES ($1, $2, $3) \
             ON CONFLICT (org_id, cluster_id) DO UPDATE \
             SET last_seen = greatest(cluster_liveness.last_seen, excluded.last_seen)",
        )
        .bind(joined.org.as_uuid())
        .bind(joined.cluster)
        .bind(self.clock.now().as_micros())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

struct Register {
    joined: Joined,
    token: Uuid,
    facts: AgentFacts,
}

impl UseCase for Register {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let Joined { org, cluster } = self.joined;
        let loaded = plan.load::<Cluster>(cluster).await?;
        let is_good = loaded.state.join.is_some_and(|it| it.id == self.token && plan.now < it.expires_at);
        if !is_good {
            return Err(NotLetIn::Unknown.into());
        }
        plan.acts_as_agent(org, cluster, "cluster.register");
        let command = ClusterCommand::Register { token: self.token, agent: self.facts.clone(), at: plan.now };
        let after = plan.decide(org, cluster, loaded, command).await?;
        plan.answer(cluster, after.version, 200);
        Ok(())
    }
}

struct Report {
    joined: Joined,
    health: Health,
    facts: AgentFacts,
}

impl UseCase for Report {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let Joined { org, cluster } = self.joined;
        plan.acts_as_agent(org, cluster, "cluster.reportStatus");
        let (health, agent) = (self.health.clone(), self.facts.clone());
        let command = ClusterCommand::ReportStatus { health, agent, at: plan.now };
        plan.change::<Cluster>(org, cluster, command).await?;
        Ok(())
    }
}

struct Finish {
    joined: Joined,
}

impl UseCase for Finish {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let Joined { org, cluster } = self.joined;
        plan.acts_as_agent(org, cluster, "cluster.finishDecommission");
        plan.change::<Cluster>(org, cluster, ClusterCommand::FinishDecommission).await?;
        Ok(())
    }
}

/// Records that an agent has not been heard of since a moment, unless it was meanwhile.
struct Disconnect {
    joined: Joined,
    since: i64,
}

impl UseCase for Disconnect {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let Joined { org, cluster } = self.joined;
        plan.acts_in(org);
        let seen = clusters::last_seen(&plan.app.pool, org, cluster).await?;
        let loaded = plan.load::<Cluster>(cluster).await?;
        if seen.is_some_and(|seen| seen > self.since) {
            plan.answer(cluster, loaded.version, 200);
            return Ok(());
        }
        let last_seen = seen.and_then(|at| Timestamp::from_micros(at).ok());
        let command = ClusterCommand::Disconnect { last_seen, at: plan.now };
        let after = plan.decide(org, cluster, loaded, command).await?;
        plan.answer(cluster, after.version, 200);
        Ok(())
    }
}
