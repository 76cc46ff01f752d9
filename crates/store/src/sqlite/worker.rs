//! [`Worker`]: a thread with a connection, which runs functions one after another.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::StoreError;

/// Maximum number of functions that wait for a thread.
const MAX_WAITING: usize = 1024;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A thread with a connection, which runs functions one after another. It ends when the worker is
/// dropped and the functions that wait have run.
pub(super) struct Worker {
    jobs: SyncSender<Job>,
    waiting: Arc<AtomicUsize>,
    deadline: Duration,
}

impl Worker {
    pub(super) fn start(
        mut connection: Connection,
        name: &str,
        deadline: Duration,
    ) -> Result<Self, StoreError> {
        let (jobs, queue) = sync_channel::<Job>(MAX_WAITING);
        let waiting = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&waiting);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                for job in queue {
                    // The thread serves all operations, so that a fault in one must not end it. The
                    // transaction of the function was rolled back when it was dropped.
                    let run = std::panic::AssertUnwindSafe(|| job(&mut connection));
                    if std::panic::catch_unwind(run).is_err() {
                        tracing::error!("an operation of the database panicked");
                    }
                    counter.fetch_sub(1, Ordering::Relaxed);
                }
            })
            .map_err(|error| StoreError::Io(format!("a thread cannot be started: {error}")))?;
        Ok(Self {
            jobs,
            waiting,
            deadline,
        })
    }

    /// Returns the number of functions that run or wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Runs a function on the thread, and waits for its result until the deadline. A function whose
    /// caller stopped waiting before it began is not run.
    pub(super) fn run<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send + 'static {
        let (reply, result) = oneshot::channel();
        let job = Box::new(move |connection: &mut Connection| {
            if !reply.is_closed() {
                let _ = reply.send(run(connection)); // the caller may have stopped waiting
            }
        });
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let queued = self.jobs.try_send(job);
        if queued.is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        let deadline = self.deadline;
        async move {
            match queued {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => {
                    return Err(StoreError::Unavailable(format!(
                        "{MAX_WAITING} operations wait for it"
                    )));
                }
                Err(TrySendError::Disconnected(_)) => return Err(stopped()),
            }
            match tokio::time::timeout(deadline, result).await {
                Ok(Ok(result)) => result,
                Ok(Err(_)) => Err(StoreError::Unavailable(
                    "the operation ended early".to_owned(),
                )),
                Err(_) => Err(StoreError::Unavailable(format!(
                    "no answer within {} ms",
                    deadline.as_millis()
                ))),
            }
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("its thread has stopped".to_owned())
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_one_operation_only() {
        let connection = Connection::open_in_memory().expect("a database");
        let deadline = Duration::from_secs(10);
        let worker = Worker::start(connection, "test", deadline).expect("a thread");
        let panics = worker.run(|connection| -> Result<(), StoreError> {
            let transaction = connection.transaction()?;
            transaction.execute_batch("CREATE TABLE a (x INTEGER)")?;
            panic!("a fault")
        });
        assert!(panics.await.expect_err("a panic").is_outage());
        let tables = worker.run(|connection| {
            let sql = "SELECT count(*) FROM sqlite_schema";
            Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?)
        });
        assert_eq!(tables.await, Ok(0));
    }
}
