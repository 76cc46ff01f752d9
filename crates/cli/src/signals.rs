//! Signals of `orouter serve` and `orouter chat`.

use crate::exit::CommandError;

/// Signal to the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// A request to stop the server, or a response.
    Stop(Stop),
    /// SIGHUP: asks a server to reload its configuration; the terminal of a conversation was closed.
    #[cfg_attr(not(unix), allow(dead_code, reason = "other systems do not send it"))]
    HangUp,
}

/// Signal that asks to stop.
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

impl From<Received> for CommandError {
    /// Returns the exit status of a conversation that a signal ends.
    fn from(received: Received) -> Self {
        match received {
            Received::Stop(stop) => stop.into(),
            Received::HangUp => Self::terminated(),
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
        /// `None` if SIGTERM has its default effect.
        terminate: Option<Signal>,
        /// `None` if SIGHUP has its default effect.
        hang_up: Option<Signal>,
    }

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: Some(signal(SignalKind::terminate())?),
                hang_up: Some(signal(SignalKind::hangup())?),
            })
        }

        /// Receives Ctrl-C only.
        pub(crate) fn interrupts() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: None,
                hang_up: None,
            })
        }

        /// Waits for the next signal. Cancel-safe.
        pub(crate) async fn next(&mut self) -> Received {
            tokio::select! {
                Some(()) = self.interrupt.recv() => Received::Stop(Stop::Interrupt),
                Some(()) = received(&mut self.terminate) => Received::Stop(Stop::Terminate),
                Some(()) = received(&mut self.hang_up) => Received::HangUp,
                else => std::future::pending().await,
            }
        }
    }

    async fn received(signal: &mut Option<Signal>) -> Option<()> {
        signal.as_mut()?.recv().await
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

        /// Receives Ctrl-C only.
        pub(crate) fn interrupts() -> io::Result<Self> {
            Self::new()
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
