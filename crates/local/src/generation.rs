//! A running generation as its caller sees it: a stream of events.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker, ready};
use std::thread::Thread;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::error::GenerateError;

/// An event of a [`Generation`]: one `PromptRead`, then `Text` pieces, then one `Done`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GenerationEvent {
    /// The model has read the prompt; the first text follows.
    PromptRead {
        /// Number of tokens in the prompt, with those of the chat template.
        tokens: u32,
    },
    /// The next piece of text. It consists of whole characters, is never empty, and contains no
    /// part of a stop string.
    Text(String),
    /// The generation is complete. Always the last event.
    Done(Done),
}

/// Outcome of a generation: the reason for its end, and its token counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// Reason why the generation ended.
    pub reason: FinishReason,
    /// Number of tokens in the prompt, with those of the chat template.
    pub input_tokens: u32,
    /// Number of generated tokens, with the end token.
    pub output_tokens: u32,
}

/// Reason why a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FinishReason {
    /// The model generated an end token, or the constraint was satisfied.
    Stop,
    /// The generation reached `max_output_tokens`, its default, or the context limit.
    Length,
    /// The model repeated the same tokens at least 12 times in a row, over at least 128 tokens.
    /// Tokens that a constraint prescribes, such as the brackets and commas of JSON, are not
    /// counted.
    Loop,
    /// The text reached one of the prompt's stop strings.
    StopString,
}

/// A running generation, from [`Engine::generate`](crate::Engine::generate). Dropping it stops the
/// work on it within one token.
#[derive(Debug)]
pub struct Generation {
    /// `None` after the last event.
    events: Option<UnboundedReceiver<Result<GenerationEvent, GenerateError>>>,
}

impl Generation {
    pub(crate) fn new(events: UnboundedReceiver<Result<GenerationEvent, GenerateError>>) -> Self {
        Self {
            events: Some(events),
        }
    }

    /// Returns the next event, or `None` after [`GenerationEvent::Done`] or an error.
    ///
    /// Works under any async runtime and is cancel-safe.
    pub async fn next(&mut self) -> Option<Result<GenerationEvent, GenerateError>> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Polls for the next event. See [`Self::next`].
    pub fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<GenerationEvent, GenerateError>>> {
        let Some(events) = &mut self.events else {
            return Poll::Ready(None);
        };
        let event = ready!(events.poll_recv(cx)).unwrap_or_else(|| {
            Err(GenerateError::Failed(
                "the engine's thread ended during the generation".to_owned(),
            ))
        });
        if matches!(event, Ok(GenerationEvent::Done(_)) | Err(_)) {
            self.events = None;
        }
        Poll::Ready(Some(event))
    }

    /// Returns the next event like [`Self::next`], and blocks this thread until it arrives.
    pub fn blocking_next(&mut self) -> Option<Result<GenerationEvent, GenerateError>> {
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
                Poll::Ready(event) => return event,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}
