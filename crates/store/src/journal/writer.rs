//! [`start`]: the tasks that write the journal to the database and synchronise it with the disk.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::adopt::adopt;
use super::batch::Batch;
use super::queue::Journal;
use super::write::{keep, write};
use super::writer_options::WriterOptions;
use crate::error::StoreError;
use crate::store::Store;

/// Starts the tasks of a journal. When `stop` becomes `true`, the task writes what is left, removes
/// the empty journal and ends; if the database does not answer, it ends after one attempt, and another
/// process writes the rest.
pub fn start(
    journal: Arc<Journal>,
    store: Arc<dyn Store>,
    options: WriterOptions,
    stop: watch::Receiver<bool>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let sync = sync_in_intervals(&journal, options.sync_interval);
        let write = write_until_stopped(&journal, store.as_ref(), &options, stop);
        tokio::select! {
            () = sync => {}
            () = write => {}
        }
        let _ = blocking(&journal, Journal::sync).await; // logged there
        let closing = Arc::clone(&journal);
        let _ = tokio::task::spawn_blocking(move || closing.close()).await;
    })
}

async fn sync_in_intervals(journal: &Arc<Journal>, interval: Duration) {
    loop {
        sleep(interval).await;
        if let Err(error) = blocking(journal, Journal::sync).await {
            tracing::error!(%error, "the journal cannot be synchronised with the disk");
        }
    }
}

async fn write_until_stopped(
    journal: &Arc<Journal>,
    store: &dyn Store,
    options: &WriterOptions,
    mut stop: watch::Receiver<bool>,
) {
    let mut next_adoption = Instant::now();
    let mut retry = options.retry;
    let mut most = options.batch.max(1);
    loop {
        let stopping = *stop.borrow();
        let mut result = write_all(journal, store, most).await;
        if result.is_ok() && !stopping && Instant::now() >= next_adoption {
            next_adoption = Instant::now() + options.adopt_interval;
            result = adopt(journal, store, most).await;
        }
        if stopping {
            if let Err(error) = result {
                let left = journal.pending();
                tracing::error!(%error, left, "records are left in the journal");
            }
            return;
        }
        let stopped = stop.wait_for(|stop| *stop);
        match result {
            Ok(()) => {
                retry = options.retry;
                most = options.batch.max(1);
                // Collect for a while after the first settlement.
                let collect = async {
                    tokio::select! {
                        () = journal.appended.notified() => {}
                        () = tokio::time::sleep_until(next_adoption) => {}
                    }
                    sleep(options.interval).await;
                };
                tokio::select! {
                    () = collect => {}
                    ended = stopped => if ended.is_err() { return },
                }
            }
            Err(error) => {
                let left = journal.pending();
                tracing::warn!(%error, left, "records wait in the journal");
                tokio::select! {
                    () = sleep(retry) => {}
                    ended = stopped => if ended.is_err() { return },
                }
                retry = (retry * 2).min(options.max_retry);
                // A slow database may need longer for a large batch than the deadline of an operation.
                most = (most / 2).max(1);
            }
        }
    }
}

/// Writes batches until the journal is empty.
async fn write_all(
    journal: &Arc<Journal>,
    store: &dyn Store,
    most: usize,
) -> Result<(), StoreError> {
    loop {
        let mut batch = match journal.recent_batch(most) {
            Some(batch) => batch,
            None => blocking(journal, move |journal| journal.next_batch(most)).await?,
        };
        if batch.is_empty() {
            return Ok(());
        }
        write_batch(&mut batch, journal, store).await?;
        let journal = Arc::clone(journal);
        let removed = tokio::task::spawn_blocking(move || journal.remove(&batch));
        removed
            .await
            .map_err(|error| StoreError::Io(error.to_string()))?;
    }
}

async fn write_batch(
    batch: &mut Batch,
    journal: &Journal,
    store: &dyn Store,
) -> Result<(), StoreError> {
    let mut kept = if batch.settlements.is_empty() {
        Vec::new()
    } else {
        write(batch.take_settlements(), store).await?
    };
    kept.extend(batch.unreadable.iter().chain(&batch.damaged).cloned());
    keep(journal.folder(), kept).await
}

/// Runs a function that blocks on the disk.
async fn blocking<T: Send + 'static>(
    journal: &Arc<Journal>,
    run: impl FnOnce(&Journal) -> std::io::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    let journal = Arc::clone(journal);
    match tokio::task::spawn_blocking(move || run(&journal)).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(StoreError::Io(format!("the journal failed: {error}"))),
        Err(error) => Err(StoreError::Io(error.to_string())),
    }
}
