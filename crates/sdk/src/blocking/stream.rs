//! The events of a response as a blocking iterator.

use std::{borrow::Cow, fmt, sync::Arc};

use orouter_wire::{Response, StreamEvent};

use super::background::Background;
use crate::{Error, ItemUpdate, Meta};

/// The events of a response, as a blocking iterator. It yields the same events and ends the same way as
/// [the async stream](crate::ResponseStream).
#[must_use = "a stream does nothing unless it is read"]
pub struct ResponseStream {
    stream: crate::ResponseStream,
    background: Arc<Background>,
}

impl ResponseStream {
    pub(super) fn new(stream: crate::ResponseStream, background: Arc<Background>) -> Self {
        Self { stream, background }
    }

    /// Returns the status, headers, attempts and time of the response head.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        self.stream.meta()
    }

    /// Returns a snapshot of the response so far.
    #[must_use]
    pub fn snapshot(&self) -> &Response {
        self.stream.snapshot()
    }

    /// Returns an iterator over the text of the response; see
    /// [`ResponseStream::text_deltas`](crate::ResponseStream::text_deltas).
    pub fn text_deltas(&mut self) -> TextDeltas<'_> {
        let Self { stream, background } = self;
        TextDeltas {
            deltas: stream.text_deltas(),
            background,
        }
    }

    /// Returns the text of the response as an iterator that owns this stream; see
    /// [`ResponseStream::into_text_deltas`](crate::ResponseStream::into_text_deltas).
    pub fn into_text_deltas(self) -> TextStream {
        let Self { stream, background } = self;
        TextStream {
            stream: stream.into_text_deltas(),
            background,
        }
    }

    /// Returns the text that the last event added to the response; see
    /// [`ResponseStream::new_text`](crate::ResponseStream::new_text).
    #[must_use]
    pub fn new_text(&self) -> Cow<'_, str> {
        self.stream.new_text()
    }

    /// Returns the items of the response as they grow; see
    /// [`ResponseStream::items`](crate::ResponseStream::items).
    pub fn items(&mut self) -> Items<'_> {
        let Self { stream, background } = self;
        Items {
            items: stream.items(),
            background,
        }
    }

    /// Reads the remaining events and returns the whole response.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ResponseStream::into_response`](crate::ResponseStream::into_response).
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

/// The text of the response as it arrives. Created by [`ResponseStream::text_deltas`].
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

/// The text of the response as it arrives, in an iterator that owns the stream. Created by
/// [`ResponseStream::into_text_deltas`].
#[derive(Debug)]
#[must_use = "an iterator does nothing unless it is read"]
pub struct TextStream {
    stream: crate::TextStream,
    background: Arc<Background>,
}

impl TextStream {
    /// Returns the status, headers, attempts and time of the response head.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        self.stream.meta()
    }

    /// Returns a snapshot of the response so far.
    #[must_use]
    pub fn snapshot(&self) -> &Response {
        self.stream.snapshot()
    }

    /// Reads the rest of the stream and returns the whole response.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ResponseStream::into_response`].
    pub fn into_response(self) -> Result<Response, Error> {
        let Self { stream, background } = self;
        background.run(stream.into_response())?
    }
}

impl Iterator for TextStream {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.background
            .run(self.stream.next())
            .unwrap_or_else(|error| Some(Err(error)))
    }
}

/// The items of a response as they grow. Created by [`ResponseStream::items`].
///
/// It lends each item, so it is not an `Iterator`: use `while let Some(update) = items.next()`.
#[derive(Debug)]
#[must_use = "it does nothing unless it is read"]
pub struct Items<'a> {
    items: crate::Items<'a>,
    background: &'a Background,
}

impl Items<'_> {
    /// Returns the next item that changed, or `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Items::next`](crate::Items::next).
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend")]
    pub fn next(&mut self) -> Option<Result<ItemUpdate<'_>, Error>> {
        self.background
            .run(self.items.next())
            .unwrap_or_else(|error| Some(Err(error)))
    }
}
