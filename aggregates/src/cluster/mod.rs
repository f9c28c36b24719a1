//! A Kubernetes cluster that an agent of ours runs in.
//!
//! ```text
//! (none) ── Create ──► awaitingAgent ── Register ──► registered ── ReportStatus ──► ready ⇄ unhealthy
//!                            ▲                           │                (each ⇄ disconnected)
//!                            └────────── Reject ─────────┘
//! any ── Decommission ──► decommissioning ── FinishDecommission ──► deleted ── Restore ──► awaitingAgent
//! ```
//!
//! An agent joins by a token that is good once. It works only when it is approved, which it is at once where the spec
//! says so. Decommissioning lets it clean up; without an agent, or by force, the cluster is deleted at once. A cluster
//! that comes back waits for an agent anew. When an agent was last heard of is no event: a plain table knows; that
//! nothing was heard for too long is one.

mod command;
mod error;
mod event;

pub use crate::cluster_spec::{ClusterSpec, ClusterType, Environment, Provider};
pub use command::{AgentFacts, ClusterCommand, Health};
pub use error::ClusterRefusal;
pub use event::{Change, ClusterEvent, ClusterUpdate, Whereabouts};

use crate::condition::{self, Condition, Truth};
use crate::emit;
use crate::profile::Profile;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{Name, Timestamp};

/// Where a cluster stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClusterPhase {
    /// Never created.
    #[default]
    None,
    /// No agent has joined.
    AwaitingAgent,
    /// An agent has joined, and has not reported yet, or may not work yet.
    Registered,
    /// Its agent reports that all is well.
    Ready,
    /// Its agent reports that something is not.
    Unhealthy,
    /// Nothing is heard of its agent.
    Disconnected,
    /// Its agent cleans up.
    Decommissioning,
    /// Deleted; restoring brings it back.
    Deleted,
}

impl ClusterPhase {
    /// The form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::AwaitingAgent => "awaitingAgent",
            Self::Registered => "registered",
            Self::Ready => "ready",
            Self::Unhealthy => "unhealthy",
            Self::Disconnected => "disconnected",
            Self::Decommissioning => "decommissioning",
            Self::Deleted => "deleted",
        }
    }
}

/// A token that an agent can join by, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinToken {
    /// Its id; the secret is kept elsewhere.
    pub id: Uuid,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// The agent that has joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// What it said last.
    pub facts: AgentFacts,
    /// When it joined.
    pub registered_at: Timestamp,
    /// Since when it may work; `None` where it may not.
    pub approved_at: Option<Timestamp>,
}

/// A cluster's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Where it stands.
    pub phase: ClusterPhase,
    /// The project it is in, once it is in one.
    pub project: Option<Uuid>,
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: ClusterSpec,
    /// The token that an agent can join by.
    pub join: Option<JoinToken>,
    /// The agent that has joined.
    pub agent: Option<Agent>,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// How many events made it what it is.
    pub generation: i64,
}

/// What the rules ask of a phase.
#[derive(Clone, Copy)]
enum Stage {
    Unmade,
    Awaiting,
    Joined,
    Leaving,
    Gone,
}

impl ClusterPhase {
    const fn stage(self) -> Stage {
        match self {
            Self::None => Stage::Unmade,
            Self::AwaitingAgent => Stage::Awaiting,
            Self::Registered | Self::Ready | Self::Unhealthy | Self::Disconnected => Stage::Joined,
            Self::Decommissioning => Stage::Leaving,
            Self::Deleted => Stage::Gone,
        }
    }
}

impl Aggregate for Cluster {
    type Command = ClusterCommand;
    type Error = ClusterRefusal;
    type Event = ClusterEvent;
    type Services = ();

    const TYPE: &'static str = "cluster";

    async fn handle(
        &mut self,
        command: ClusterCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), ClusterRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: ClusterEvent) {
        self.generation += 1;
        match event {
            ClusterEvent::Created { project, name, profile, spec, at } => {
                (self.project, self.name, self.profile, self.spec) =
                    (Some(project), Some(name), profile, *spec);
                self.awaits_agent("AwaitingAgent", "No agent has registered yet.", at);
            }
            ClusterEvent::Updated(update) => update.apply_to(self),
            ClusterEvent::BootstrapIssued { token, expires_at } => {
                self.join = Some(JoinToken { id: token, expires_at });
            }
            ClusterEvent::Registered { agent, approved, at, .. } => self.registered(agent, approved, at),
            ClusterEvent::Approved { at } => {
                self.agent.iter_mut().for_each(|agent| agent.approved_at = Some(at));
                self.set("Approved", Truth::True, "Approved", "The agent was approved.", at);
            }
            ClusterEvent::Rejected { at } => {
                self.awaits_agent("Rejected", "The agent was rejected.", at);
            }
            ClusterEvent::StatusReported { health, agent, at } => self.reported(&health, &agent, at),
            ClusterEvent::Disconnected { at, .. } => {
                self.phase = ClusterPhase::Disconnected;
                self.set("Connected", Truth::False, "NotHeard", "Nothing is heard of the agent.", at);
                self.set("Ready", Truth::Unknown, "Disconnected", "Nothing is heard of the agent.", at);
            }
            ClusterEvent::DecommissioningStarted { at } => {
                self.phase = ClusterPhase::Decommissioning;
                self.join = None;
                self.set("Ready", Truth::False, "Decommissioning", "It is taken out of service.", at);
            }
            ClusterEvent::Deleted(_) => {
                self.phase = ClusterPhase::Deleted;
                (self.join, self.agent) = (None, None);
            }
            ClusterEvent::Restored { at, .. } => {
                self.awaits_agent("AwaitingAgent", "It was restored, and no agent has registered since.", at);
            }
        }
    }
}

impl Cluster {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: ClusterCommand) -> Result<Vec<ClusterEvent>, ClusterRefusal> {
        use ClusterCommand as C;
        use ClusterEvent as E;
        use ClusterRefusal as R;
        use Stage as S;
        match (self.phase.stage(), command) {
            (S::Unmade, C::Create { project, name, profile, spec, at }) => {
                check(&spec)?;
                Ok(vec![E::Created { project, name, profile, spec, at }])
            }
            (
                S::Unmade,
                C::Update { .. }
                | C::AssignBlueprint { .. }
                | C::IssueBootstrap { .. }
                | C::Register { .. }
                | C::Approve { .. }
                | C::Reject { .. }
                | C::ReportStatus { .. }
                | C::Disconnect { .. }
                | C::Decommission { .. }
                | C::FinishDecommission
                | C::Delete
                | C::Restore { .. },
            ) => Err(R::NotFound),
            (S::Awaiting | S::Joined | S::Leaving | S::Gone, C::Create { .. }) => Err(R::AlreadyExists),

            (S::Awaiting | S::Joined | S::Leaving, C::Update { profile, spec }) => {
                check(&spec)?;
                Ok(self.updated(profile, *spec))
            }
            (S::Awaiting | S::Joined, C::AssignBlueprint { blueprint }) => {
                let spec = ClusterSpec { blueprint: Some(blueprint), ..self.spec.clone() };
                Ok(self.updated(self.profile.clone(), spec))
            }
            (S::Awaiting | S::Joined, C::IssueBootstrap { token, expires_at }) => {
                let is_issued = self.join.is_some_and(|join| join.id == token);
                Ok(if is_issued { vec![] } else { vec![E::BootstrapIssued { token, expires_at }] })
            }
            (S::Awaiting | S::Joined, C::Register { token, agent, at }) => {
                if self.join.is_none_or(|join| join.id != token || join.expires_at <= at) {
                    return Err(R::TokenNotGood);
                }
                Ok(vec![E::Registered { token, agent, approved: self.spec.auto_approve, at }])
            }
            (S::Awaiting, C::Approve { .. } | C::Reject { .. } | C::ReportStatus { .. }) => Err(R::NoAgent),
            (S::Joined, C::Approve { at }) => {
                Ok(if self.is_approved() { vec![] } else { vec![E::Approved { at }] })
            }
            (S::Joined, C::Reject { .. }) if self.is_approved() => Err(R::Approved),
            (S::Joined, C::Reject { at }) => Ok(vec![E::Rejected { at }]),
            (S::Joined, C::ReportStatus { health, agent, at }) => {
                let is_new = self.phase != self.phase_by(&health)
                    || self.agent.as_ref().is_none_or(|known| known.facts != agent);
                Ok(if is_new { vec![E::StatusReported { health, agent, at }] } else { vec![] })
            }
            (S::Joined, C::Disconnect { last_seen, at }) => {
                let is_known = self.phase == ClusterPhase::Disconnected;
                Ok(if is_known { vec![] } else { vec![E::Disconnected { last_seen, at }] })
            }

            (S::Awaiting | S::Joined | S::Leaving, C::Decommission { .. } | C::Delete)
                if self.profile.deletion_protection =>
            {
                Err(R::DeletionProtected)
            }
            (S::Awaiting, C::Decommission { .. } | C::Delete)
            | (S::Joined | S::Leaving, C::Decommission { force: true, .. })
            | (S::Leaving, C::FinishDecommission) => Ok(vec![E::Deleted(Box::new(self.whereabouts()?))]),
            (S::Joined, C::Decommission { force: false, at }) => Ok(vec![E::DecommissioningStarted { at }]),
            (S::Joined | S::Leaving, C::Delete) => Err(R::HasAgent),
            (S::Awaiting | S::Joined, C::FinishDecommission) => Err(R::NotDecommissioning),
            (
                S::Leaving,
                C::AssignBlueprint { .. }
                | C::IssueBootstrap { .. }
                | C::Register { .. }
                | C::Approve { .. }
                | C::Reject { .. },
            ) => Err(R::Decommissioning),

            (S::Gone, C::Restore { at }) => {
                Ok(vec![E::Restored { whereabouts: Box::new(self.whereabouts()?), at }])
            }
            (S::Awaiting | S::Leaving, C::Disconnect { .. })
            | (S::Awaiting | S::Joined | S::Leaving, C::Restore { .. })
            | (S::Leaving, C::ReportStatus { .. } | C::Decommission { force: false, .. })
            | (S::Gone, C::Disconnect { .. } | C::Decommission { .. } | C::FinishDecommission | C::Delete) => {
                Ok(vec![])
            }
            (
                S::Gone,
                C::Update { .. }
                | C::AssignBlueprint { .. }
                | C::IssueBootstrap { .. }
                | C::Register { .. }
                | C::Approve { .. }
                | C::Reject { .. }
                | C::ReportStatus { .. },
            ) => Err(R::Deleted),
        }
    }

    fn updated(&self, profile: Profile, spec: ClusterSpec) -> Vec<ClusterEvent> {
        let update = ClusterUpdate::between(self, profile, spec);
        update.map(|update| ClusterEvent::Updated(Box::new(update))).into_iter().collect()
    }

    fn is_approved(&self) -> bool {
        self.agent.as_ref().is_some_and(|agent| agent.approved_at.is_some())
    }

    /// Where it stands when its agent reports this: an agent that may not work only shows that it is there.
    fn phase_by(&self, health: &Health) -> ClusterPhase {
        match (self.is_approved(), health.is_healthy) {
            (false, _) => ClusterPhase::Registered,
            (true, true) => ClusterPhase::Ready,
            (true, false) => ClusterPhase::Unhealthy,
        }
    }

    fn whereabouts(&self) -> Result<Whereabouts, ClusterRefusal> {
        Ok(Whereabouts {
            project: self.project.ok_or(ClusterRefusal::NotFound)?,
            name: self.name.clone().ok_or(ClusterRefusal::NotFound)?,
            sharing: self.spec.sharing.clone(),
            blueprint: self.spec.blueprint.clone(),
        })
    }

    fn awaits_agent(&mut self, reason: &str, message: &str, at: Timestamp) {
        self.phase = ClusterPhase::AwaitingAgent;
        self.agent = None;
        for kind in ["Approved", "Connected", "Ready"] {
            self.set(kind, Truth::False, reason, message, at);
        }
    }

    fn registered(&mut self, facts: AgentFacts, approved: bool, at: Timestamp) {
        self.phase = ClusterPhase::Registered;
        self.join = None;
        self.agent = Some(Agent { facts, registered_at: at, approved_at: approved.then_some(at) });
        self.set("Connected", Truth::True, "Registered", "The agent has registered.", at);
        self.set("Ready", Truth::False, "NotReported", "The agent has not reported yet.", at);
        let (truth, reason, message) = if approved {
            (Truth::True, "AutoApproved", "The cluster approves agents by itself.")
        } else {
            (Truth::False, "NeedsApproval", "The agent has to be approved.")
        };
        self.set("Approved", truth, reason, message, at);
    }

    fn reported(&mut self, health: &Health, facts: &AgentFacts, at: Timestamp) {
        self.phase = self.phase_by(health);
        self.agent.iter_mut().for_each(|agent| agent.facts = facts.clone());
        self.set("Connected", Truth::True, "Reporting", "The agent reports.", at);
        match self.phase {
            ClusterPhase::Ready => self.set("Ready", Truth::True, "Healthy", "All is well.", at),
            ClusterPhase::Unhealthy => {
                self.set("Ready", Truth::False, "Unhealthy", health.message.as_str(), at);
            }
            ClusterPhase::Registered
            | ClusterPhase::None
            | ClusterPhase::AwaitingAgent
            | ClusterPhase::Disconnected
            | ClusterPhase::Decommissioning
            | ClusterPhase::Deleted => {
                self.set("Ready", Truth::False, "NeedsApproval", "The agent has to be approved.", at);
            }
        }
    }

    fn set(&mut self, kind: &str, status: Truth, reason: &str, message: &str, at: Timestamp) {
        let condition = Condition {
            kind: kind.to_owned(),
            status,
            reason: reason.to_owned(),
            message: message.to_owned(),
            last_transition_time: at,
            observed_generation: self.generation,
        };
        condition::set(&mut self.conditions, condition);
    }
}

fn check(spec: &ClusterSpec) -> Result<(), ClusterRefusal> {
    match &spec.proxy {
        Some(proxy) if proxy.password.is_some() && proxy.user.is_none() => {
            Err(ClusterRefusal::PasswordWithoutUser)
        }
        Some(_) | None => Ok(()),
    }
}
