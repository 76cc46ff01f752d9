//! [`Settlement`]: a record and the leases that pay for it.

use serde::{Deserialize, Serialize};

use super::generation::GenerationRecord;
use crate::id::LeaseId;

/// A record and the leases that pay for it. It is an entry of the journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Settlement {
    /// The record.
    pub record: GenerationRecord,
    /// Lease of the account's credits. `None`: the cost is charged without a lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_lease: Option<LeaseId>,
    /// Lease of the key's limit. `None`: the cost is charged without a lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_lease: Option<LeaseId>,
}

impl Settlement {
    /// Creates the settlement of a generation without leases.
    #[must_use]
    pub fn new(record: GenerationRecord) -> Self {
        Self {
            record,
            account_lease: None,
            key_lease: None,
        }
    }
}
