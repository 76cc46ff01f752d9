//! Bytes to events: a push decoder that lends.
//!
//! The decoder holds the chunk it was given and walks it once. An event that lies whole in one
//! chunk is lent from there; only what a chunk leaves unfinished is copied, once. The walk itself
//! is in `walk.rs`.

mod walk;

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;

use super::event::{Event, SseError};
use super::pending::Pending;

const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];
const BOM_DONE: u8 = 3;

/// How large one event may be unless the caller says otherwise: 64 MiB.
const DEFAULT_LIMIT: usize = 64 << 20;

/// Turns the bytes of an event stream into events, as the WHATWG specification has it.
///
/// Push chunks as they arrive and take events until there is none. The decoder does no I/O and
/// starts no work of its own, so a caller may wait for as long as it likes between two events of
/// one chunk: nothing is read ahead, nothing is lost.
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
/// * A byte order mark at the start is skipped; lines end with LF, CR or CRLF; all of these may
///   be cut anywhere between chunks.
/// * Bytes that are not UTF-8 become U+FFFD in the event that has them and nowhere else.
/// * Comments give no event; they are counted as a sign of life, see [`comments`](Self::comments).
/// * A last event that was never finished by a blank line is not given as an event, but
///   [`unfinished`](Self::unfinished) tells how many bytes of it there are, and
///   [`take_unfinished`](Self::take_unfinished) hands it out to whoever wants it all the same.
/// * Time is linear in the bytes pushed, however they are cut and however large an event is.
///
/// Memory: the chunks that were pushed and not read to their end, and of the event under way what
/// earlier chunks held, within the limit. Once [`next`](Self::next) gave `None`, no chunk is held;
/// see [`release`](Self::release).
pub struct Decoder {
    /// The chunk being read, and how much of it is done with.
    chunk: Bytes,
    at: usize,
    /// Chunks pushed before this one was read to its end, and how many bytes they are.
    queue: VecDeque<Bytes>,
    queued: u64,

    pending: Pending,
    id: String,
    retry: Option<u64>,
    comments: u64,

    /// Bytes of a byte order mark seen at the start, or `BOM_DONE`.
    bom: u8,
    /// The start of a line is pending.
    in_line: bool,
    /// The last line ended with CR, so an LF that follows belongs to it.
    after_cr: bool,
    /// The event under way has a line that is no comment.
    has_field: bool,
    /// The event under way is over the limit: dropped up to its end.
    skipping: bool,
    /// What is pending has been lent.
    lent: bool,

    /// Bytes of the chunks before this one, and where in the stream the event under way began.
    before: u64,
    begun: u64,
    /// Bytes of the finished lines of the event under way, each line end counted as one.
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
    /// A decoder at the start of a stream, with a limit of 64 MiB for one event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A decoder that refuses an event of more than `limit` bytes, counting its lines with their
    /// field names and one byte for each line end. Finished comments do not count.
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
            lent: false,
            before: 0,
            begun: 0,
            size: 0,
            limit,
        }
    }

    /// Hands over the next bytes of the stream, cut anywhere. Nothing is copied.
    ///
    /// Take all events with [`next`](Self::next) before the next push; chunks pushed earlier than
    /// that wait in a queue.
    #[inline]
    pub fn push(&mut self, chunk: impl Into<Bytes>) {
        let chunk = chunk.into();
        if self.at < self.chunk.len() || !self.queue.is_empty() {
            self.queued += chunk.len() as u64;
            self.queue.push_back(chunk);
            return;
        }
        if self.lent {
            self.forget();
        }
        self.start_chunk(chunk);
    }

    /// The next event, or `None` when more bytes are needed.
    ///
    /// # Errors
    ///
    /// [`SseError::TooLarge`] once for an event over the limit, as soon as that is known. The call
    /// after it goes on with the next event.
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
        Ok(Some(self.pending.lend(&self.chunk, &self.id)))
    }

    /// Lets go of a chunk that was read to its end, and with it of the event that was lent last.
    ///
    /// [`next`](Self::next) does so when it finds nothing more. A caller that is done with an event
    /// and may not ask again soon can do it before: the buffer that a chunk was cut from can be used
    /// again for reading once no chunk of it is left.
    #[inline]
    pub fn release(&mut self) {
        if self.at == self.chunk.len() {
            if self.lent {
                self.forget();
            }
            self.start_chunk(Bytes::new());
        }
    }

    /// How many bytes of an event have come whose end has not: `0` after a blank line, and after
    /// whole comment lines with nothing else.
    ///
    /// At the end of the bytes, and once [`next`](Self::next) gave `None`, anything else than `0`
    /// means that the stream was cut.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        let partial_bom = self.bom > 0 && self.bom < BOM_DONE;
        if self.has_field || self.in_line || partial_bom || self.at < self.chunk.len() {
            self.received() - self.begun
        } else {
            self.queued
        }
    }

    /// The unfinished event, as if the bytes had gone on with a blank line; `None` when there is
    /// none with data. Takes what is unfinished out of the decoder.
    ///
    /// The specification drops such an event. Some servers leave out the last blank line, though,
    /// so a caller may look whether what is there is whole.
    ///
    /// # Errors
    ///
    /// Those of [`next`](Self::next).
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
        Ok(found.then(|| self.pending.lend(&self.chunk, &self.id)))
    }

    /// How many bytes were pushed so far.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.before + self.chunk.len() as u64 + self.queued
    }

    /// How many comment lines were read so far. Servers send them to show that they are at work.
    #[must_use]
    pub fn comments(&self) -> u64 {
        self.comments
    }

    /// The last `retry` field: how long the server wants its client to wait before it connects
    /// again, in milliseconds.
    #[must_use]
    pub fn retry(&self) -> Option<u64> {
        self.retry
    }
}
