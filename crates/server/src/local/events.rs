//! [`Events`]: the stream of a generation's events.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use orouter_local::{Generation, GenerationEvent};
use orouter_wire::{StreamEvent, Usage};

use super::engine_failure::from_engine;
use super::offer::Offer;
use super::output_events::OutputEvents;
use crate::failure::Failure;
use crate::provider::ProviderRequest;

/// The events of one generation. Dropping the stream stops the engine.
pub(super) struct Events {
    generation: Generation,
    output: OutputEvents,
    request: ProviderRequest,
}

impl Events {
    pub(super) fn new(generation: Generation, offer: &Offer, request: ProviderRequest) -> Self {
        Self {
            generation,
            output: OutputEvents::new(offer),
            request,
        }
    }
}

impl Stream for Events {
    type Item = Result<StreamEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.output.pop() {
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(this.generation.poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => {
                    return Poll::Ready(Some(Err(from_engine(&error, &this.request))));
                }
                Some(Ok(GenerationEvent::Text(text))) => this.output.push(&text),
                Some(Ok(GenerationEvent::Done(done))) => {
                    let usage = Usage::new(done.input_tokens.into(), done.output_tokens.into());
                    this.output.finish(done.reason, usage);
                }
                Some(Ok(_)) => {}
            }
        }
    }
}
