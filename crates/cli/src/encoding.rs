//! Decodes standard input and files: UTF-8, or UTF-16 with a byte order mark.

use std::fmt;

/// Encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// Detects the encoding by the byte order mark, and returns the length of the mark. Without a
    /// mark, the encoding is UTF-8.
    pub(crate) fn detect(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err(DecodeError::Utf32),
            [0xef, 0xbb, 0xbf, ..] => Ok((Self::Utf8, 3)),
            [0xff, 0xfe, ..] => Ok((Self::Utf16Le, 2)),
            [0xfe, 0xff, ..] => Ok((Self::Utf16Be, 2)),
            _ => Ok((Self::Utf8, 0)),
        }
    }

    /// Decodes bytes that have no byte order mark.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<String, DecodeError> {
        match self {
            Self::Utf8 => match (std::str::from_utf8(bytes), unmarked_utf16(bytes)) {
                (_, Some(encoding)) => Err(DecodeError::Unmarked(encoding)),
                (Ok(text), None) => Ok(text.to_owned()),
                (Err(error), None) => Err(DecodeError::Invalid(Self::Utf8, error.valid_up_to())),
            },
            Self::Utf16Le | Self::Utf16Be => self.decode_utf16(bytes),
        }
    }

    fn decode_utf16(self, bytes: &[u8]) -> Result<String, DecodeError> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| match self {
            Self::Utf16Be => u16::from_be_bytes(*pair),
            _ => u16::from_le_bytes(*pair),
        });
        let mut text = String::with_capacity(bytes.len());
        let mut at = 0;
        for decoded in char::decode_utf16(units) {
            let c = decoded.map_err(|_| DecodeError::Invalid(self, at))?;
            at += 2 * c.len_utf16();
            text.push(c);
        }
        if rest.is_empty() {
            Ok(text)
        } else {
            Err(DecodeError::Invalid(self, at))
        }
    }

    /// Number of bytes of each code unit.
    pub(crate) fn unit(self) -> usize {
        match self {
            Self::Utf8 => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        })
    }
}

/// Error of decoding. Its text is the predicate of a sentence, such as "is UTF-32; ..".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// Invalid in its encoding, from this byte offset.
    Invalid(Encoding, usize),
    /// UTF-16 without a byte order mark.
    Unmarked(Encoding),
    /// UTF-32, which is not supported.
    Utf32,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(encoding, at) => {
                write!(
                    f,
                    "is not valid {encoding} (byte {at}); convert it to UTF-8"
                )
            }
            Self::Unmarked(encoding) => write!(
                f,
                "is {encoding} without a byte order mark; convert it to UTF-8"
            ),
            Self::Utf32 => f.write_str("is UTF-32; convert it to UTF-8"),
        }
    }
}

/// Decodes a whole text and removes its byte order mark.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, DecodeError> {
    let (encoding, mark) = Encoding::detect(bytes)?;
    encoding
        .decode(bytes.get(mark..).unwrap_or_default())
        .map_err(|error| match error {
            DecodeError::Invalid(encoding, at) => DecodeError::Invalid(encoding, at + mark),
            error => error,
        })
}

/// Detects UTF-16 without a byte order mark.
///
/// In UTF-16 text of most alphabets, every second byte is below 9: a control character that UTF-8
/// text does not contain. Text of other scripts is rarely valid UTF-8, and its line breaks and
/// spaces have a NUL in the same half of the pair. Names separated by NUL stay UTF-8.
fn unmarked_utf16(bytes: &[u8]) -> Option<Encoding> {
    let (pairs, _) = bytes.as_chunks::<2>();
    if pairs.is_empty() {
        return None;
    }
    let valid = std::str::from_utf8(bytes).is_ok();
    let (mut first, mut second) = (Half::default(), Half::default());
    for [a, b] in pairs {
        first.count(*a);
        second.count(*b);
    }
    let appears = |high: &Half, low: &Half| {
        high.zeros > 0
            && low.zeros == 0
            && (!valid || (high.small * 4 >= pairs.len() * 3 && low.small == 0))
    };
    if appears(&second, &first) {
        Some(Encoding::Utf16Le)
    } else if appears(&first, &second) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Counts of the bytes in one half of each pair.
#[derive(Default)]
struct Half {
    zeros: usize,
    small: usize,
}

impl Half {
    fn count(&mut self, byte: u8) {
        self.zeros += usize::from(byte == 0);
        self.small += usize::from(byte < 9);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, encoding: Encoding) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| match encoding {
                Encoding::Utf16Be => unit.to_be_bytes(),
                _ => unit.to_le_bytes(),
            })
            .collect()
    }

    const TEXTS: [&str; 7] = [
        "x",
        "Write a joke.\r\n",
        "Grüße, “quoted” – naïve",
        "Привет, мир",
        "日本語のテキスト。\n",
        "🦀 crab",
        "שלום עולם",
    ];

    #[test]
    fn a_byte_order_mark_is_removed() {
        for text in TEXTS {
            let marked = format!("\u{feff}{text}");
            assert_eq!(decode(marked.as_bytes()).unwrap(), text);
            for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
                assert_eq!(decode(&utf16(&marked, encoding)).unwrap(), text);
            }
        }
        // Only the first is a mark.
        assert_eq!(decode("\u{feff}\u{feff}a".as_bytes()).unwrap(), "\u{feff}a");
        assert_eq!(decode("a\u{feff}".as_bytes()).unwrap(), "a\u{feff}");
        assert_eq!(decode(b"\xff\xfe").unwrap(), "");
    }

    #[test]
    fn utf16_without_a_mark_is_named() {
        for text in TEXTS {
            // Kanji and emoji alone have no NUL that distinguishes them from an 8-bit encoding.
            if text == "🦀 crab" || text.is_ascii() || text.contains([' ', '\n']) {
                for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
                    assert_eq!(
                        decode(&utf16(text, encoding)),
                        Err(DecodeError::Unmarked(encoding)),
                        "{text}"
                    );
                }
            }
            assert_eq!(decode(text.as_bytes()).unwrap(), text);
        }
    }

    #[test]
    fn names_separated_by_nul_are_utf8() {
        for text in [
            "a.rs\0b.rs\0",
            "src/main.rs\0src/lib.rs\0",
            "é\0ü\0",
            "\0",
            "",
        ] {
            assert_eq!(decode(text.as_bytes()).unwrap(), text);
        }
    }

    #[test]
    fn errors_name_encoding_and_offset() {
        for (bytes, error) in [
            (
                &b"caf\xe9"[..],
                "is not valid UTF-8 (byte 3); convert it to UTF-8",
            ),
            (
                b"\xef\xbb\xbfcaf\xe9",
                "is not valid UTF-8 (byte 6); convert it to UTF-8",
            ),
            (
                b"\xff\xfea\0b",
                "is not valid UTF-16LE (byte 4); convert it to UTF-8",
            ),
            (
                b"\xfe\xff\xd8\0\0a",
                "is not valid UTF-16BE (byte 2); convert it to UTF-8",
            ),
            (b"\xff\xfe\0\0a\0\0\0", "is UTF-32; convert it to UTF-8"),
        ] {
            assert_eq!(decode(bytes).unwrap_err().to_string(), error);
        }
    }
}
