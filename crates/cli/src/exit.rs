//! Exit statuses, and the errors that carry them.

use std::fmt;
use std::process::ExitCode;

use orouter::ErrorKind;

/// Items of the SDK that its advice names. The command has no option for them.
const SDK_ITEMS: [&str; 6] = [
    "()",
    "Timeouts::",
    "max_response_bytes",
    "max_event_bytes",
    "retry_possibly_billed",
    "partial_response",
];

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
    /// Ctrl-C.
    Interrupted,
    /// A second SIGTERM.
    Terminated,
    /// The output pipe was closed.
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

    /// Ctrl-C. Has no message.
    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "")
    }

    /// A second SIGTERM, which ends a server that is already stopping. Has no message.
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
        let message = without_sdk_advice(&format!("{error:?}"));
        match error.kind() {
            ErrorKind::Configuration | ErrorKind::Build => Self::usage(message),
            _ => Self::failed(message),
        }
    }
}

/// Removes the advice that names an item of the SDK: a clause after "; ", up to the notes in
/// brackets.
fn without_sdk_advice(message: &str) -> String {
    let mut kept = String::with_capacity(message.len());
    for (index, clause) in message.split("; ").enumerate() {
        if index > 0 && SDK_ITEMS.iter().any(|item| clause.contains(item)) {
            let notes = clause.find(" [").and_then(|at| clause.get(at..));
            kept.push_str(notes.unwrap_or_default());
        } else {
            if index > 0 {
                kept.push_str("; ");
            }
            kept.push_str(clause);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use orouter::{Error, TimeoutKind};

    use super::*;

    #[test]
    fn advice_for_users_of_the_sdk_is_removed() {
        let errors = [
            Error::custom(ErrorKind::Transport, "disconnected"),
            Error::custom(ErrorKind::ResponseTooLarge, "too large"),
            Error::custom(ErrorKind::EventTooLarge, "too large"),
            Error::custom(ErrorKind::Truncated, "truncated"),
            Error::timed_out(TimeoutKind::FirstByte, Duration::from_secs(1)),
            Error::timed_out(TimeoutKind::Idle, Duration::from_secs(1)),
            Error::timed_out(TimeoutKind::Total, Duration::from_secs(1)),
        ];
        for error in &errors {
            let message = CommandError::from(error).message;
            assert!(!message.is_empty());
            for item in SDK_ITEMS {
                assert!(!message.contains(item), "{item}: {message}");
            }
        }
    }

    #[test]
    fn other_clauses_and_notes_are_kept() {
        for (message, expected) in [
            (
                "429 (POST u): wait; send less [x]",
                "429 (POST u): wait; send less [x]",
            ),
            (
                "cut off; it may have been billed; see retry_possibly_billed to try again [3 attempts in 2.0s, req_1]",
                "cut off; it may have been billed [3 attempts in 2.0s, req_1]",
            ),
            ("too large; raise max_response_bytes", "too large"),
        ] {
            assert_eq!(without_sdk_advice(message), expected);
        }
    }
}
