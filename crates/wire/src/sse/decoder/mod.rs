//! [`Decoder`]: a push decoder that borrows events from its input.
//!
//! The decoder holds one chunk and scans it once. An event that lies completely in one chunk is
//! borrowed from it. Bytes of an event that continues in the next chunk are copied, once. An event
//! larger than the decoder's limit is an error. The scan is in `walk.rs`.

mod walk;

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;

use super::event::{Event, SseError};
use super::pending::Pending;

const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];
const BOM_DONE: u8 = 3;

/// Default limit for the size of one event: 64 MiB.
const DEFAULT_LIMIT: usize = 64 << 20;

/// Decoder from the bytes of an event stream to events, according to the WHATWG specification.
///
/// Push chunks as they arrive and call [`next`](Self::next) until it returns `None`. The decoder
/// does no I/O and does not read ahead, so a caller may pause between two events of one chunk.
///
/// ```
/// use orouter_wire::sse::Decoder;
///
/// let mut decoder = Decoder::new();
/// let mut seen = Vec::new();
/// for chunk in ["data: {\"type\":\"pi", "ng\"}\n\nda", "ta: [DONE]\n\n"] {
///     decoder.push(chunk);
///     while let Some(event) = decoder.next()? {
///         seen.push((event.data.to_owned(), event.is_done()));
///     }
/// }
/// assert_eq!(seen, [("{\"type\":\"ping\"}".to_owned(), false), ("[DONE]".to_owned(), true)]);
/// assert_eq!(decoder.unfinished(), 0);
/// # Ok::<(), orouter_wire::sse::SseError>(())
/// ```
///
/// * A byte order mark at the start is skipped. Lines end with LF, CR or CRLF. Chunks may be split
///   anywhere, also inside of these.
/// * Invalid UTF-8 is replaced by U+FFFD, only in the event that contains it.
/// * Comments are not returned as events; [`comments`](Self::comments) counts them.
/// * A last event without a blank line after it is not returned by [`next`](Self::next).
///   [`unfinished`](Self::unfinished) returns its size and
///   [`take_unfinished`](Self::take_unfinished) returns the event.
/// * The time is linear in the number of bytes, for any split and any size of events.
///
/// Memory: chunks that are not completely processed, and a copy of the part of the current event
/// that was in earlier chunks, up to the limit. After [`next`](Self::next) returned `None`, no chunk
/// is held; see [`release`](Self::release).
pub struct Decoder {
    /// Current chunk and the number of its bytes that were processed.
    chunk: Bytes,
    at: usize,
    /// Chunks that were pushed before the current chunk was processed, and their total size in
    /// bytes.
    queue: VecDeque<Bytes>,
    queued: u64,

    pending: Pending,
    id: String,
    retry: Option<u64>,
    comments: u64,

    /// Number of bytes of a byte order mark matched at the start, or `BOM_DONE`.
    bom: u8,
    /// `true` if the start of a line is in `pending`.
    in_line: bool,
    /// `true` if the last line ended with CR: an LF that follows belongs to it.
    after_cr: bool,
    /// `true` if the current event has a line other than a comment.
    has_field: bool,
    /// `true` if the current event exceeds the limit and is skipped.
    skipping: bool,
    /// `true` if the event in `pending` was returned to the caller.
    returned: bool,

    /// Number of bytes before the current chunk, and offset of the current event in the stream.
    chunk_start: u64,
    event_start: u64,
    /// Size in bytes of the finished lines of the current event. Each line end counts as one byte.
    size: usize,
    limit: usize,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::with_limit(DEFAULT_LIMIT)
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("received", &self.received())
            .field("unfinished", &self.unfinished())
            .field("comments", &self.comments)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// Creates a decoder with a limit of 64 MiB per event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a decoder that rejects events of more than `limit` bytes. Lines count with their
    /// field names and one byte per line end. Finished comments do not count.
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Decoder {
            chunk: Bytes::new(),
            at: 0,
            queue: VecDeque::new(),
            queued: 0,
            pending: Pending::default(),
            id: String::new(),
            retry: None,
            comments: 0,
            bom: 0,
            in_line: false,
            after_cr: false,
            has_field: false,
            skipping: false,
            returned: false,
            chunk_start: 0,
            event_start: 0,
            size: 0,
            limit,
        }
    }

    /// Adds the next bytes of the stream, split anywhere. The bytes are not copied.
    ///
    /// Take all events with [`next`](Self::next) before the next push; otherwise the chunk is
    /// queued.
    #[inline]
    pub fn push(&mut self, chunk: impl Into<Bytes>) {
        let chunk = chunk.into();
        if self.at < self.chunk.len() || !self.queue.is_empty() {
            self.queued += chunk.len() as u64;
            self.queue.push_back(chunk);
            return;
        }
        if self.returned {
            self.reset_event();
        }
        self.start_chunk(chunk);
    }

    /// Returns the next event, or `None` if more bytes are needed.
    ///
    /// # Errors
    ///
    /// Returns [`SseError::TooLarge`] once for an event that exceeds the limit, as soon as the
    /// limit is reached. The next call continues with the event after it.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator cannot lend what its next item overwrites"
    )]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Event<'_>>, SseError> {
        if !self.advance()? {
            self.release();
            return Ok(None);
        }
        Ok(Some(self.pending.event(&self.chunk, &self.id)))
    }

    /// Releases a chunk that was processed completely, and with it the event that was returned
    /// last.
    ///
    /// [`next`](Self::next) does this when it returns `None`. Call it earlier if the next call of
    /// `next` may come late: the chunk's buffer can be reused only after all its chunks were
    /// released.
    #[inline]
    pub fn release(&mut self) {
        if self.at == self.chunk.len() {
            if self.returned {
                self.reset_event();
            }
            self.start_chunk(Bytes::new());
        }
    }

    /// Returns the number of bytes of an unfinished event. It is `0` after a blank line, and after
    /// complete comment lines.
    ///
    /// At the end of the stream, after [`next`](Self::next) returned `None`, any other value means
    /// that the stream was truncated.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        let partial_bom = self.bom > 0 && self.bom < BOM_DONE;
        if self.has_field || self.in_line || partial_bom || self.at < self.chunk.len() {
            self.received() - self.event_start
        } else {
            self.queued
        }
    }

    /// Takes the unfinished event out of the decoder, as if a blank line followed. Returns `None`
    /// if it has no data.
    ///
    /// The specification discards such an event. Some servers omit the last blank line, so a caller
    /// can check if the event is complete.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`next`](Self::next).
    pub fn take_unfinished(&mut self) -> Result<Option<Event<'_>>, SseError> {
        let mut found = self.advance()?;
        if !found {
            self.bom = BOM_DONE;
            self.after_cr = false;
            if self.in_line {
                self.end_pending_line()?;
            }
            found = self.end_event();
        }
        Ok(found.then(|| self.pending.event(&self.chunk, &self.id)))
    }

    /// Returns the number of bytes that were pushed.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.chunk_start + self.chunk.len() as u64 + self.queued
    }

    /// Returns the number of comment lines that were read. Servers send comments to keep the
    /// connection alive.
    #[must_use]
    pub fn comments(&self) -> u64 {
        self.comments
    }

    /// Returns the value of the last `retry` field: the time in milliseconds that a client should
    /// wait before it reconnects.
    #[must_use]
    pub fn retry(&self) -> Option<u64> {
        self.retry
    }
}
