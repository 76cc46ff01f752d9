//! [`Encoder`]: writes frames of an event stream into a buffer of the caller.

use bytes::{BufMut, BytesMut};

use crate::Wire;

/// Encoder for the frames of an event stream.
///
/// Every call appends one complete frame including its blank line, so a server can send each frame
/// in one write.
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
    /// Creates an encoder that writes the name of each event in an `event:` line, as most servers
    /// do.
    #[must_use]
    pub const fn new() -> Self {
        Encoder { names: true }
    }

    /// Creates an encoder that writes no `event:` lines, as OpenRouter does.
    #[must_use]
    pub const fn data_only() -> Self {
        Encoder { names: false }
    }

    /// Writes a value as the JSON data of an event called `name`.
    ///
    /// The JSON is written directly into `out`. Line breaks between the tokens of raw parts become
    /// spaces, because the data is one line.
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

    /// Writes text as the data of an event called `name`: one `data:` line per line of text. LF, CR
    /// and CRLF end a line. The reader receives the lines joined by line feeds.
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

    /// Writes a comment, which readers skip. Servers use it to keep the connection alive. Line
    /// breaks become spaces.
    pub fn comment(&self, text: &str, out: &mut BytesMut) {
        out.put_slice(b": ");
        one_line(text, out);
        out.put_slice(b"\n\n");
    }

    /// Writes the `[DONE]` event with which some servers end a stream.
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

/// Writes text with line breaks replaced by spaces.
fn one_line(text: &str, out: &mut BytesMut) {
    let mut lines = text.split(['\n', '\r']);
    out.put_slice(lines.next().unwrap_or_default().as_bytes());
    for line in lines {
        out.put_u8(b' ');
        out.put_slice(line.as_bytes());
    }
}
