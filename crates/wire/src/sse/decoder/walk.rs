//! The scan of [`Decoder`] over its chunks: from bytes to lines, and from lines to events.
//!
//! The public methods are in the parent module; the state of the current event is in `pending.rs`.

use bytes::Bytes;
use memchr::memchr2;

use super::super::event::SseError;
use super::super::line::Line;
use super::{BOM, BOM_DONE, Decoder};

impl Decoder {
    /// Scans to the end of the next event with data. Returns `false` if the bytes are used up.
    pub(super) fn advance(&mut self) -> Result<bool, SseError> {
        if self.returned {
            self.reset_event();
        }
        loop {
            if let Some(found) = self.scan_whole_lines() {
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
                    if self.event_start + 1 == self.position() && !self.has_field {
                        // The line was the blank line that ended the previous event.
                        self.event_start += 1;
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
            if self.scan_line()? {
                return Ok(true);
            }
        }
    }

    /// Fast path for lines that lie completely in the chunk and end with LF, with an empty
    /// `pending` line. Returns `None` if the bytes need the slow path.
    #[inline]
    fn scan_whole_lines(&mut self) -> Option<Result<bool, SseError>> {
        if self.bom < BOM_DONE || self.after_cr || self.skipping {
            return None;
        }
        if self.in_line {
            if let Some(found) = self.continue_line()? {
                return Some(found);
            }
        }
        let chunk: &[u8] = &self.chunk;
        loop {
            let start = self.at;
            let tail = chunk.get(start..)?;
            if tail.first() == Some(&b'\n') {
                self.at = start + 1;
                self.event_start = self.chunk_start + self.at as u64;
                self.has_field = false;
                self.size = 0;
                if self.pending.has_data() {
                    self.returned = true;
                    return Some(Ok(true));
                }
                self.pending.clear();
                continue;
            }
            let Some(length) = memchr2(b'\n', b'\r', tail) else {
                // The chunk ends with the start of a line, or at a line end.
                return match tail {
                    [] => None,
                    _ => self.store_whole_tail(),
                };
            };
            let (line, rest) = tail.split_at(length);
            let size = self.size + length + 1;
            if rest.first() != Some(&b'\n') || size > self.limit {
                return None;
            }
            match Line::parse(line) {
                Line::Data(value) => {
                    self.pending.add_data(chunk, start + value, start + length);
                }
                Line::Event(value) => self.pending.set_name(start + value, start + length),
                _ => return None,
            }
            self.size = size;
            self.has_field = true;
            self.at = start + length + 1;
        }
    }

    /// Continues a line that began in an earlier chunk. Returns `Some(None)` if it ended with LF;
    /// other results are as for [`scan_whole_lines`](Self::scan_whole_lines).
    #[inline]
    fn continue_line(&mut self) -> Option<Option<Result<bool, SseError>>> {
        let tail = self.chunk.get(self.at..)?;
        let Some(length) = memchr2(b'\n', b'\r', tail) else {
            return match tail {
                [] => None,
                _ => self.store_whole_tail().map(Some),
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

    /// Stores the rest of the chunk as the start or continuation of a line. Returns `None` if
    /// chunks are queued.
    #[inline]
    fn store_whole_tail(&mut self) -> Option<Result<bool, SseError>> {
        match self.store_tail() {
            Err(error) => Some(Err(error)),
            Ok(()) => self.queue.is_empty().then_some(Ok(false)),
        }
    }

    /// Reads up to a line end or the end of the chunk. Returns `true` if that ended an event with
    /// data.
    fn scan_line(&mut self) -> Result<bool, SseError> {
        let start = self.at;
        let tail = self.chunk.get(start..).unwrap_or_default();
        let Some(length) = memchr2(b'\n', b'\r', tail) else {
            self.store_tail()?;
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
            Line::Data(value) => self.pending.add_data(&self.chunk, start + value, end),
            Line::Event(value) => self.pending.set_name(start + value, end),
            Line::Id(value) => set_id(&mut self.id, value),
            Line::Retry(milliseconds) => self.retry = Some(milliseconds),
            Line::Ignored => {}
        }
        Ok(false)
    }

    /// Processes the pending line at its end.
    pub(super) fn end_pending_line(&mut self) -> Result<(), SseError> {
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
                self.pending.finish_data_line(value);
                return Ok(());
            }
            Line::Event(value) => {
                self.pending.finish_name_line(value);
                return Ok(());
            }
            Line::Id(value) => set_id(&mut self.id, value),
            Line::Retry(milliseconds) => self.retry = Some(milliseconds),
            Line::Ignored => {}
        }
        self.pending.drop_line();
        Ok(())
    }

    /// Processes a blank line. Returns `true` if the event has data and is returned to the caller.
    #[inline]
    pub(super) fn end_event(&mut self) -> bool {
        self.event_start = self.position();
        self.has_field = false;
        self.size = 0;
        if self.skipping || !self.pending.has_data() {
            self.reset_event();
            return false;
        }
        self.returned = true;
        true
    }

    #[inline]
    pub(super) fn reset_event(&mut self) {
        self.returned = false;
        self.skipping = false;
        self.pending.clear();
    }

    /// Stores the rest of the chunk as the start or continuation of a line.
    #[inline]
    fn store_tail(&mut self) -> Result<(), SseError> {
        self.pending.copy_from_chunk(&self.chunk);
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

    /// Replaces a processed chunk, after copying the parts of the current event that lie in it.
    #[inline]
    pub(super) fn start_chunk(&mut self, chunk: Bytes) {
        self.pending.copy_from_chunk(&self.chunk);
        self.chunk_start += self.chunk.len() as u64;
        self.at = 0;
        self.chunk = chunk;
    }

    /// Matches the start of the stream against a byte order mark, one byte at a time.
    fn skip_bom(&mut self, byte: u8) {
        if BOM.get(usize::from(self.bom)) == Some(&byte) {
            self.at += 1;
            self.bom += 1;
            if self.bom == BOM_DONE {
                self.event_start = self.position();
            }
            return;
        }
        // No byte order mark: the bytes matched so far start the first line.
        let matched = usize::from(self.bom);
        self.bom = BOM_DONE;
        if matched > 0 {
            self.pending
                .extend_line(BOM.get(..matched).unwrap_or_default());
            self.in_line = true;
        }
    }

    /// Returns the offset in the stream of the next byte to read.
    #[inline]
    fn position(&self) -> u64 {
        self.chunk_start + self.at as u64
    }

    /// Counts a finished line of an event.
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

    /// Counts a comment. Its length is checked because it was buffered up to its end.
    fn comment(&mut self, line: usize) -> Result<(), SseError> {
        if self.size.saturating_add(line) > self.limit {
            return Err(self.too_large());
        }
        self.comments += 1;
        Ok(())
    }

    #[cold]
    fn too_large(&mut self) -> SseError {
        self.reset_event();
        self.has_field = true;
        self.skipping = true;
        SseError::TooLarge { limit: self.limit }
    }
}

/// Sets the id. An id that contains NUL is ignored, as the specification requires.
fn set_id(id: &mut String, value: &[u8]) {
    if !value.contains(&0) {
        id.clear();
        id.push_str(&String::from_utf8_lossy(value));
    }
}
