//! Ctrl-C while the command works.

use crate::exit::CommandError;

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
