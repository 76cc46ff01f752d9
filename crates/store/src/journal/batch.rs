//! [`Batch`]: settlements that leave the queue together, and how they are read from a file.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::frame;
use crate::record::{GenerationRecord, Settlement};

/// Number of bytes that are read at once.
const READ_BYTES: usize = 2 * frame::MAX_PAYLOAD;

/// Settlements that are to be written to the database next.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) settlements: Vec<Settlement>,
    /// Payloads that cannot be read.
    pub(super) unreadable: Vec<Vec<u8>>,
    /// Number of bytes of the queue that the batch takes.
    pub(super) bytes: u64,
    pub(super) from_overflow: bool,
}

impl Batch {
    /// Returns the number of settlements, readable or not.
    pub(super) fn count(&self) -> u64 {
        (self.settlements.len() + self.unreadable.len()) as u64
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes == 0 && self.count() == 0
    }

    pub(super) fn add(&mut self, payload: &[u8]) {
        match serde_json::from_slice(payload) {
            Ok(settlement) => self.settlements.push(settlement),
            Err(error) => {
                tracing::error!(%error, "a settlement in the journal cannot be read");
                self.unreadable.push(payload.to_vec());
            }
        }
    }
}

/// Reads a part of a file, from `from` and not beyond `length`.
pub(super) fn read_part(path: &Path, from: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    let most = length.saturating_sub(from).min(READ_BYTES as u64);
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the record of a payload, if it has this id.
pub(super) fn record_with_id(payload: &[u8], id: &str) -> Option<GenerationRecord> {
    let id_bytes = id.as_bytes();
    if id_bytes.is_empty() || !payload.windows(id_bytes.len()).any(|part| part == id_bytes) {
        return None; // most records, without decoding them
    }
    let settlement: Settlement = serde_json::from_slice(payload).ok()?;
    (settlement.record.id == id).then_some(settlement.record)
}
