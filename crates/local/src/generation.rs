//! One answer as it is made.

use std::task::{Context, Poll};

use crate::GenerateError;

/// What happens next in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The prompt has been read; the first text follows.
    Prompt {
        /// Tokens in the prompt, the chat template's own included.
        tokens: u32,
    },
    /// The next piece of the answer: whole characters, never empty, never part of a stop string.
    Text(String),
    /// The answer is over. Always the last step.
    Done(Done),
}

/// How an answer ended and what it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// Why there is no more.
    pub reason: FinishReason,
    /// Tokens in the prompt, the chat template's own included.
    pub input_tokens: u32,
    /// Tokens made, the end token included.
    pub output_tokens: u32,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FinishReason {
    /// The model said that it is done; a constraint, if any, is satisfied.
    Stop,
    /// `max_output_tokens` or the context limit was reached.
    Length,
    /// One of the prompt's stop strings came up.
    StopString,
}

/// An answer in the making. Dropping it ends the work on it within one token.
#[derive(Debug)]
pub struct Generation {
    receiver: tokio::sync::mpsc::UnboundedReceiver<Result<Step, GenerateError>>,
}

impl Generation {
    /// The next step, or `None` after [`Step::Done`] or an error. Works under any async runtime.
    pub async fn next(&mut self) -> Option<Result<Step, GenerateError>> {
        self.receiver.recv().await
    }

    /// [`Self::next`] for code that polls by hand.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Step, GenerateError>>> {
        self.receiver.poll_recv(cx)
    }

    /// The next step, keeping this thread waiting until there is one.
    pub fn blocking_next(&mut self) -> Option<Result<Step, GenerateError>> {
        self.receiver.blocking_recv()
    }
}
