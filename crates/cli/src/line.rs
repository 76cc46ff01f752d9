//! Reads the lines of a conversation: with a line editor on a terminal, plainly from a pipe.

use std::io::{self, BufRead, IsTerminal as _};

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::encoding::{DecodeError, Encoding};
use crate::exit::CommandError;

/// Prompt of the line editor.
const PROMPT: &str = "> ";

/// Input of the user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line, without its line break.
    Text(String),
    /// Ctrl-C in the line editor.
    Interrupted,
    /// End of the input.
    End,
}

/// Reader of lines. Uses a line editor if standard input and output are terminals.
#[derive(Debug)]
pub(crate) struct Lines {
    editor: Option<DefaultEditor>,
    /// Encoding of piped lines; `None` before the first line.
    encoding: Option<Encoding>,
}

impl Lines {
    pub(crate) fn new() -> Result<Self, CommandError> {
        let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
        let editor = interactive
            .then(DefaultEditor::new)
            .transpose()
            .map_err(CommandError::failed)?;
        Ok(Self {
            editor,
            encoding: None,
        })
    }

    /// Returns `true` if the lines come from the line editor.
    pub(crate) fn interactive(&self) -> bool {
        self.editor.is_some()
    }

    /// Returns the next line. Reads on a blocking thread.
    pub(crate) async fn next(&mut self) -> Result<Line, CommandError> {
        match self.editor.take() {
            Some(mut editor) => {
                let (editor, line) = tokio::task::spawn_blocking(move || {
                    let line = edited(&mut editor);
                    (editor, line)
                })
                .await
                .map_err(CommandError::failed)?;
                self.editor = Some(editor);
                line
            }
            None => {
                let encoding = self.encoding;
                let read = move || plain(&mut io::stdin().lock(), encoding);
                let (encoding, line) = tokio::task::spawn_blocking(read)
                    .await
                    .map_err(CommandError::failed)??;
                self.encoding = Some(encoding);
                Ok(line)
            }
        }
    }
}

fn edited(editor: &mut DefaultEditor) -> Result<Line, CommandError> {
    match editor.readline(PROMPT) {
        Ok(line) => {
            // The history does not accept duplicates and blank lines.
            let _ = editor.add_history_entry(&line);
            Ok(Line::Text(line))
        }
        Err(ReadlineError::Interrupted) => Ok(Line::Interrupted),
        Err(ReadlineError::Eof) => Ok(Line::End),
        Err(error) => Err(CommandError::failed(format!(
            "cannot read from the terminal: {error}"
        ))),
    }
}

/// Maximum size of a piped line in bytes.
const MAX_LINE: usize = 64 << 20;

/// Reads one line. The first line determines the encoding.
fn plain(
    input: &mut dyn BufRead,
    encoding: Option<Encoding>,
) -> Result<(Encoding, Line), CommandError> {
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
        return Ok((encoding, Line::End));
    }
    let text = encoding
        .decode(bytes.get(mark..).unwrap_or_default())
        .map_err(undecodable)?;
    let line = text.trim_end_matches(['\n', '\r']).to_owned();
    Ok((encoding, Line::Text(line)))
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
