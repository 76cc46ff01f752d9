//! [`Decoders`]: large bodies are decoded on threads of their own, a few at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::failure::{Failure, FailureKind};

/// Maximum size of a body that is decoded where it was read, in bytes: well under a millisecond.
const INLINE: usize = 64 * 1024;

/// Size from which bodies queue apart from smaller ones, in bytes.
const LARGE: usize = 1024 * 1024;

/// Bodies below and from [`LARGE`] that are decoded at the same time.
const MEDIUM_AT_ONCE: usize = 4;
const LARGE_AT_ONCE: usize = 2;

/// Runs the decoding of bodies: small ones at once, others on threads that may block, where those of
/// a megabyte and more do not hold up the rest.
#[derive(Debug)]
pub(crate) struct Decoders {
    medium: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

impl Decoders {
    pub(crate) fn new() -> Self {
        Self {
            medium: Arc::new(Semaphore::new(MEDIUM_AT_ONCE)),
            large: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
        }
    }

    /// Runs `decode`, which handles a body that has or may become `size` bytes.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        size: usize,
        decode: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        if size <= INLINE {
            return decode();
        }
        let lane = if size < LARGE {
            &self.medium
        } else {
            &self.large
        };
        let turn = Arc::clone(lane).acquire_owned().await;
        // The turn moves to the thread: the work goes on if the client disconnects.
        let outcome = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            decode()
        });
        match outcome.await {
            Ok(outcome) => outcome,
            Err(error) => Err(Failure::new(FailureKind::Server, error.to_string())),
        }
    }
}
