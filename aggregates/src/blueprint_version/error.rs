//! Why a version of a blueprint refuses.

/// A rule of the version's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlueprintVersionRefusal {
    /// There is no such version.
    #[error("there is no such version")]
    NotFound,
    /// Its id is in use.
    #[error("the version exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the version is deleted: restore it first")]
    Deleted,
    /// Its blueprint is deleted.
    #[error("its blueprint is deleted: restore that first")]
    Withdrawn,
    /// It is protected against deletion.
    #[error("the version is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// It was activated, and stays what it is.
    #[error("the version was activated, and stays what it is: make another version")]
    Immutable,
    /// It was activated, and stays.
    #[error("the version was activated, and stays: disable it, so that nothing new uses it")]
    NeverDeleted,
    /// It never was active.
    #[error("the version is a draft, which nothing can use: there is nothing to disable")]
    NeverActivated,
    /// It builds on a version of the same blueprint.
    #[error("a version builds on another blueprint, not on its own")]
    OwnBase,
    /// Two of its add-ons have the same name.
    #[error("the add-on {name} is there twice")]
    AddonTwice {
        /// Which, counted from 0.
        index: usize,
        /// Its name.
        name: String,
    },
    /// An add-on depends on one that is not there.
    #[error("{name} is no add-on of this version or of its base")]
    UnknownDependency {
        /// Which add-on, counted from 0.
        index: usize,
        /// Which of its dependencies, counted from 0.
        dependency: usize,
        /// What it names.
        name: String,
    },
    /// Add-ons depend on each other in a circle.
    #[error("the add-ons depend on each other in a circle: {}", path.join(" → "))]
    Cycle {
        /// Where, counted from 0.
        index: usize,
        /// The names around it; the first is the last.
        path: Vec<String>,
    },
    /// What a golden base sets stays as it is.
    #[error("the golden base {base} sets {what}: leave it out here")]
    GoldenSetting {
        /// The base and its version.
        base: String,
        /// What it sets, and to what.
        what: String,
        /// Which of these it is.
        setting: GoldenSetting,
    },
}

/// What a golden base sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoldenSetting {
    /// What is done about drift.
    Drift,
    /// Whether namespaces are taken up.
    NamespaceSync,
    /// An add-on.
    Addon {
        /// Which of the version's own it would be, counted from 0.
        index: usize,
    },
}
