//! Why a cluster refuses.

/// A rule of the cluster's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClusterRefusal {
    /// There is no such cluster.
    #[error("there is no such cluster")]
    NotFound,
    /// Its id is in use.
    #[error("the cluster exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the cluster is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the cluster is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// It is on its way out.
    #[error("the cluster is being decommissioned")]
    Decommissioning,
    /// No agent has registered.
    #[error("no agent has registered: apply the manifest of POST …/bootstrap to the cluster first")]
    NoAgent,
    /// Its agent may work already.
    #[error("the agent is approved already: decommission the cluster to be rid of it")]
    Approved,
    /// An agent has registered, which would stay behind.
    #[error("an agent has registered: decommission the cluster, or force that")]
    HasAgent,
    /// The token is spent, replaced or too old.
    #[error("the join token is not good (any more): have another issued")]
    TokenNotGood,
    /// It is not being decommissioned.
    #[error("the cluster is not being decommissioned")]
    NotDecommissioning,
    /// A password without a user.
    #[error("a password needs a user: set spec.proxy.user, or clear the password")]
    PasswordWithoutUser,
}
