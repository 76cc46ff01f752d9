//! How the command ends: the exit statuses, and the failures that carry them.

use std::fmt;
use std::process::ExitCode;

/// Why the command ended, as its exit status says it. `orouter --help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The request failed: refused, unreachable, broken off.
    Failed,
    /// Unusable arguments or input; nothing was sent.
    Usage,
    /// The answer was cut short by a limit or a filter.
    Incomplete,
    /// The embedded model cannot be fetched or loaded.
    Model,
    /// Ctrl-C.
    Interrupted,
    /// A second SIGTERM.
    Terminated,
    /// The reader of the output went away.
    ClosedPipe,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Incomplete => 3,
            Exit::Model => 4,
            Exit::Interrupted => 130, // 128 + SIGINT
            Exit::Terminated => 143,  // 128 + SIGTERM
            Exit::ClosedPipe => 141,  // 128 + SIGPIPE
        })
    }
}

/// An end that is not success, and what to tell the user about it.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit status.
    pub(crate) exit: Exit,
    /// One line for standard error; empty when there is nothing to add.
    pub(crate) message: String,
}

impl Failure {
    /// A failed request or an output that cannot be written.
    pub(crate) fn failed(message: impl fmt::Display) -> Self {
        Self {
            exit: Exit::Failed,
            message: message.to_string(),
        }
    }

    /// Unusable arguments or input.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.to_string(),
        }
    }

    /// No embedded model.
    pub(crate) fn model(message: impl fmt::Display) -> Self {
        Self {
            exit: Exit::Model,
            message: message.to_string(),
        }
    }

    /// An answer that a limit or a filter cut short.
    pub(crate) fn incomplete(message: impl fmt::Display) -> Self {
        Self {
            exit: Exit::Incomplete,
            message: message.to_string(),
        }
    }

    /// Ctrl-C: the user knows, so nothing is said.
    pub(crate) fn interrupted() -> Self {
        Self {
            exit: Exit::Interrupted,
            message: String::new(),
        }
    }

    /// A second SIGTERM, which ends a server that was already stopping.
    pub(crate) fn terminated() -> Self {
        Self {
            exit: Exit::Terminated,
            message: String::new(),
        }
    }

    /// Something that the user has been told already.
    pub(crate) fn told(exit: Exit) -> Self {
        Self {
            exit,
            message: String::new(),
        }
    }

    /// Standard output could not be written to. A reader that went away is no news to anybody.
    pub(crate) fn output(error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self {
                exit: Exit::ClosedPipe,
                message: String::new(),
            }
        } else {
            Self::failed(format!("cannot write the answer: {error}"))
        }
    }
}
