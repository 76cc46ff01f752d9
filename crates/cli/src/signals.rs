//! Signals of `orouter serve`.

use crate::exit::CommandError;

/// Signal that asks the server to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl From<Stop> for CommandError {
    /// Returns the exit status of a server that a second signal ends.
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

    /// Receives signals from its creation on.
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

        /// Waits for the next signal to stop. Logs and ignores SIGHUP.
        pub(crate) async fn stop(&mut self) -> Stop {
            loop {
                tokio::select! {
                    Some(()) = self.interrupt.recv() => return Stop::Interrupt,
                    Some(()) = self.terminate.recv() => return Stop::Terminate,
                    Some(()) = self.hang_up.recv() => {
                        tracing::info!("SIGHUP ignored: the server has no configuration file to reload");
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

    /// Receives Ctrl-C.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits for the next signal to stop.
        pub(crate) async fn stop(&mut self) -> Stop {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Stop::Interrupt
        }
    }
}

pub(crate) use system::Signals;
