//! Events to bytes: frames written straight into the caller's buffer.

use bytes::{BufMut, BytesMut};

use crate::Wire;

/// Writes the frames of an event stream into a buffer.
///
/// Every call appends one whole frame, its blank line included, so that a server can send each
/// frame in one write.
///
/// ```
/// use bytes::BytesMut;
/// use orouter_wire::sse::Encoder;
///
/// let mut out = BytesMut::new();
/// let encoder = Encoder::new();
/// encoder.comment("keep-alive", &mut out);
/// encoder.text("greeting", "two\nlines", &mut out);
/// encoder.done(&mut out);
/// assert_eq!(
///     out,
///     ": keep-alive\n\nevent: greeting\ndata: two\ndata: lines\n\ndata: [DONE]\n\n"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoder {
    names: bool,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// An encoder that names every event in an `event:` line, as most servers do.
    #[must_use]
    pub const fn new() -> Self {
        Encoder { names: true }
    }

    /// An encoder that writes no `event:` lines, as the hosted service does.
    #[must_use]
    pub const fn data_only() -> Self {
        Encoder { names: false }
    }

    /// Writes a value as the JSON data of an event called `name`.
    ///
    /// The JSON is written into `out` directly. Line ends that a raw part brings along, which JSON
    /// allows between tokens only, become spaces: the data is one line.
    pub fn event<T: Wire>(&self, name: &str, value: &T, out: &mut BytesMut) {
        self.name(name, out);
        out.put_slice(b"data: ");
        let start = out.len();
        crate::write_to(value, out);
        let mut json = out.get_mut(start..).unwrap_or_default();
        while let Some(at) = memchr::memchr2(b'\n', b'\r', json) {
            let Some((end, rest)) = json.get_mut(at..).and_then(<[u8]>::split_first_mut) else {
                break;
            };
            *end = b' ';
            json = rest;
        }
        out.put_slice(b"\n\n");
    }

    /// Writes text as the data of an event called `name`: one `data:` line for each of its lines,
    /// whichever way they end. The reader gets them joined by line feeds.
    pub fn text(&self, name: &str, data: &str, out: &mut BytesMut) {
        self.name(name, out);
        let mut rest = data.as_bytes();
        loop {
            let end = memchr::memchr2(b'\n', b'\r', rest);
            let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
            out.put_slice(b"data: ");
            out.put_slice(line);
            out.put_u8(b'\n');
            rest = match after {
                [] => break,
                [b'\r', b'\n', after @ ..] | [_, after @ ..] => after,
            };
        }
        out.put_u8(b'\n');
    }

    /// Writes a comment: a sign of life that readers skip. Its line ends become spaces.
    pub fn comment(&self, text: &str, out: &mut BytesMut) {
        out.put_slice(b": ");
        one_line(text, out);
        out.put_slice(b"\n\n");
    }

    /// Writes the `[DONE]` with which some servers end a stream.
    pub fn done(&self, out: &mut BytesMut) {
        out.put_slice(b"data: [DONE]\n\n");
    }

    fn name(&self, name: &str, out: &mut BytesMut) {
        if self.names && !name.is_empty() {
            out.put_slice(b"event: ");
            one_line(name, out);
            out.put_u8(b'\n');
        }
    }
}

/// Writes text with its line ends as spaces.
fn one_line(text: &str, out: &mut BytesMut) {
    let mut lines = text.split(['\n', '\r']);
    out.put_slice(lines.next().unwrap_or_default().as_bytes());
    for line in lines {
        out.put_u8(b' ');
        out.put_slice(line.as_bytes());
    }
}
