//! Exit statuses, and the errors that carry them.

use std::fmt;
use std::process::ExitCode;

use orouter::ErrorKind;

use crate::sdk_message;

/// Exit status other than success. `orouter --help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The request failed: refused, unreachable, or disconnected.
    Failed,
    /// The arguments or the input are unusable; nothing was sent.
    Usage,
    /// A limit or a filter ended the response.
    Incomplete,
    /// The embedded model cannot be downloaded or loaded.
    Model,
    /// The output does not match the schema.
    Schema,
    /// Ctrl-C.
    Interrupted,
    /// A second SIGTERM of a server; SIGTERM or SIGHUP of a conversation.
    Terminated,
    /// The output pipe was closed.
    ClosedPipe,
}

impl Exit {
    /// Returns the number of the status.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Model => 4,
            Self::Schema => 5,
            Self::Interrupted => 130, // 128 + SIGINT
            Self::Terminated => 143,  // 128 + SIGTERM
            Self::ClosedPipe => 141,  // 128 + SIGPIPE
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Error that ends the command: an exit status and a message.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// The exit status.
    pub(crate) exit: Exit,
    /// One line for standard error; empty if the user needs no message.
    pub(crate) message: String,
}

impl CommandError {
    fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
        }
    }

    /// A failed request, or a failed write of the output.
    pub(crate) fn failed(message: impl fmt::Display) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// Unusable arguments or input.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The embedded model cannot be downloaded or loaded.
    pub(crate) fn model(message: impl fmt::Display) -> Self {
        Self::new(Exit::Model, message)
    }

    /// A limit or a filter ended the response.
    pub(crate) fn incomplete(message: impl fmt::Display) -> Self {
        Self::new(Exit::Incomplete, message)
    }

    /// The output does not match the schema.
    pub(crate) fn schema(message: impl fmt::Display) -> Self {
        Self::new(Exit::Schema, message)
    }

    /// Ctrl-C. Has no message.
    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "")
    }

    /// A second SIGTERM of a server that is already stopping; SIGTERM or SIGHUP of a conversation. Has no
    /// message.
    pub(crate) fn terminated() -> Self {
        Self::new(Exit::Terminated, "")
    }

    /// An error whose message was printed before.
    pub(crate) fn reported(exit: Exit) -> Self {
        Self::new(exit, "")
    }

    /// A failed write to standard output. A closed pipe has no message.
    pub(crate) fn output(error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::new(Exit::ClosedPipe, "")
        } else {
            Self::failed(format!("cannot write to standard output: {error}"))
        }
    }
}

impl From<&orouter::Error> for CommandError {
    /// Converts an error of the SDK. A configuration error is a usage error.
    fn from(error: &orouter::Error) -> Self {
        // `Debug` of the SDK's error is one line with the causes.
        let message = sdk_message::for_users(&format!("{error:?}"));
        match error.kind() {
            ErrorKind::Configuration | ErrorKind::Build => Self::usage(message),
            _ => Self::failed(message),
        }
    }
}
