//! Bytes to events: a push decoder that lends.
//!
//! The decoder holds the chunk it was given and walks it once. An event that lies whole in one
//! chunk is lent from there; only what a chunk leaves unfinished is copied, once.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use memchr::memchr2;

use super::line::Line;

const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

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
pub struct Decoder {
    /// The chunk being read, and how much of it is done with.
    chunk: Bytes,
    at: usize,
    /// Chunks pushed before this one was read to its end.
    queue: VecDeque<Bytes>,
    queued: u64,

    /// What earlier chunks left of the event under way: its data, then its unfinished line.
    kept: Vec<u8>,
    data: Place,
    kept_name: Vec<u8>,
    name: Place,
    id: String,
    retry: Option<u64>,

    /// `kept` ends with a line that is not finished.
    in_line: bool,
    /// The last line ended with CR, so an LF that follows belongs to it.
    after_cr: bool,
    /// Bytes of a byte order mark seen at the start, or `BOM_DONE`.
    bom: u8,
    /// The event under way has a line that is no comment.
    has_field: bool,
    /// The event under way is over the limit: dropped up to its end.
    skipping: bool,
    /// The event that `data` and `name` describe has been lent.
    lent: bool,

    /// Bytes of chunks before this one, and where the event under way began.
    before: u64,
    begun: u64,
    /// Bytes of the finished lines of the event under way, each line end counted as one.
    size: usize,
    limit: usize,
    comments: u64,

    lossy_data: String,
    lossy_name: String,
}

const BOM_DONE: u8 = 3;

/// Where the bytes of a field are.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Absent,
    /// In the chunk, from and to.
    Chunk(usize, usize),
    /// In the decoder's own buffer, from and to.
    Kept(usize, usize),
}

/// An event, lent by the [`Decoder`] until it is asked for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// The value of the `event` field; `"message"` where the stream gave none or an empty one.
    pub event: &'a str,
    /// The values of the `data` fields, joined by line feeds. May be empty.
    pub data: &'a str,
    /// The last `id` that the stream has set so far; empty when it never did.
    pub id: &'a str,
}

impl Event<'_> {
    /// Whether this is the `[DONE]` with which some servers end a stream.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.data.len() < 16 && self.data.trim() == "[DONE]"
    }
}

/// Why an event could not be given. The stream goes on after it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SseError {
    /// One event is larger than the limit. It is dropped up to its end; the next call goes on with
    /// the event after it.
    TooLarge {
        /// The limit that it went over, in bytes.
        limit: usize,
    },
}

impl fmt::Display for SseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SseError::TooLarge { limit } => {
                write!(
                    f,
                    "one event of the stream is larger than the limit of {limit} bytes"
                )
            }
        }
    }
}

impl std::error::Error for SseError {}

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
    /// field names and one byte for each line end. Comments do not count.
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Decoder {
            chunk: Bytes::new(),
            at: 0,
            queue: VecDeque::new(),
            queued: 0,
            kept: Vec::new(),
            data: Place::Absent,
            kept_name: Vec::new(),
            name: Place::Absent,
            id: String::new(),
            retry: None,
            in_line: false,
            after_cr: false,
            bom: 0,
            has_field: false,
            skipping: false,
            lent: false,
            before: 0,
            begun: 0,
            size: 0,
            limit,
            comments: 0,
            lossy_data: String::new(),
            lossy_name: String::new(),
        }
    }

    /// Hands over the next bytes of the stream, cut anywhere. Nothing is copied.
    ///
    /// Take all events with [`next`](Self::next) before the next push; chunks pushed earlier than
    /// that wait in a queue.
    pub fn push(&mut self, chunk: impl Into<Bytes>) {
        let chunk = chunk.into();
        if self.at < self.chunk.len() || !self.queue.is_empty() {
            self.queued += chunk.len() as u64;
            self.queue.push_back(chunk);
            return;
        }
        if self.lent {
            self.forget_event();
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
        if self.advance()? {
            Ok(Some(self.lend()))
        } else {
            Ok(None)
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
        if self.advance()? {
            return Ok(Some(self.lend()));
        }
        self.bom = BOM_DONE;
        self.after_cr = false;
        if self.in_line {
            self.end_kept_line()?;
        }
        if self.end_event() {
            Ok(Some(self.lend()))
        } else {
            Ok(None)
        }
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
            self.forget_event();
        }
        loop {
            let Some(first) = self.chunk.get(self.at).copied() else {
                if self.next_chunk() {
                    continue;
                }
                return Ok(false);
            };
            if self.after_cr {
                self.after_cr = false;
                if first == b'\n' {
                    self.at += 1;
                    if !self.has_field && !self.skipping && self.begun + 1 == self.position() {
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

    /// Reads up to a line end or the end of the chunk. True when that ended an event with data.
    #[inline]
    fn line(&mut self) -> Result<bool, SseError> {
        let start = self.at;
        let tail = self.chunk.get(start..).unwrap_or_default();
        let Some(length) = memchr2(b'\n', b'\r', tail) else {
            self.keep_tail()?;
            return Ok(false);
        };
        let end = start + length;
        self.at = end + 1;
        if tail.get(length) == Some(&b'\r') {
            match tail.get(length + 1) {
                Some(b'\n') => self.at += 1,
                Some(_) => {}
                None => self.after_cr = true,
            }
        }
        if self.in_line {
            if !self.skipping {
                self.kept
                    .extend_from_slice(tail.get(..length).unwrap_or_default());
            }
            self.end_kept_line()?;
            return Ok(false);
        }
        if length == 0 {
            return Ok(self.end_event());
        }
        if self.skipping {
            return Ok(false);
        }
        if tail.first() == Some(&b':') {
            self.comments += 1;
            return self.check(length).map(|()| false);
        }
        self.count(length)?;
        self.has_field = true;
        let line = self.chunk.get(start..end).unwrap_or_default();
        match Line::parse(line) {
            Line::Data(value) => {
                if self.data == Place::Absent {
                    self.data = Place::Chunk(start + value, end);
                } else {
                    self.keep_data();
                    self.kept.push(b'\n');
                    let value = self.chunk.get(start + value..end).unwrap_or_default();
                    self.kept.extend_from_slice(value);
                    if let Place::Kept(_, to) = &mut self.data {
                        *to = self.kept.len();
                    }
                }
            }
            Line::Event(value) => self.name = Place::Chunk(start + value, end),
            Line::Id(value) => set_id(&mut self.id, value),
            Line::Retry(milliseconds) => self.retry = Some(milliseconds),
            Line::Comment | Line::Ignored => {}
        }
        Ok(false)
    }

    /// The unfinished line in `kept` has come to its end.
    fn end_kept_line(&mut self) -> Result<(), SseError> {
        self.in_line = false;
        if self.skipping {
            return Ok(());
        }
        let start = self.kept_data_end();
        let length = self.kept.len() - start;
        if self.kept.get(start) == Some(&b':') {
            self.comments += 1;
            self.kept.truncate(start);
            return self.check(length);
        }
        self.count(length)?;
        self.has_field = true;
        let line = self.kept.get(start..).unwrap_or_default();
        match Line::parse(line) {
            Line::Data(value) => {
                let value = start + value;
                match &mut self.data {
                    Place::Kept(_, to) => {
                        // Moves the value to where the field name was, behind a line feed.
                        if let Some(byte) = self.kept.get_mut(start) {
                            *byte = b'\n';
                        }
                        let end = self.kept.len();
                        self.kept.copy_within(value..end, start + 1);
                        self.kept.truncate(start + 1 + (end - value));
                        *to = self.kept.len();
                    }
                    place => *place = Place::Kept(value, self.kept.len()),
                }
                return Ok(());
            }
            Line::Event(value) => {
                self.kept_name.clear();
                self.kept_name
                    .extend_from_slice(line.get(value..).unwrap_or_default());
                self.name = Place::Kept(0, self.kept_name.len());
            }
            Line::Id(value) => set_id(&mut self.id, value),
            Line::Retry(milliseconds) => self.retry = Some(milliseconds),
            Line::Comment | Line::Ignored => {}
        }
        self.kept.truncate(start);
        Ok(())
    }

    /// A blank line: true when the event has data and is to be lent.
    #[inline]
    fn end_event(&mut self) -> bool {
        self.begun = self.position();
        self.has_field = false;
        self.size = 0;
        if self.data == Place::Absent || self.skipping {
            self.forget_event();
            return false;
        }
        self.lent = true;
        true
    }

    #[inline]
    fn forget_event(&mut self) {
        self.lent = false;
        self.skipping = false;
        self.data = Place::Absent;
        self.name = Place::Absent;
        self.kept.clear();
    }

    /// Takes the rest of the chunk as the start, or more, of an unfinished line.
    fn keep_tail(&mut self) -> Result<(), SseError> {
        self.keep_data();
        self.keep_name();
        let tail = self.chunk.get(self.at..).unwrap_or_default();
        self.at = self.chunk.len();
        self.in_line = true;
        if self.skipping {
            return Ok(());
        }
        let line = self.kept.len() - self.kept_data_end() + tail.len();
        if self.size.saturating_add(line) > self.limit {
            return Err(self.too_large());
        }
        self.kept.extend_from_slice(tail);
        Ok(())
    }

    /// Where the data in `kept` ends, which is where an unfinished line begins.
    fn kept_data_end(&self) -> usize {
        match self.data {
            Place::Kept(_, end) => end,
            Place::Absent | Place::Chunk(..) => 0,
        }
    }

    /// Goes to the next chunk in the queue; false when there is none.
    fn next_chunk(&mut self) -> bool {
        let next = self.queue.pop_front();
        let found = next.is_some();
        let chunk = next.unwrap_or_default();
        self.queued -= chunk.len() as u64;
        self.start_chunk(chunk);
        found
    }

    /// Puts a chunk in the place of the one that is read, keeping what the event under way has in
    /// the latter.
    fn start_chunk(&mut self, chunk: Bytes) {
        self.keep_data();
        self.keep_name();
        self.before += self.chunk.len() as u64;
        self.at = 0;
        self.chunk = chunk;
    }

    fn keep_data(&mut self) {
        if let Place::Chunk(from, to) = self.data {
            self.kept.clear();
            self.kept
                .extend_from_slice(self.chunk.get(from..to).unwrap_or_default());
            self.data = Place::Kept(0, self.kept.len());
        }
    }

    fn keep_name(&mut self) {
        if let Place::Chunk(from, to) = self.name {
            self.kept_name.clear();
            self.kept_name
                .extend_from_slice(self.chunk.get(from..to).unwrap_or_default());
            self.name = Place::Kept(0, self.kept_name.len());
        }
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
            self.kept
                .extend_from_slice(BOM.get(..matched).unwrap_or_default());
            self.in_line = true;
        }
    }

    /// Where the next byte to read is in the stream.
    #[inline]
    fn position(&self) -> u64 {
        self.before + self.at as u64
    }

    /// Counts a finished line of the event under way.
    #[inline]
    fn count(&mut self, line: usize) -> Result<(), SseError> {
        self.size = self.size.saturating_add(line).saturating_add(1);
        if self.size > self.limit {
            Err(self.too_large())
        } else {
            Ok(())
        }
    }

    /// Counts a line that leaves nothing behind.
    fn check(&mut self, line: usize) -> Result<(), SseError> {
        let size = self.size.saturating_add(line);
        if size > self.limit {
            Err(self.too_large())
        } else {
            Ok(())
        }
    }

    #[cold]
    fn too_large(&mut self) -> SseError {
        self.forget_event();
        self.has_field = true;
        self.skipping = true;
        SseError::TooLarge { limit: self.limit }
    }

    /// The event that `advance` has found.
    #[inline]
    fn lend(&mut self) -> Event<'_> {
        let data = match self.data {
            Place::Chunk(from, to) => self.chunk.get(from..to).unwrap_or_default(),
            Place::Kept(from, to) => self.kept.get(from..to).unwrap_or_default(),
            Place::Absent => &[],
        };
        let name = match self.name {
            Place::Chunk(from, to) => self.chunk.get(from..to).unwrap_or_default(),
            Place::Kept(from, to) => self.kept_name.get(from..to).unwrap_or_default(),
            Place::Absent => &[],
        };
        let event = match name {
            [] => "message",
            name => text(name, &mut self.lossy_name),
        };
        Event {
            event,
            data: text(data, &mut self.lossy_data),
            id: &self.id,
        }
    }
}

/// The bytes as text, lent from `lossy` only when something had to be replaced.
#[inline]
fn text<'a>(bytes: &'a [u8], lossy: &'a mut String) -> &'a str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => {
            lossy.clear();
            lossy.push_str(&String::from_utf8_lossy(bytes));
            lossy
        }
    }
}

/// Takes an id, unless it holds NUL: the specification has such a one ignored.
fn set_id(id: &mut String, value: &[u8]) {
    if !value.contains(&0) {
        id.clear();
        id.push_str(&String::from_utf8_lossy(value));
    }
}
