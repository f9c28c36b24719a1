//! The read models that are derived from the ledger, and their tables.

use clap::ValueEnum;

/// A read model that is derived from the ledger alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReadModel {
    /// Documents as they are, and every version of them.
    Documents,
    /// Who holds which name.
    Claims,
    /// What leans on what.
    References,
    /// What there is only so much of, and who holds how much of it.
    Pools,
    /// Where each scope ends, and the version of who may do what in it.
    Scopes,
    /// Which position was the last at which moment.
    Batches,
}

impl ReadModel {
    /// All there are.
    pub const ALL: [Self; 6] =
        [Self::Documents, Self::Claims, Self::References, Self::Pools, Self::Scopes, Self::Batches];

    /// Its tables.
    #[must_use]
    pub const fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Documents => &["documents", "document_versions"],
            Self::Claims => &["claims"],
            Self::References => &["object_references"],
            Self::Pools => &["pool_limits", "pool_holdings"],
            Self::Scopes => &["scopes"],
            Self::Batches => &["ledger_batches"],
        }
    }
}

/// The tables of these read models.
pub(super) fn tables(models: &[ReadModel]) -> Vec<&'static str> {
    models.iter().flat_map(|model| model.tables()).copied().collect()
}
