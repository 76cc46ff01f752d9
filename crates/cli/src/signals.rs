//! Signals of `orouter serve`.

use crate::exit::CommandError;

/// Signal to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// A request to stop.
    Stop(Stop),
    /// SIGHUP, which asks for a reload of the configuration.
    #[cfg_attr(not(unix), allow(dead_code, reason = "other systems do not send it"))]
    HangUp,
}

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

    use super::{Received, Stop};

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

        /// Waits for the next signal. Cancel-safe.
        pub(crate) async fn next(&mut self) -> Received {
            tokio::select! {
                Some(()) = self.interrupt.recv() => Received::Stop(Stop::Interrupt),
                Some(()) = self.terminate.recv() => Received::Stop(Stop::Terminate),
                Some(()) = self.hang_up.recv() => Received::HangUp,
                else => std::future::pending().await,
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    use super::{Received, Stop};

    /// Receives Ctrl-C.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits for the next signal.
        pub(crate) async fn next(&mut self) -> Received {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Received::Stop(Stop::Interrupt)
        }
    }
}

pub(crate) use system::Signals;
