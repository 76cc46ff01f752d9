//! [`FrameWriter`]: the events of a response as the frames of the client's API.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use orouter_protocols::chat_client::ChatChunks;
use orouter_wire::sse::Encoder;
use orouter_wire::{ErrorValue, Response};

use super::client_event::ClientEvent;
use super::event_relay::Relay;
use crate::client_api::ClientApi;
use crate::failure::Failure;

/// Turns the events of a response into the frames of the client's API.
pub(super) enum FrameWriter {
    Responses,
    Chat(Box<ChatChunks>),
}

impl FrameWriter {
    pub(super) fn new(client: &ClientApi, relay: &Relay) -> Self {
        match client {
            ClientApi::Responses => Self::Responses,
            ClientApi::Chat(client) => {
                Self::Chat(Box::new(ChatChunks::new(&relay.head(), client.reply)))
            }
        }
    }

    /// Appends the frames of an event.
    pub(super) fn event(&mut self, event: ClientEvent, frames: &mut VecDeque<Bytes>) {
        match self {
            Self::Responses => frames.push_back(event.into_frame()),
            Self::Chat(chunks) => {
                chunks.event(event.event(), &mut |frame| frames.push_back(frame));
            }
        }
    }

    /// Appends the frames after the last event. `failure`: the response has failed.
    pub(super) fn end(
        &mut self,
        response: &Response,
        failure: Option<Failure>,
        frames: &mut VecDeque<Bytes>,
    ) {
        if let (Self::Chat(chunks), Some(failure)) = (&mut *self, failure) {
            if let Some(ErrorValue::Body(error)) = failure.to_body().error {
                chunks.fail(&error, Some(response), &mut |frame| frames.push_back(frame));
            }
            // After an error, `[DONE]` would read as the end of a complete reply.
            return;
        }
        let mut done = BytesMut::new();
        Encoder::new().done(&mut done);
        frames.push_back(done.freeze());
    }
}
