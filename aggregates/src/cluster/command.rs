//! What can be asked of a cluster.

use super::ClusterSpec;
use crate::profile::Profile;
use crate::version_use::VersionReference;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{Description, DisplayName, Name, Timestamp};

/// A command to a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterCommand {
    /// Make it; it waits for its agent.
    Create {
        /// The project it is in.
        project: Uuid,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<ClusterSpec>,
        /// When.
        at: Timestamp,
    },
    /// Set profile and spec to these; what differs is recorded.
    Update {
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<ClusterSpec>,
    },
    /// Give it this version of a blueprint.
    AssignBlueprint {
        /// The version.
        blueprint: VersionReference,
    },
    /// Let an agent join by a token; the one before is good no longer.
    IssueBootstrap {
        /// The token's id.
        token: Uuid,
        /// Until when it is good.
        expires_at: Timestamp,
    },
    /// An agent joins by a token, which is spent.
    Register {
        /// The token's id.
        token: Uuid,
        /// What the agent says.
        agent: AgentFacts,
        /// When.
        at: Timestamp,
    },
    /// Let the agent that has registered work.
    Approve {
        /// When.
        at: Timestamp,
    },
    /// Send the agent that has registered away.
    Reject {
        /// When.
        at: Timestamp,
    },
    /// The agent says how the cluster is.
    ReportStatus {
        /// How it is.
        health: Health,
        /// What the agent says.
        agent: AgentFacts,
        /// When.
        at: Timestamp,
    },
    /// Nothing was heard of the agent for too long.
    Disconnect {
        /// When it was last heard of; `None` where never since it registered.
        last_seen: Option<Timestamp>,
        /// When that was noticed.
        at: Timestamp,
    },
    /// Take it out of service: its agent cleans up, unless there is none or it is forced.
    Decommission {
        /// Do not wait for the agent.
        force: bool,
        /// When.
        at: Timestamp,
    },
    /// The agent has cleaned up.
    FinishDecommission,
    /// Delete it, softly.
    Delete,
    /// Bring it back, to wait for an agent.
    Restore {
        /// When.
        at: Timestamp,
    },
}

/// What an agent says of itself and its cluster, and what seldom changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentFacts {
    /// Its own version.
    pub agent_version: DisplayName,
    /// The version of Kubernetes.
    pub kubernetes_version: DisplayName,
}

/// How a cluster is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Whether all is well.
    pub is_healthy: bool,
    /// What is not, for people.
    pub message: Description,
}
