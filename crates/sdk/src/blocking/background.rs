//! The runtime behind the blocking client.

use std::{fmt, future::Future, thread};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

use crate::error::Error;

/// A thread that drives connections and timers. The calls themselves run on the threads that make
/// them.
pub(super) struct Background {
    handle: Handle,
    /// Dropped, it ends the thread.
    _alive: oneshot::Sender<()>,
}

impl Background {
    pub(super) fn start() -> Result<Self, Error> {
        let failed = |error: std::io::Error| {
            Error::configuration("the blocking client's thread cannot be started")
                .with_source(error)
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let handle = runtime.handle().clone();
        let (alive, ended) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("orouter-blocking".to_owned())
            .spawn(move || {
                // Nothing is ever sent: it ends when the other side is dropped.
                let _ = runtime.block_on(ended);
            })
            .map_err(failed)?;
        Ok(Self {
            handle,
            _alive: alive,
        })
    }

    /// Runs `future` on this thread.
    pub(super) fn run<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        if Handle::try_current().is_ok() {
            return Err(Error::configuration(
                "the blocking client was called inside async code; use the async client there",
            ));
        }
        Ok(self.handle.block_on(future))
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Background")
    }
}
