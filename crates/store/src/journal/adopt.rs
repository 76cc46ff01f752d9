//! [`adopt`]: writes the journals that dead processes have left in the folder.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::batch::read_part;
use super::files::{Left, ProcessLock, list};
use super::frame::{self, Next};
use super::queue::Journal;
use super::write::{keep_unreadable, write};
use super::writer_options::WriterOptions;
use crate::error::StoreError;
use crate::id::ProcessId;
use crate::record::Settlement;
use crate::store::Store;

/// Writes the journals of all dead processes in the folder of `journal`, and returns their leases.
pub(super) async fn adopt(
    journal: &Journal,
    store: &dyn Store,
    options: &WriterOptions,
) -> Result<(), StoreError> {
    let folder = journal.folder().to_path_buf();
    let own = journal.process().clone();
    let dead = blocking(move || dead_processes(&folder, &own)).await?;
    for (lock, left) in dead {
        for file in &left.files {
            write_file(file, journal.folder(), store, options).await?;
        }
        store.end_process(left.process.clone()).await?;
        tracing::info!(process = %left.process, "the journal of an ended process is written");
        let _ = lock.remove(); // tried again with the next adoption
    }
    Ok(())
}

/// Returns the locks and the files of dead processes.
fn dead_processes(folder: &Path, own: &ProcessId) -> std::io::Result<Vec<(ProcessLock, Left)>> {
    let mut dead = Vec::new();
    for left in list(folder)? {
        if left.process == *own {
            continue;
        }
        if let Some(lock) = ProcessLock::of_dead(folder, &left.process)? {
            // The process may have written more before it ended.
            let files = list(folder)?
                .into_iter()
                .find(|it| it.process == left.process);
            dead.push((lock, files.unwrap_or(left)));
        }
    }
    Ok(dead)
}

/// Writes the settlements of a file and removes it. A damaged file is kept under another name.
async fn write_file(
    path: &Path,
    folder: &Path,
    store: &dyn Store,
    options: &WriterOptions,
) -> Result<(), StoreError> {
    let mut from = 0;
    let mut damaged = false;
    loop {
        let (of_read, most) = (path.to_path_buf(), options.batch);
        let part = blocking(move || read_settlements(&of_read, from, most)).await?;
        if !part.settlements.is_empty() {
            let batch: Arc<[Settlement]> = part.settlements.into();
            write(batch, folder, store).await?;
        }
        for payload in &part.unreadable {
            keep_unreadable(folder, payload)?;
        }
        damaged |= part.damaged;
        if part.bytes == 0 {
            break;
        }
        from += part.bytes;
    }
    let path = path.to_path_buf();
    blocking(move || {
        if damaged {
            let kept = path.with_extension("damaged");
            tracing::error!(path = %kept.display(), "a damaged journal is kept");
            fs::rename(&path, kept)
        } else {
            fs::remove_file(&path)
        }
    })
    .await
}

#[derive(Default)]
struct Part {
    settlements: Vec<Settlement>,
    unreadable: Vec<Vec<u8>>,
    bytes: u64,
    damaged: bool,
}

fn read_settlements(path: &Path, from: u64, most: usize) -> std::io::Result<Part> {
    let bytes = read_part(path, from, u64::MAX)?;
    let mut rest = bytes.as_slice();
    let mut part = Part::default();
    while part.settlements.len() < most {
        let used = match frame::next(rest) {
            Next::Frame { payload, length } => {
                match serde_json::from_slice(payload) {
                    Ok(settlement) => part.settlements.push(settlement),
                    Err(_) => part.unreadable.push(payload.to_vec()),
                }
                length
            }
            Next::Damage { length } => {
                part.damaged = true;
                length
            }
            // A frame at the end of which a part is missing: its settlement was not acknowledged.
            Next::End => break,
        };
        part.bytes += used as u64;
        rest = rest.get(used..).unwrap_or_default();
    }
    Ok(part)
}

/// Runs a function that blocks on the disk.
async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(run).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(StoreError::Io(format!("a journal cannot be read: {error}"))),
        Err(error) => Err(StoreError::Io(error.to_string())),
    }
}
