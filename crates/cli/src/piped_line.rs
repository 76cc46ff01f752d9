//! Reads the lines of a pipe or a file, in any encoding.

use std::io::{self, BufRead};

use crate::encoding::{DecodeError, Encoding};
use crate::exit::CommandError;

/// Maximum size of a piped line in bytes.
const MAX_LINE: usize = 64 << 20;

/// Reads a line, without its line break; `None` at the end. The first line determines the encoding.
pub(crate) fn read(
    input: &mut dyn BufRead,
    encoding: Option<Encoding>,
) -> Result<(Encoding, Option<String>), CommandError> {
    let undecodable = |error: DecodeError| CommandError::usage(format!("standard input {error}"));
    let mut bytes = Vec::new();
    read_until_newline(input, &mut bytes)?;
    let (encoding, mark) = match encoding {
        Some(encoding) => (encoding, 0),
        None => Encoding::detect(&bytes).map_err(undecodable)?,
    };
    // In UTF-16, the byte of a line break may be half of another character.
    while encoding != Encoding::Utf8 && !ends_with_newline(encoding, input, &mut bytes)? {
        let length = bytes.len();
        read_until_newline(input, &mut bytes)?;
        if bytes.len() == length {
            break;
        }
    }
    if bytes.is_empty() {
        return Ok((encoding, None));
    }
    let text = encoding
        .decode(bytes.get(mark..).unwrap_or_default())
        .map_err(undecodable)?;
    let line = text.trim_end_matches(['\n', '\r']).to_owned();
    Ok((encoding, Some(line)))
}

/// Returns `true` if the UTF-16 bytes end with a line break. Reads its second byte if necessary.
fn ends_with_newline(
    encoding: Encoding,
    input: &mut dyn BufRead,
    bytes: &mut Vec<u8>,
) -> Result<bool, CommandError> {
    if bytes.last() == Some(&b'\n') && !bytes.len().is_multiple_of(encoding.unit()) {
        let rest = input.fill_buf().map_err(unreadable)?;
        bytes.extend(rest.first());
        let read = rest.len().min(1);
        input.consume(read);
    }
    Ok(match encoding {
        Encoding::Utf8 => bytes.ends_with(b"\n"),
        Encoding::Utf16Le => bytes.ends_with(b"\n\0"),
        Encoding::Utf16Be => bytes.ends_with(b"\0\n"),
    })
}

fn read_until_newline(input: &mut dyn BufRead, bytes: &mut Vec<u8>) -> Result<(), CommandError> {
    let room = (MAX_LINE + 1).saturating_sub(bytes.len());
    let mut limited = io::Read::take(input, room as u64);
    limited.read_until(b'\n', bytes).map_err(unreadable)?;
    if bytes.len() > MAX_LINE {
        return Err(CommandError::usage(format!(
            "a line of standard input is larger than the limit of {} MiB",
            MAX_LINE >> 20
        )));
    }
    Ok(())
}

#[allow(clippy::needless_pass_by_value)] // `map_err` passes it by value
fn unreadable(error: io::Error) -> CommandError {
    CommandError::usage(format!("cannot read standard input: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut input: &[u8]) -> Result<Vec<String>, CommandError> {
        let mut encoding = None;
        let mut lines = Vec::new();
        loop {
            let (found, line) = read(&mut input, encoding)?;
            encoding = Some(found);
            match line {
                Some(line) => lines.push(line),
                None => return Ok(lines),
            }
        }
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn lines_are_equal_in_every_encoding() {
        // U+0A0D and U+0D0A contain the byte of a line break in one half.
        let text = "one\r\n\u{a0d}\u{d0a}\u{10a}\n\nGrüße 🦀\nlast";
        let expected = ["one", "\u{a0d}\u{d0a}\u{10a}", "", "Grüße 🦀", "last"];
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
        ] {
            assert_eq!(lines(&bytes).unwrap(), expected, "{bytes:?}");
        }
        assert_eq!(lines(b"").unwrap(), [""; 0]);
    }

    #[test]
    fn lines_in_unmarked_utf16_name_the_encoding() {
        for (bytes, name) in [
            (utf16("hi\nyou\n", u16::to_le_bytes), "UTF-16LE"),
            (utf16("hi\nyou\n", u16::to_be_bytes), "UTF-16BE"),
        ] {
            let failure = lines(&bytes).unwrap_err();
            assert!(failure.message.contains(name), "{}", failure.message);
        }
    }
}
