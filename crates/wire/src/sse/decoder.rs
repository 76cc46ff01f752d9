//! Bytes to events: a push decoder that lends.
//!
//! The decoder holds the chunk it was given and walks it once. An event that lies whole in one
//! chunk is lent from there; only what a chunk leaves unfinished is copied, once.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use memchr::memchr2;

use super::event::{Event, SseError};
use super::line::Line;
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
/// Memory: the chunks that were pushed and not read yet, and of the event under way what earlier
/// chunks held, within the limit.
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
        let found = self.advance()?;
        Ok(found.then(|| self.pending.lend(&self.chunk, &self.id)))
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

    /// Walks on to the end of the next event that has data; false when the bytes are used up.
    fn advance(&mut self) -> Result<bool, SseError> {
        if self.lent {
            self.forget();
        }
        loop {
            if let Some(found) = self.whole_lines() {
                return found;
            }
            let Some(first) = self.chunk.get(self.at).copied() else {
                let Some(chunk) = self.queue.pop_front() else {
                    return Ok(false);
                };
                self.queued -= chunk.len() as u64;
                self.start_chunk(chunk);
                continue;
            };
            if self.after_cr {
                self.after_cr = false;
                if first == b'\n' {
                    self.at += 1;
                    if self.begun + 1 == self.position() && !self.has_field {
                        // The line was the blank one that ended the event before.
                        self.begun += 1;
                    }
                    continue;
                }
            }
            if self.bom < BOM_DONE {
                self.skip_bom(first);
                continue;
            }
            if first == b'\n' && !self.in_line {
                self.at += 1;
                if self.end_event() {
                    return Ok(true);
                }
                continue;
            }
            if self.line()? {
                return Ok(true);
            }
        }
    }

    /// The way nearly all bytes go: lines that lie whole in the chunk and end with LF, with nothing
    /// pending from elsewhere. `None` when the bytes at hand need the slower way.
    #[inline]
    fn whole_lines(&mut self) -> Option<Result<bool, SseError>> {
        if self.bom < BOM_DONE || self.after_cr || self.skipping {
            return None;
        }
        if self.in_line {
            if let Some(found) = self.more_of_line()? {
                return Some(found);
            }
        }
        let chunk: &[u8] = &self.chunk;
        loop {
            let start = self.at;
            let tail = chunk.get(start..)?;
            if tail.first() == Some(&b'\n') {
                self.at = start + 1;
                self.begun = self.before + self.at as u64;
                self.has_field = false;
                self.size = 0;
                if self.pending.has_data() {
                    self.lent = true;
                    return Some(Ok(true));
                }
                self.pending.clear();
                continue;
            }
            let Some(length) = memchr2(b'\n', b'\r', tail) else {
                // The start of a line ends the chunk, or nothing does.
                return match tail {
                    [] => None,
                    _ => self.keep_whole_tail(),
                };
            };
            let (line, rest) = tail.split_at(length);
            let size = self.size + length + 1;
            if rest.first() != Some(&b'\n') || size > self.limit {
                return None;
            }
            match Line::parse(line) {
                Line::Data(value) => {
                    self.pending
                        .data_in_chunk(chunk, start + value, start + length);
                }
                Line::Event(value) => self.pending.name_in_chunk(start + value, start + length),
                _ => return None,
            }
            self.size = size;
            self.has_field = true;
            self.at = start + length + 1;
        }
    }

    /// Goes on with a line that began in an earlier chunk: `Some(None)` once it has ended with LF,
    /// else as [`whole_lines`](Self::whole_lines).
    #[inline]
    fn more_of_line(&mut self) -> Option<Option<Result<bool, SseError>>> {
        let tail = self.chunk.get(self.at..)?;
        let Some(length) = memchr2(b'\n', b'\r', tail) else {
            return match tail {
                [] => None,
                _ => self.keep_whole_tail().map(Some),
            };
        };
        let (line, rest) = tail.split_at(length);
        if rest.first() != Some(&b'\n') {
            return None;
        }
        self.pending.extend_line(line);
        self.at += length + 1;
        Some(self.end_pending_line().err().map(Err))
    }

    /// Takes the rest of the chunk as the start of a line, or as more of one. `None` when there
    /// are more chunks.
    #[inline]
    fn keep_whole_tail(&mut self) -> Option<Result<bool, SseError>> {
        match self.keep_tail() {
            Err(error) => Some(Err(error)),
            Ok(()) => self.queue.is_empty().then_some(Ok(false)),
        }
    }

    /// Reads up to a line end or the end of the chunk. True when that ended an event with data.
    fn line(&mut self) -> Result<bool, SseError> {
        let start = self.at;
        let tail = self.chunk.get(start..).unwrap_or_default();
        let Some(length) = memchr2(b'\n', b'\r', tail) else {
            self.keep_tail()?;
            return Ok(false);
        };
        let (line, rest) = tail.split_at(length);
        let end = start + length;
        self.at = end + 1;
        match rest {
            [b'\r', b'\n', ..] => self.at += 1,
            [b'\r'] => self.after_cr = true,
            _ => {}
        }
        if self.in_line {
            if !self.skipping {
                self.pending.extend_line(line);
            }
            self.end_pending_line()?;
            return Ok(false);
        }
        if line.is_empty() {
            return Ok(self.end_event());
        }
        if self.skipping {
            return Ok(false);
        }
        if line.first() == Some(&b':') {
            self.comment(length)?;
            return Ok(false);
        }
        self.count(length)?;
        let line = self.chunk.get(start..end).unwrap_or_default();
        match Line::parse(line) {
            Line::Data(value) => self.pending.data_in_chunk(&self.chunk, start + value, end),
            Line::Event(value) => self.pending.name_in_chunk(start + value, end),
            Line::Id(value) => set_id(&mut self.id, value),
            Line::Retry(milliseconds) => self.retry = Some(milliseconds),
            Line::Ignored => {}
        }
        Ok(false)
    }

    /// The pending line has come to its end.
    fn end_pending_line(&mut self) -> Result<(), SseError> {
        self.in_line = false;
        if self.skipping {
            return Ok(());
        }
        let line = self.pending.line();
        let length = line.len();
        if line.first() == Some(&b':') {
            self.pending.drop_line();
            return self.comment(length);
        }
        self.count(length)?;
        match Line::parse(self.pending.line()) {
            Line::Data(value) => {
                self.pending.line_is_data(value);
                return Ok(());
            }
            Line::Event(value) => {
                self.pending.line_is_name(value);
                return Ok(());
            }
            Line::Id(value) => set_id(&mut self.id, value),
            Line::Retry(milliseconds) => self.retry = Some(milliseconds),
            Line::Ignored => {}
        }
        self.pending.drop_line();
        Ok(())
    }

    /// A blank line: true when the event has data and is to be lent.
    #[inline]
    fn end_event(&mut self) -> bool {
        self.begun = self.position();
        self.has_field = false;
        self.size = 0;
        if self.skipping || !self.pending.has_data() {
            self.forget();
            return false;
        }
        self.lent = true;
        true
    }

    #[inline]
    fn forget(&mut self) {
        self.lent = false;
        self.skipping = false;
        self.pending.clear();
    }

    /// Takes the rest of the chunk as the start of a line, or as more of one.
    #[inline]
    fn keep_tail(&mut self) -> Result<(), SseError> {
        self.pending.keep(&self.chunk);
        let tail = self.chunk.get(self.at..).unwrap_or_default();
        self.at = self.chunk.len();
        self.in_line = true;
        if self.skipping {
            return Ok(());
        }
        let line = self.pending.line().len() + tail.len();
        if self.size.saturating_add(line) > self.limit {
            return Err(self.too_large());
        }
        self.pending.extend_line(tail);
        Ok(())
    }

    /// Puts a chunk in the place of one that was read to its end, keeping what the event under way
    /// has in the latter.
    #[inline]
    fn start_chunk(&mut self, chunk: Bytes) {
        self.pending.keep(&self.chunk);
        self.before += self.chunk.len() as u64;
        self.at = 0;
        self.chunk = chunk;
    }

    /// Matches the start of the stream against a byte order mark, one byte at a time.
    fn skip_bom(&mut self, byte: u8) {
        if BOM.get(usize::from(self.bom)) == Some(&byte) {
            self.at += 1;
            self.bom += 1;
            if self.bom == BOM_DONE {
                self.begun = self.position();
            }
            return;
        }
        // It was none: what matched so far starts the first line.
        let matched = usize::from(self.bom);
        self.bom = BOM_DONE;
        if matched > 0 {
            self.pending
                .extend_line(BOM.get(..matched).unwrap_or_default());
            self.in_line = true;
        }
    }

    /// Where the next byte to read is in the stream.
    #[inline]
    fn position(&self) -> u64 {
        self.before + self.at as u64
    }

    /// Counts a finished line that is part of an event.
    #[inline]
    fn count(&mut self, line: usize) -> Result<(), SseError> {
        self.has_field = true;
        self.size = self.size.saturating_add(line).saturating_add(1);
        if self.size > self.limit {
            Err(self.too_large())
        } else {
            Ok(())
        }
    }

    /// Counts a comment, which leaves nothing behind but had to be held until its end.
    fn comment(&mut self, line: usize) -> Result<(), SseError> {
        if self.size.saturating_add(line) > self.limit {
            return Err(self.too_large());
        }
        self.comments += 1;
        Ok(())
    }

    #[cold]
    fn too_large(&mut self) -> SseError {
        self.forget();
        self.has_field = true;
        self.skipping = true;
        SseError::TooLarge { limit: self.limit }
    }
}

/// Takes an id, unless it holds NUL: the specification has such a one ignored.
fn set_id(id: &mut String, value: &[u8]) {
    if !value.contains(&0) {
        id.clear();
        id.push_str(&String::from_utf8_lossy(value));
    }
}
