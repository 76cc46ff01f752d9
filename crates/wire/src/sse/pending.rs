//! State of the current event: its data and name, which are in the chunk or in a buffer, and the
//! start of an unfinished line.

use super::event::Event;

/// Location of a field's bytes.
#[derive(Clone, Copy, Default, PartialEq)]
enum Location {
    #[default]
    Absent,
    /// Range in the chunk.
    Chunk(usize, usize),
    /// Range in the buffer.
    Kept(usize, usize),
}

/// Current event. Methods with a parameter `chunk` expect the current chunk.
#[derive(Default)]
pub(super) struct Pending {
    /// Data that is no longer in the chunk, followed by the unfinished line.
    kept: Vec<u8>,
    data: Location,
    kept_name: Vec<u8>,
    name: Location,
    lossy_data: String,
    lossy_name: String,
}

impl Pending {
    #[inline]
    pub(super) fn clear(&mut self) {
        self.data = Location::Absent;
        self.name = Location::Absent;
        self.kept.clear();
    }

    #[inline]
    pub(super) fn has_data(&self) -> bool {
        self.data != Location::Absent
    }

    /// Adds the value of a `data` line that lies completely in the chunk.
    #[inline]
    pub(super) fn data_in_chunk(&mut self, chunk: &[u8], from: usize, to: usize) {
        if self.data == Location::Absent {
            self.data = Location::Chunk(from, to);
            return;
        }
        self.keep_data(chunk);
        self.kept.push(b'\n');
        self.kept
            .extend_from_slice(chunk.get(from..to).unwrap_or_default());
        self.data_ends_here();
    }

    /// Sets the name from an `event` line that lies completely in the chunk.
    #[inline]
    pub(super) fn name_in_chunk(&mut self, from: usize, to: usize) {
        self.name = Location::Chunk(from, to);
    }

    /// Copies the event's parts that lie in the chunk, before the chunk is dropped.
    #[inline]
    pub(super) fn keep(&mut self, chunk: &[u8]) {
        if matches!(self.data, Location::Chunk(..)) || matches!(self.name, Location::Chunk(..)) {
            self.copy(chunk);
        }
    }

    fn copy(&mut self, chunk: &[u8]) {
        self.keep_data(chunk);
        if let Location::Chunk(from, to) = self.name {
            self.kept_name.clear();
            self.kept_name
                .extend_from_slice(chunk.get(from..to).unwrap_or_default());
            self.name = Location::Kept(0, self.kept_name.len());
        }
    }

    fn keep_data(&mut self, chunk: &[u8]) {
        if let Location::Chunk(from, to) = self.data {
            self.kept.clear();
            self.kept
                .extend_from_slice(chunk.get(from..to).unwrap_or_default());
            self.data = Location::Kept(0, self.kept.len());
        }
    }

    fn data_ends_here(&mut self) {
        if let Location::Kept(_, to) = &mut self.data {
            *to = self.kept.len();
        }
    }

    /// Returns the offset of the unfinished line in the buffer: after the data.
    #[inline]
    fn line_start(&self) -> usize {
        match self.data {
            Location::Kept(_, end) => end,
            Location::Absent | Location::Chunk(..) => 0,
        }
    }

    /// Returns the unfinished line.
    #[inline]
    pub(super) fn line(&self) -> &[u8] {
        self.kept.get(self.line_start()..).unwrap_or_default()
    }

    /// Appends to the unfinished line. Data in the chunk must have been copied before.
    #[inline]
    pub(super) fn extend_line(&mut self, bytes: &[u8]) {
        self.kept.extend_from_slice(bytes);
    }

    /// Removes the unfinished line.
    pub(super) fn drop_line(&mut self) {
        self.kept.truncate(self.line_start());
    }

    /// Turns the unfinished line into data. Its value starts at offset `at`.
    pub(super) fn line_is_data(&mut self, at: usize) {
        let start = self.line_start();
        if self.data == Location::Absent {
            // Common case: the value is not moved, so the cost does not depend on its size.
            self.data = Location::Kept(start + at, self.kept.len());
            return;
        }
        // Moves the value over the field's name, after a line feed.
        if let Some(byte) = self.kept.get_mut(start) {
            *byte = b'\n';
        }
        let end = self.kept.len();
        self.kept.copy_within(start + at..end, start + 1);
        self.kept.truncate(end - at + 1);
        self.data_ends_here();
    }

    /// Turns the unfinished line into the event's name. Its value starts at offset `at`.
    pub(super) fn line_is_name(&mut self, at: usize) {
        let value = self.kept.get(self.line_start() + at..).unwrap_or_default();
        self.kept_name.clear();
        self.kept_name.extend_from_slice(value);
        self.name = Location::Kept(0, self.kept_name.len());
        self.drop_line();
    }

    /// Returns the current event.
    #[inline]
    pub(super) fn lend<'a>(&'a mut self, chunk: &'a [u8], id: &'a str) -> Event<'a> {
        let data = match self.data {
            Location::Chunk(from, to) => chunk.get(from..to).unwrap_or_default(),
            Location::Kept(from, to) => self.kept.get(from..to).unwrap_or_default(),
            Location::Absent => &[],
        };
        let name = match self.name {
            Location::Chunk(from, to) => chunk.get(from..to).unwrap_or_default(),
            Location::Kept(from, to) => self.kept_name.get(from..to).unwrap_or_default(),
            Location::Absent => &[],
        };
        let event = match name {
            [] => "message",
            name => text(name, &mut self.lossy_name),
        };
        Event {
            event,
            data: text(data, &mut self.lossy_data),
            id,
        }
    }
}

/// Returns the bytes as text. `lossy` holds the text if bytes had to be replaced.
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
