//! The signals that `orouter serve` handles.

use crate::exit::Failure;

/// A request to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Ctrl-C.
    Interrupt,
    /// The service manager's request.
    Terminate,
}

impl From<Stop> for Failure {
    /// The exit of a server that is told to stop at once.
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Interrupt => Self::interrupted(),
            Stop::Terminate => Self::terminated(),
        }
    }
}

#[cfg(unix)]
mod system {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::Stop;

    /// Signals from the time this is created.
    pub(crate) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hang_up: Signal,
    }

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
            })
        }

        /// Waits for the next request to stop. Logs each SIGHUP, which stops nothing.
        pub(crate) async fn stop(&mut self) -> Stop {
            loop {
                tokio::select! {
                    Some(()) = self.interrupt.recv() => return Stop::Interrupt,
                    Some(()) = self.terminate.recv() => return Stop::Terminate,
                    Some(()) = self.hang_up.recv() => {
                        tracing::info!("SIGHUP ignored: there is no configuration file to read again");
                    }
                    else => std::future::pending().await,
                }
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    use super::Stop;

    /// Ctrl-C.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits for the next request to stop.
        pub(crate) async fn stop(&mut self) -> Stop {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Stop::Interrupt
        }
    }
}

pub(crate) use system::Signals;
