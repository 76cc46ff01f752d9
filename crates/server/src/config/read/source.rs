//! [`Source`]: the text of a configuration file, and the lines and columns of its bytes.

/// The text of a configuration file.
pub(super) struct Source<'t> {
    /// Name of the file as it was given.
    pub(super) name: String,
    /// The text without a byte order mark.
    pub(super) text: &'t str,
    /// Offsets of the first byte of each line.
    lines: Vec<usize>,
}

impl<'t> Source<'t> {
    pub(super) fn new(name: String, text: &'t str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        Self { name, text, lines }
    }

    /// Returns line and column of a byte. Both begin at 1; columns count characters.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|index| self.lines.get(index));
        let before = self.text.as_bytes().get(start.copied().unwrap_or(0)..at);
        // Each character has one byte that does not continue another.
        let continues = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
        let column = before.unwrap_or_default().iter().filter(continues).count() + 1;
        (line, column)
    }
}

/// The line and the column of a mistake, from 1.
type Position = (usize, usize);

/// Returns the text of a file's bytes.
///
/// # Errors
/// If they are not UTF-8: the place of the first wrong byte, if it has one, and the problem.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, (Option<Position>, String)> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) => {
            Err((None, "is UTF-16; save the file as UTF-8".to_owned()))
        }
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let valid = String::from_utf8_lossy(valid);
            let place = Source::new(String::new(), &valid).place(usize::MAX);
            Err((
                Some(place),
                "is not UTF-8; save the file as UTF-8".to_owned(),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_in_every_kind_of_line() {
        let source = Source::new(String::new(), "\u{feff}a = 1\r\n\tü漢🙂 = 2\n\nx");
        let place = |text: &str| source.place(source.text.find(text).unwrap());
        assert_eq!(place("a"), (1, 1));
        assert_eq!(place("1"), (1, 5));
        assert_eq!(place("ü"), (2, 2));
        assert_eq!(place("2"), (2, 8));
        assert_eq!(place("x"), (4, 1));
        assert_eq!(source.place(usize::MAX), (4, 2));
        assert_eq!(Source::new(String::new(), "").place(0), (1, 1));
    }

    #[test]
    fn bytes_that_are_not_utf8_have_a_place() {
        assert_eq!(decode("é".as_bytes()), Ok("é"));
        let (place, _) = decode(b"a = 1\nb = \"\xe9\"").unwrap_err();
        assert_eq!(place, Some((2, 6)));
        let (place, text) = decode(b"\xff\xfea\0").unwrap_err();
        assert!(place.is_none() && text.contains("UTF-16"), "{text}");
    }
}
