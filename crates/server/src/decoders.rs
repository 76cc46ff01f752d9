//! [`Decoders`]: decodes large bodies on blocking threads, a few at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::failure::{Failure, FailureKind};

/// Maximum size of a body that is decoded on the thread that read it, in bytes. Decoding it takes
/// less than a millisecond. A prompt of 100 KB is below it.
const INLINE_BYTES: usize = 128 * 1024;

/// Minimum size of a large body, in bytes. Large bodies have a queue of their own.
const LARGE_BYTES: usize = 1024 * 1024;

/// Maximum numbers of medium and large bodies that are decoded at the same time.
const MEDIUM_AT_ONCE: usize = 4;
const LARGE_AT_ONCE: usize = 2;

/// Decodes bodies: small ones immediately, others on blocking threads. Large bodies do not delay
/// medium ones.
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

    /// Runs `decode` for a body of `size` bytes, or of `size` bytes at most after decompression.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        size: usize,
        decode: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        if size <= INLINE_BYTES {
            return decode();
        }
        let queue = if size < LARGE_BYTES {
            &self.medium
        } else {
            &self.large
        };
        let permit = Arc::clone(queue).acquire_owned().await;
        // The thread owns the permit, because it continues if the client disconnects.
        let outcome = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            decode()
        });
        match outcome.await {
            Ok(outcome) => outcome,
            Err(error) => Err(Failure::new(FailureKind::Server, error.to_string())),
        }
    }
}
