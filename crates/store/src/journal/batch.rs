//! [`Batch`]: settlements that leave the queue together, and how they are read from a file.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::frame::{self, Next};
use crate::record::{GenerationRecord, Settlement};

/// Number of bytes that are read at once.
const READ_BYTES: usize = 2 * frame::MAX_PAYLOAD;

/// Settlements that are to be written to the database next.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) settlements: Vec<Settlement>,
    /// Payloads that cannot be read.
    pub(super) unreadable: Vec<Vec<u8>>,
    /// Bytes that are no frames.
    pub(super) damaged: Vec<Vec<u8>>,
    /// Number of bytes of the queue that the batch takes.
    pub(super) bytes: u64,
    /// Number of settlements that were taken out of the batch.
    taken: usize,
    /// Number of frames that could not be written to a file, of which the batch consists.
    pub(super) overflow: usize,
}

impl Batch {
    /// Returns the number of settlements, readable or not.
    pub(super) fn count(&self) -> u64 {
        let settlements = self.settlements.len() + self.taken;
        (settlements + self.unreadable.len() + self.damaged.len()) as u64
    }

    /// Takes the settlements out of the batch, which still counts them.
    pub(super) fn take_settlements(&mut self) -> Arc<[Settlement]> {
        self.taken = self.settlements.len();
        std::mem::take(&mut self.settlements).into()
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

    fn add_damage(&mut self, bytes: &[u8]) {
        self.damaged.push(bytes.to_vec());
        self.bytes += bytes.len() as u64;
    }
}

/// Reads the next settlements of a file, at most `most`, from `from` and not beyond `length`.
pub(super) fn read_batch(path: &Path, from: u64, length: u64, most: usize) -> io::Result<Batch> {
    let bytes = read_part(path, from, length)?;
    let is_last = bytes.len() < READ_BYTES;
    let mut rest = bytes.as_slice();
    let mut batch = Batch::default();
    while batch.settlements.len() < most {
        match frame::next(rest) {
            Next::Frame { payload, length } => {
                batch.add(payload);
                batch.bytes += length as u64;
                rest = rest.get(length..).unwrap_or_default();
            }
            Next::Damage { length } => {
                let (damaged, next) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                batch.add_damage(damaged);
                rest = next;
            }
            Next::End if batch.bytes > 0 || rest.is_empty() => break,
            Next::End if is_last => {
                // A part of a frame at the end was not acknowledged, or not yet on the disk.
                if !frame::is_torn(rest) {
                    batch.add_damage(rest);
                }
                break;
            }
            Next::End => {
                // The last bytes may be the beginning of an intact frame.
                let length = rest.len().saturating_sub(frame::MAX_LENGTH);
                batch.add_damage(rest.get(..length).unwrap_or(rest));
                break;
            }
        }
    }
    Ok(batch)
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
