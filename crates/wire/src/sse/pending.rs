//! What is known of the event under way: its data and its name, in the chunk while that is being
//! read and in a buffer from there on, and the start of a line whose end has not come.

use super::event::Event;

/// Where the bytes of a field are.
#[derive(Clone, Copy, Default, PartialEq)]
enum Location {
    #[default]
    Absent,
    /// In the chunk, from and to.
    Chunk(usize, usize),
    /// In the buffer, from and to.
    Kept(usize, usize),
}

/// The event under way. The methods that take a chunk want the one that is being read.
#[derive(Default)]
pub(super) struct Pending {
    /// The data that is no longer in the chunk, then the unfinished line.
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

    /// A `data` line's value that lies whole in the chunk.
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

    /// An `event` line's value that lies whole in the chunk.
    #[inline]
    pub(super) fn name_in_chunk(&mut self, from: usize, to: usize) {
        self.name = Location::Chunk(from, to);
    }

    /// Copies what lies in the chunk, which is about to be dropped.
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

    /// Where the unfinished line starts: behind the data.
    #[inline]
    fn line_start(&self) -> usize {
        match self.data {
            Location::Kept(_, end) => end,
            Location::Absent | Location::Chunk(..) => 0,
        }
    }

    /// The unfinished line.
    #[inline]
    pub(super) fn line(&self) -> &[u8] {
        self.kept.get(self.line_start()..).unwrap_or_default()
    }

    /// More of the unfinished line. What lies in the chunk must have been kept.
    #[inline]
    pub(super) fn extend_line(&mut self, bytes: &[u8]) {
        self.kept.extend_from_slice(bytes);
    }

    /// The unfinished line is done with and leaves nothing.
    pub(super) fn drop_line(&mut self) {
        self.kept.truncate(self.line_start());
    }

    /// The unfinished line was a `data` line whose value starts `at` bytes into it.
    pub(super) fn line_is_data(&mut self, at: usize) {
        let start = self.line_start();
        if self.data == Location::Absent {
            // The common case, whatever the event's size: the value stays where it is.
            self.data = Location::Kept(start + at, self.kept.len());
            return;
        }
        // Moves the value to where the field's name was, behind a line feed.
        if let Some(byte) = self.kept.get_mut(start) {
            *byte = b'\n';
        }
        let end = self.kept.len();
        self.kept.copy_within(start + at..end, start + 1);
        self.kept.truncate(end - at + 1);
        self.data_ends_here();
    }

    /// The unfinished line was an `event` line whose value starts `at` bytes into it.
    pub(super) fn line_is_name(&mut self, at: usize) {
        let value = self.kept.get(self.line_start() + at..).unwrap_or_default();
        self.kept_name.clear();
        self.kept_name.extend_from_slice(value);
        self.name = Location::Kept(0, self.kept_name.len());
        self.drop_line();
    }

    /// The event as it stands.
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
