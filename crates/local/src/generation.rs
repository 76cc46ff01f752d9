//! One answer as it is made.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker, ready};
use std::thread::Thread;

use tokio::sync::mpsc::UnboundedReceiver;

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
    /// `max_output_tokens`, its default or the context limit was reached.
    Length,
    /// The answer repeated the same tokens at least 12 times in a row, and over at least 128
    /// tokens. Tokens that a constraint prescribes, such as those of a list of numbers in JSON,
    /// do not count.
    Loop,
    /// One of the prompt's stop strings came up.
    StopString,
}

/// An answer in the making. Dropping it ends the work on it within one token.
#[derive(Debug)]
pub struct Generation {
    /// Gone once the last step has been given.
    steps: Option<UnboundedReceiver<Result<Step, GenerateError>>>,
}

impl Generation {
    pub(crate) fn new(steps: UnboundedReceiver<Result<Step, GenerateError>>) -> Self {
        Self { steps: Some(steps) }
    }

    /// The next step, or `None` after [`Step::Done`] or an error. Works under any async runtime;
    /// a call that is dropped before it is ready loses nothing.
    pub async fn next(&mut self) -> Option<Result<Step, GenerateError>> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// [`Self::next`] for code that polls by hand.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Step, GenerateError>>> {
        let Some(steps) = &mut self.steps else {
            return Poll::Ready(None);
        };
        let step = ready!(steps.poll_recv(cx)).unwrap_or_else(|| {
            Err(GenerateError::Failed(
                "its thread stopped in the middle of an answer".to_owned(),
            ))
        });
        if matches!(step, Ok(Step::Done(_)) | Err(_)) {
            self.steps = None;
        }
        Poll::Ready(Some(step))
    }

    /// The next step, keeping this thread waiting until there is one.
    pub fn blocking_next(&mut self) -> Option<Result<Step, GenerateError>> {
        struct Unpark(Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut cx = Context::from_waker(&waker);
        loop {
            match self.poll_next(&mut cx) {
                Poll::Ready(step) => return step,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}
