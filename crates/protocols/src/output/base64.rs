//! [`Base64Pieces`]: base64 text from pieces that were encoded one by one.

/// The alphabet of base64.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Joins pieces of base64. A piece may end with padding, so the texts cannot be concatenated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Base64Pieces {
    text: String,
    /// Bytes that do not make up a group of three yet.
    rest: Vec<u8>,
}

impl Base64Pieces {
    /// Appends the data of a piece. Characters outside of the alphabet are skipped.
    pub(crate) fn push(&mut self, piece: &str) {
        let (mut bits, mut count) = (0u32, 0);
        for value in piece.bytes().filter_map(value) {
            bits = bits << 6 | u32::from(value);
            count += 6;
            if count >= 8 {
                count -= 8;
                self.push_byte(u8::try_from(bits >> count & 0xff).unwrap_or_default());
            }
        }
    }

    fn push_byte(&mut self, byte: u8) {
        self.rest.push(byte);
        if self.rest.len() == 3 {
            self.encode_rest();
        }
    }

    fn encode_rest(&mut self) {
        let byte = |at: usize| u32::from(self.rest.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            if at > self.rest.len() {
                self.text.push('=');
                continue;
            }
            let index = usize::try_from(bits >> (18 - 6 * at) & 0x3f).unwrap_or_default();
            self.text
                .extend(ALPHABET.get(index).map(|byte| char::from(*byte)));
        }
        self.rest.clear();
    }

    /// Returns the base64 of all bytes.
    pub(crate) fn into_text(mut self) -> String {
        if !self.rest.is_empty() {
            self.encode_rest();
        }
        self.text
    }
}

/// Returns the base64 of bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut pieces = Base64Pieces::default();
    for byte in bytes {
        pieces.push_byte(*byte);
    }
    pieces.into_text()
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(pieces: &[&str]) -> String {
        let mut joined = Base64Pieces::default();
        for piece in pieces {
            joined.push(piece);
        }
        joined.into_text()
    }

    #[test]
    fn pieces_with_padding_are_joined() {
        assert_eq!(join(&["Zm9vYmFy"]), "Zm9vYmFy");
        assert_eq!(join(&["Zg==", "b28=", "YmFy"]), "Zm9vYmFy");
        assert_eq!(join(&["Zm8=", ""]), "Zm8=");
        assert_eq!(join(&["Zg=="]), "Zg==");
        assert_eq!(join(&[]), "");
        assert_eq!(join(&["-_8"]), "+/8=");
    }
}
