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
    Buffer(usize, usize),
}

/// Current event. Methods with a parameter `chunk` expect the current chunk.
#[derive(Default)]
pub(super) struct Pending {
    /// Data that is no longer in the chunk, followed by the unfinished line.
    buffer: Vec<u8>,
    data: Location,
    name_buffer: Vec<u8>,
    name: Location,
    lossy_data: String,
    lossy_name: String,
}

impl Pending {
    #[inline]
    pub(super) fn clear(&mut self) {
        self.data = Location::Absent;
        self.name = Location::Absent;
        self.buffer.clear();
    }

    #[inline]
    pub(super) fn has_data(&self) -> bool {
        self.data != Location::Absent
    }

    /// Adds the value of a `data` line that lies completely in the chunk.
    #[inline]
    pub(super) fn add_data(&mut self, chunk: &[u8], from: usize, to: usize) {
        if self.data == Location::Absent {
            self.data = Location::Chunk(from, to);
        } else {
            self.append_data(chunk, from, to);
        }
    }

    /// Appends a further `data` line. Not inlined: nearly all events have one line.
    #[inline(never)]
    fn append_data(&mut self, chunk: &[u8], from: usize, to: usize) {
        self.copy_data(chunk);
        self.buffer.push(b'\n');
        self.buffer
            .extend_from_slice(chunk.get(from..to).unwrap_or_default());
        self.extend_data_to_end();
    }

    /// Sets the name from an `event` line that lies completely in the chunk.
    #[inline]
    pub(super) fn set_name(&mut self, from: usize, to: usize) {
        self.name = Location::Chunk(from, to);
    }

    /// Copies the event's parts that lie in the chunk, before the chunk is dropped.
    #[inline]
    pub(super) fn copy_from_chunk(&mut self, chunk: &[u8]) {
        if matches!(self.data, Location::Chunk(..)) || matches!(self.name, Location::Chunk(..)) {
            self.copy_fields(chunk);
        }
    }

    fn copy_fields(&mut self, chunk: &[u8]) {
        self.copy_data(chunk);
        if let Location::Chunk(from, to) = self.name {
            self.name_buffer.clear();
            self.name_buffer
                .extend_from_slice(chunk.get(from..to).unwrap_or_default());
            self.name = Location::Buffer(0, self.name_buffer.len());
        }
    }

    fn copy_data(&mut self, chunk: &[u8]) {
        if let Location::Chunk(from, to) = self.data {
            self.buffer.clear();
            self.buffer
                .extend_from_slice(chunk.get(from..to).unwrap_or_default());
            self.data = Location::Buffer(0, self.buffer.len());
        }
    }

    fn extend_data_to_end(&mut self) {
        if let Location::Buffer(_, to) = &mut self.data {
            *to = self.buffer.len();
        }
    }

    /// Returns the offset of the unfinished line in the buffer: after the data.
    #[inline]
    fn line_start(&self) -> usize {
        match self.data {
            Location::Buffer(_, end) => end,
            Location::Absent | Location::Chunk(..) => 0,
        }
    }

    /// Returns the unfinished line.
    #[inline]
    pub(super) fn line(&self) -> &[u8] {
        self.buffer.get(self.line_start()..).unwrap_or_default()
    }

    /// Appends to the unfinished line. Data in the chunk must have been copied before.
    #[inline]
    pub(super) fn extend_line(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Removes the unfinished line.
    pub(super) fn drop_line(&mut self) {
        self.buffer.truncate(self.line_start());
    }

    /// Turns the unfinished line into data. Its value starts at offset `at`.
    pub(super) fn finish_data_line(&mut self, at: usize) {
        let start = self.line_start();
        if self.data == Location::Absent {
            // Common case: the value is not moved, so the cost does not depend on its size.
            self.data = Location::Buffer(start + at, self.buffer.len());
            return;
        }
        // Moves the value over the field's name, after a line feed.
        if let Some(byte) = self.buffer.get_mut(start) {
            *byte = b'\n';
        }
        let end = self.buffer.len();
        self.buffer.copy_within(start + at..end, start + 1);
        self.buffer.truncate(end - at + 1);
        self.extend_data_to_end();
    }

    /// Turns the unfinished line into the event's name. Its value starts at offset `at`.
    pub(super) fn finish_name_line(&mut self, at: usize) {
        let value = self
            .buffer
            .get(self.line_start() + at..)
            .unwrap_or_default();
        self.name_buffer.clear();
        self.name_buffer.extend_from_slice(value);
        self.name = Location::Buffer(0, self.name_buffer.len());
        self.drop_line();
    }

    /// Returns the current event.
    #[inline]
    pub(super) fn event<'a>(&'a mut self, chunk: &'a [u8], id: &'a str) -> Event<'a> {
        let data = match self.data {
            Location::Chunk(from, to) => chunk.get(from..to).unwrap_or_default(),
            Location::Buffer(from, to) => self.buffer.get(from..to).unwrap_or_default(),
            Location::Absent => &[],
        };
        let name = match self.name {
            Location::Chunk(from, to) => chunk.get(from..to).unwrap_or_default(),
            Location::Buffer(from, to) => self.name_buffer.get(from..to).unwrap_or_default(),
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
