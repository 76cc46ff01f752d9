//! The writer: compact JSON, appended to a growing buffer.

use bytes::BytesMut;

use super::lines::{has_lines, lines};
use super::scan::plain_end;

/// Appends JSON to a buffer. What it writes is always one line.
#[derive(Debug, Default)]
pub struct Writer {
    pub(crate) out: BytesMut,
    /// Only typed fields are written.
    pub(crate) typed: bool,
    /// A number that JSON cannot hold was written as `null`.
    pub(crate) lost: bool,
}

impl Writer {
    /// A writer with an empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::onto(BytesMut::with_capacity(256))
    }

    /// A writer that appends to a buffer; [`finish`](Writer::finish) gives it back.
    #[must_use]
    pub fn onto(out: BytesMut) -> Self {
        Writer {
            out,
            ..Self::default()
        }
    }

    /// Returns `true` if a number was written that JSON cannot hold: `NaN` or an infinity, which
    /// became `null`.
    #[must_use]
    pub fn has_lost_a_number(&self) -> bool {
        self.lost
    }

    /// The buffer.
    #[must_use]
    pub fn finish(self) -> BytesMut {
        self.out
    }

    /// Returns the buffer as a string.
    pub(crate) fn into_text(self) -> String {
        // Only whole strings and ASCII are ever appended, so this does not fail.
        String::from_utf8(self.out.into()).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes `null`.
    #[inline]
    pub fn null(&mut self) {
        self.text("null");
    }

    /// Writes `true` or `false`.
    #[inline]
    pub fn bool(&mut self, value: bool) {
        self.text(if value { "true" } else { "false" });
    }

    /// Writes an unsigned integer.
    #[inline]
    pub fn unsigned(&mut self, value: u64) {
        self.text(itoa::Buffer::new().format(value));
    }

    /// Writes an integer.
    #[inline]
    pub fn signed(&mut self, value: i64) {
        self.text(itoa::Buffer::new().format(value));
    }

    /// Writes a number in its shortest form: whole ones without a fraction, so that readers
    /// which want an integer take them; those that are no number as `null`.
    pub fn float(&mut self, value: f64) {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if !value.is_finite() {
            self.lost = true;
            self.null();
        } else if value.fract() == 0.0
            && value.abs() < EXACT
            && (value != 0.0 || value.is_sign_positive())
        {
            #[allow(clippy::cast_possible_truncation)] // Whole and below 2^53: exact.
            self.signed(value as i64);
        } else {
            self.text(zmij::Buffer::new().format_finite(value));
        }
    }

    /// Writes a string with its quotes.
    #[inline]
    pub fn string(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.out.reserve(bytes.len() + 2);
        self.out.extend_from_slice(b"\"");
        let end = plain_end(bytes, 0);
        if end == bytes.len() {
            self.out.extend_from_slice(bytes);
        } else {
            self.escaped(bytes, end);
        }
        self.out.extend_from_slice(b"\"");
    }

    #[inline(never)]
    fn escaped(&mut self, bytes: &[u8], mut end: usize) {
        let mut from = 0;
        while let Some(byte) = bytes.get(end) {
            self.out
                .extend_from_slice(bytes.get(from..end).unwrap_or_default());
            match byte {
                b'"' => self.text("\\\""),
                b'\\' => self.text("\\\\"),
                b'\n' => self.text("\\n"),
                b'\r' => self.text("\\r"),
                b'\t' => self.text("\\t"),
                0x8 => self.text("\\b"),
                0xc => self.text("\\f"),
                other => {
                    const HEX: [u8; 16] = *b"0123456789abcdef";
                    let digit = |n: u8| HEX.get(usize::from(n & 15)).copied().unwrap_or(b'0');
                    let code = [b'\\', b'u', b'0', b'0', digit(other >> 4), digit(*other)];
                    self.out.extend_from_slice(&code);
                }
            }
            from = end + 1;
            end = plain_end(bytes, from);
        }
        self.out
            .extend_from_slice(bytes.get(from..).unwrap_or_default());
    }

    /// Writes a text that is JSON already. Line breaks between its tokens are left out, since
    /// one line is what an event stream carries.
    pub fn raw(&mut self, text: &str) {
        if !has_lines(text) {
            self.text(text);
            return;
        }
        for line in lines(text) {
            self.text(line);
        }
    }

    /// Opens an object.
    #[inline]
    pub fn open_object(&mut self) {
        self.text("{");
    }

    /// Closes an object.
    #[inline]
    pub fn close_object(&mut self) {
        self.text("}");
    }

    /// Opens an array.
    #[inline]
    pub fn open_array(&mut self) {
        self.text("[");
    }

    /// Closes an array.
    #[inline]
    pub fn close_array(&mut self) {
        self.text("]");
    }

    /// Before each element of an array: the comma, where one is due.
    #[inline]
    pub fn element(&mut self) {
        // No element ends in an opening bracket outside of a string, and strings end in a quote.
        if self.out.last() != Some(&b'[') {
            self.text(",");
        }
    }

    /// Before each member of an object: the comma where one is due, the name, the colon.
    pub fn member(&mut self, name: &str) {
        self.comma();
        self.string(name);
        self.text(":");
    }

    /// The same for a name that is written out already: a comma, the name in quotes, a colon.
    #[inline]
    pub(crate) fn literal_member(&mut self, name: &str) {
        let first = self.out.last() == Some(&b'{');
        let bytes = name.as_bytes();
        self.out.extend_from_slice(if first {
            bytes.get(1..).unwrap_or_default()
        } else {
            bytes
        });
    }

    #[inline]
    fn comma(&mut self) {
        if self.out.last() != Some(&b'{') {
            self.text(",");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Writer;

    fn float(value: f64) -> String {
        let mut writer = Writer::new();
        writer.float(value);
        writer.into_text()
    }

    #[test]
    fn floats() {
        assert_eq!(float(1.0), "1");
        assert_eq!(float(0.0), "0");
        assert_eq!(float(-0.0), "-0.0");
        assert_eq!(float(-3.0), "-3");
        assert_eq!(float(0.1), "0.1");
        assert_eq!(float(f64::NAN), "null");
        assert_eq!(float(f64::INFINITY), "null");
        for value in [
            1e22,
            1e300,
            5e-324,
            f64::MAX,
            123_456.789e-7,
            9_007_199_254_740_992.0,
        ] {
            assert_eq!(float(value).parse(), Ok(value));
            assert!(serde_json::from_str::<f64>(&float(value)).is_ok());
        }
    }

    #[test]
    fn a_number_that_is_none_is_remembered() {
        let mut writer = Writer::new();
        writer.float(1.5);
        assert!(!writer.has_lost_a_number());
        writer.float(f64::NEG_INFINITY);
        writer.float(1.5);
        assert!(writer.has_lost_a_number());
    }

    #[test]
    fn strings_read_back() {
        let all: String = (0..0x300u32)
            .filter_map(char::from_u32)
            .chain("😀\u{2028}".chars())
            .collect();
        let mut writer = Writer::new();
        writer.string(&all);
        assert_eq!(
            serde_json::from_str::<String>(&writer.into_text()).unwrap(),
            all
        );
    }

    #[test]
    fn raw_text_is_one_line() {
        let mut writer = Writer::new();
        writer.raw("{\r\n\t\"a b\": [1,\n  2]\n}");
        assert_eq!(writer.into_text(), r#"{"a b": [1,2]}"#);
    }
}
