//! The events of a response, one blocking read at a time.

use std::{borrow::Cow, fmt, sync::Arc};

use orouter_wire::{Response, StreamEvent};

use super::Background;
use crate::{Error, ItemUpdate, Meta};

/// The events of a response: an iterator over what
/// [the async stream](crate::ResponseStream) gives, with the same ends.
#[must_use = "a stream does nothing unless it is read"]
pub struct ResponseStream {
    stream: crate::ResponseStream,
    background: Arc<Background>,
}

impl ResponseStream {
    pub(super) fn new(stream: crate::ResponseStream, background: Arc<Background>) -> Self {
        Self { stream, background }
    }

    /// Status, headers, attempts and time of the answer's head.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        self.stream.meta()
    }

    /// The response as far as it has come.
    #[must_use]
    pub fn snapshot(&self) -> &Response {
        self.stream.snapshot()
    }

    /// The text of the response, piece by piece, as
    /// [the async stream's](crate::ResponseStream::text_deltas).
    pub fn text_deltas(&mut self) -> TextDeltas<'_> {
        let Self { stream, background } = self;
        TextDeltas {
            deltas: stream.text_deltas(),
            background,
        }
    }

    /// Returns the text that the last event added to the response, as
    /// [the async stream's](crate::ResponseStream::new_text).
    #[must_use]
    pub fn new_text(&self) -> Cow<'_, str> {
        self.stream.new_text()
    }

    /// The items of the response as they grow: each step shows the item that changed, as far as it
    /// is.
    pub fn items(&mut self) -> Items<'_> {
        let Self { stream, background } = self;
        Items {
            items: stream.items(),
            background,
        }
    }

    /// Reads what is left and gives the whole response.
    ///
    /// # Errors
    ///
    /// As [`ResponseStream::into_response`](crate::ResponseStream::into_response).
    pub fn into_response(self) -> Result<Response, Error> {
        let Self { stream, background } = self;
        background.run(stream.into_response())?
    }
}

impl Iterator for ResponseStream {
    type Item = Result<StreamEvent, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.background
            .run(self.stream.next())
            .unwrap_or_else(|error| Some(Err(error)))
    }
}

impl fmt::Debug for ResponseStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stream.fmt(f)
    }
}

/// The text of the response as it comes. Made by [`ResponseStream::text_deltas`].
#[derive(Debug)]
#[must_use = "an iterator does nothing unless it is read"]
pub struct TextDeltas<'a> {
    deltas: crate::TextDeltas<'a>,
    background: &'a Background,
}

impl Iterator for TextDeltas<'_> {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.background
            .run(self.deltas.next())
            .unwrap_or_else(|error| Some(Err(error)))
    }
}

/// The items of a response as they grow. Made by [`ResponseStream::items`].
///
/// It lends each item rather than giving it away, so it is no `Iterator`:
/// `while let Some(update) = items.next()`.
#[derive(Debug)]
#[must_use = "it does nothing unless it is read"]
pub struct Items<'a> {
    items: crate::Items<'a>,
    background: &'a Background,
}

impl Items<'_> {
    /// The next item that has grown; `None` once the stream has ended.
    ///
    /// # Errors
    ///
    /// As [`crate::Items::next`].
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend")]
    pub fn next(&mut self) -> Option<Result<ItemUpdate<'_>, Error>> {
        self.background
            .run(self.items.next())
            .unwrap_or_else(|error| Some(Err(error)))
    }
}
