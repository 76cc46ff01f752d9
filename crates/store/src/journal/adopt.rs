//! [`adopt`]: writes the journals that dead processes have left in the folder.

use std::path::Path;
use std::{fs, io};

use super::batch::read_batch;
use super::files::{Left, ProcessLock, list};
use super::queue::Journal;
use super::write::{keep, write};
use crate::error::StoreError;
use crate::id::ProcessId;
use crate::store::Store;

/// Writes the journals of all dead processes in the folder of `journal`, and returns their leases. A
/// journal that cannot be read does not stop the others.
pub(super) async fn adopt(
    journal: &Journal,
    store: &dyn Store,
    most: usize,
) -> Result<(), StoreError> {
    let folder = journal.folder().to_path_buf();
    let own = journal.process().clone();
    let dead = blocking(move || dead_processes(&folder, &own)).await?;
    let mut result = Ok(());
    for (lock, left) in dead {
        match adopt_process(&left, journal.folder(), store, most).await {
            Ok(()) => {
                tracing::info!(process = %left.process, "the journal of an ended process is written");
                let _ = lock.remove(); // tried again with the next adoption
            }
            Err(StoreError::Io(cause)) => {
                tracing::error!(process = %left.process, cause, "a journal is not written");
                result = Err(StoreError::Io(cause));
            }
            Err(error) => return Err(error),
        }
    }
    result
}

async fn adopt_process(
    left: &Left,
    folder: &Path,
    store: &dyn Store,
    most: usize,
) -> Result<(), StoreError> {
    let mut result = Ok(());
    for file in &left.files {
        match write_file(file, folder, store, most).await {
            Err(error @ StoreError::Io(_)) => result = Err(error),
            written => written?,
        }
    }
    // The leases pay for the rest, which may be readable later, or expire.
    result?;
    store.end_process(left.process.clone()).await
}

/// Returns the locks and the files of dead processes.
fn dead_processes(folder: &Path, own: &ProcessId) -> io::Result<Vec<(ProcessLock, Left)>> {
    let mut dead = Vec::new();
    for left in list(folder)? {
        if left.process == *own {
            continue;
        }
        match ProcessLock::of_dead(folder, &left.process) {
            Ok(Some(lock)) => {
                // The process may have written more before it ended.
                let files = list(folder)?
                    .into_iter()
                    .find(|it| it.process == left.process);
                dead.extend(files.map(|files| (lock, files)));
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(process = %left.process, %error, "a journal's lock cannot be opened");
            }
        }
    }
    Ok(dead)
}

/// Writes the settlements of a file and removes it. A damaged file is kept under another name.
async fn write_file(
    path: &Path,
    folder: &Path,
    store: &dyn Store,
    most: usize,
) -> Result<(), StoreError> {
    let mut from = 0;
    let mut damaged = false;
    let mut kept = Vec::new();
    loop {
        let of_read = path.to_path_buf();
        let batch = blocking(move || read_batch(&of_read, from, u64::MAX, most)).await?;
        if !batch.settlements.is_empty() {
            kept.extend(write(batch.settlements.into(), store).await?);
        }
        kept.extend(batch.unreadable);
        damaged |= !batch.damaged.is_empty();
        if batch.bytes == 0 {
            break;
        }
        from += batch.bytes;
    }
    keep(folder, kept).await?;
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

/// Runs a function that blocks on the disk.
async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(run).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(StoreError::Io(format!("a journal cannot be read: {error}"))),
        Err(error) => Err(StoreError::Io(error.to_string())),
    }
}
