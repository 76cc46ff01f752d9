//! The user's next line in a conversation: edited on a terminal, read as it is from a pipe.

use std::io::{self, BufRead as _, IsTerminal as _};

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::exit::Failure;
use crate::prompt::utf8;

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
}

impl Lines {
    pub(crate) fn new() -> Result<Self, Failure> {
        let person = io::stdin().is_terminal() && io::stdout().is_terminal();
        let editor = person
            .then(DefaultEditor::new)
            .transpose()
            .map_err(Failure::failed)?;
        Ok(Self { editor })
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
            None => tokio::task::spawn_blocking(plain)
                .await
                .map_err(Failure::failed)?,
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

fn plain() -> Result<Line, Failure> {
    let mut bytes = Vec::new();
    let read = io::stdin()
        .lock()
        .read_until(b'\n', &mut bytes)
        .map_err(|error| Failure::usage(format!("cannot read standard input: {error}")))?;
    if read == 0 {
        return Ok(Line::End);
    }
    let line = utf8(bytes)?;
    Ok(Line::Text(line.trim_end_matches(['\n', '\r']).to_owned()))
}
