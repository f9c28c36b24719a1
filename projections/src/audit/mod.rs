//! The audit trail: the ledger seen through a filter.
