//! Ctrl-C while the command works.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::exit::{CommandError, Exit};

/// Time after Ctrl-C in which the command ends by itself, unless it is blocked.
const GRACE: Duration = Duration::from_millis(500);

/// Runs `work`, and drops it on Ctrl-C.
///
/// # Errors
/// Those of `work`, and [`CommandError::interrupted`].
pub(crate) async fn interruptible<T>(
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    tokio::select! {
        outcome = work => outcome,
        _ = tokio::signal::ctrl_c() => Err(CommandError::interrupted()),
    }
}

/// Ends the process with the exit status of an interruption if it still runs a while after Ctrl-C.
///
/// A write to a pipe that nobody reads, or to a stopped terminal, blocks the thread that would handle
/// Ctrl-C. Dropping the value ends the watch.
#[derive(Debug)]
pub(crate) struct EndWhenBlocked(JoinHandle<()>);

impl EndWhenBlocked {
    pub(crate) fn watch() -> Self {
        Self(tokio::spawn(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                tokio::time::sleep(GRACE).await;
                std::process::exit(Exit::Interrupted.code().into());
            }
        }))
    }
}

impl Drop for EndWhenBlocked {
    fn drop(&mut self) {
        self.0.abort();
    }
}
