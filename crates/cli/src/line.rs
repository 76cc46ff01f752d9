//! The user's next line in a conversation: edited on a terminal, read as it is from a pipe.

use std::io::{self, BufRead, IsTerminal as _};

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::encoding::{DecodeError, Encoding};
use crate::exit::Failure;

const PROMPT: &str = "> ";

/// What the user did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Typed this, without the line's end.
    Text(String),
    /// Gave the line up with Ctrl-C.
    Interrupted,
    /// Has nothing more to say.
    End,
}

/// Reads lines: with a line editor where a person types and sees, plainly elsewhere.
#[derive(Debug)]
pub(crate) struct Lines {
    editor: Option<DefaultEditor>,
    /// Encoding of the piped lines, once the first was read.
    encoding: Option<Encoding>,
}

impl Lines {
    pub(crate) fn new() -> Result<Self, Failure> {
        let person = io::stdin().is_terminal() && io::stdout().is_terminal();
        let editor = person
            .then(DefaultEditor::new)
            .transpose()
            .map_err(Failure::failed)?;
        Ok(Self {
            editor,
            encoding: None,
        })
    }

    /// Whether a person types.
    pub(crate) fn interactive(&self) -> bool {
        self.editor.is_some()
    }

    /// The next line. Blocks a thread until there is one.
    pub(crate) async fn next(&mut self) -> Result<Line, Failure> {
        match self.editor.take() {
            Some(mut editor) => {
                let (editor, line) = tokio::task::spawn_blocking(move || {
                    let line = edited(&mut editor);
                    (editor, line)
                })
                .await
                .map_err(Failure::failed)?;
                self.editor = Some(editor);
                line
            }
            None => {
                let encoding = self.encoding;
                let read = move || plain(&mut io::stdin().lock(), encoding);
                let (encoding, line) = tokio::task::spawn_blocking(read)
                    .await
                    .map_err(Failure::failed)??;
                self.encoding = Some(encoding);
                Ok(line)
            }
        }
    }
}

fn edited(editor: &mut DefaultEditor) -> Result<Line, Failure> {
    match editor.readline(PROMPT) {
        Ok(line) => {
            // Only duplicates and blank lines are not taken up, which is as it should be.
            let _ = editor.add_history_entry(&line);
            Ok(Line::Text(line))
        }
        Err(ReadlineError::Interrupted) => Ok(Line::Interrupted),
        Err(ReadlineError::Eof) => Ok(Line::End),
        Err(error) => Err(Failure::failed(format!(
            "cannot read from the terminal: {error}"
        ))),
    }
}

/// Maximum size of a piped line.
const MAX_LINE: usize = 64 << 20;

/// Reads one line. The first one tells the encoding of all.
fn plain(input: &mut dyn BufRead, encoding: Option<Encoding>) -> Result<(Encoding, Line), Failure> {
    let undecodable = |error: DecodeError| Failure::usage(format!("standard input {error}"));
    let mut bytes = Vec::new();
    read_until_newline(input, &mut bytes)?;
    let (encoding, mark) = match encoding {
        Some(encoding) => (encoding, 0),
        None => Encoding::of_start(&bytes).map_err(undecodable)?,
    };
    // In UTF-16, the byte of a line break may be one half of another character.
    while encoding != Encoding::Utf8 && !ends_with_newline(encoding, input, &mut bytes)? {
        let length = bytes.len();
        read_until_newline(input, &mut bytes)?;
        if bytes.len() == length {
            break;
        }
    }
    if bytes.is_empty() {
        return Ok((encoding, Line::End));
    }
    let text = encoding
        .decode(bytes.get(mark..).unwrap_or_default())
        .map_err(undecodable)?;
    let line = text.trim_end_matches(['\n', '\r']).to_owned();
    Ok((encoding, Line::Text(line)))
}

/// Returns `true` if the UTF-16 bytes end with a line break. Reads the second half of one.
fn ends_with_newline(
    encoding: Encoding,
    input: &mut dyn BufRead,
    bytes: &mut Vec<u8>,
) -> Result<bool, Failure> {
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

fn read_until_newline(input: &mut dyn BufRead, bytes: &mut Vec<u8>) -> Result<(), Failure> {
    let room = (MAX_LINE + 1).saturating_sub(bytes.len());
    let mut limited = io::Read::take(input, room as u64);
    limited.read_until(b'\n', bytes).map_err(unreadable)?;
    if bytes.len() > MAX_LINE {
        return Err(Failure::usage(format!(
            "a line of standard input is larger than {} MiB",
            MAX_LINE >> 20
        )));
    }
    Ok(())
}

#[allow(clippy::needless_pass_by_value)] // the form that `map_err` takes
fn unreadable(error: io::Error) -> Failure {
    Failure::usage(format!("cannot read standard input: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut input: &[u8]) -> Result<Vec<String>, Failure> {
        let mut encoding = None;
        let mut lines = Vec::new();
        loop {
            let (found, line) = plain(&mut input, encoding)?;
            encoding = Some(found);
            match line {
                Line::Text(line) => lines.push(line),
                _ => return Ok(lines),
            }
        }
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn lines_of_every_encoding_are_the_same() {
        // U+0A0D and U+0D0A hold the byte of a line break in either half.
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
