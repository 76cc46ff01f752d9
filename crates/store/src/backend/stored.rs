//! [`Stored`]: a settlement as a database stores it.

use crate::error::StoreError;
use crate::id::LeaseId;
use crate::record::{GenerationRecord, Settlement};
use crate::time::Timestamp;

/// A settlement as a database stores it: cut to what can be stored, without a time in the future, and
/// with the client's fields apart, because they are removed first.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) record: GenerationRecord,
    pub(crate) record_json: String,
    pub(crate) client_json: Option<String>,
    pub(crate) account_lease: Option<LeaseId>,
    pub(crate) key_lease: Option<LeaseId>,
}

impl Stored {
    pub(crate) fn new(settlement: &Settlement, now: Timestamp) -> Result<Self, StoreError> {
        let json = |json: serde_json::Result<String>| {
            json.map_err(|error| StoreError::Database(error.to_string()))
        };
        let mut record = settlement.record.clone();
        record.bound();
        record.completed_at = record.completed_at.min(now);
        let client = std::mem::take(&mut record.client);
        let client_json = if client.is_empty() {
            None
        } else {
            Some(json(serde_json::to_string(&client))?)
        };
        Ok(Self {
            record_json: json(serde_json::to_string(&record))?,
            record,
            client_json,
            account_lease: settlement.account_lease.clone(),
            key_lease: settlement.key_lease.clone(),
        })
    }
}
