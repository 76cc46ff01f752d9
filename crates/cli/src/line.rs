//! Reads the lines of a conversation: with a line editor on a terminal, plainly from a pipe.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use crate::editor::{Completions, Edited, Editor};
use crate::encoding::Encoding;
use crate::exit::CommandError;
use crate::{piped_line, terminal};

/// Prompt on a terminal.
const PROMPT: &str = "> ";

/// Input of the user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line, without its line break. A line of the line editor can contain line breaks.
    Text(String),
    /// Ctrl-C in the line editor.
    Interrupted {
        /// `true` if it discarded a text.
        discarded: bool,
    },
    /// End of the input.
    End,
}

/// Origin of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The line editor, on a terminal.
    Editor,
    /// A terminal that cannot move the cursor.
    SimpleTerminal,
    /// Standard input or output is not a terminal.
    Script,
}

impl Origin {
    /// Chooses by the streams and the terminal of this process.
    pub(crate) fn detect() -> Self {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            Self::Script
        } else if terminal::moves_cursor() {
            Self::Editor
        } else {
            Self::SimpleTerminal
        }
    }
}

/// Reader of lines.
#[derive(Debug)]
pub(crate) struct Lines {
    origin: Origin,
    /// `None` without a line editor, and while it reads.
    editor: Option<Box<Editor>>,
    /// Encoding of standard input; `None` before its first line.
    encoding: Option<Encoding>,
}

impl Lines {
    /// Starts a line editor if the origin has one. It keeps its lines in the file `history`.
    pub(crate) fn new(
        origin: Origin,
        completions: Completions,
        history: Option<PathBuf>,
    ) -> Result<Self, CommandError> {
        let editor = match origin {
            Origin::Editor => Some(Box::new(Editor::new(completions, history)?)),
            Origin::SimpleTerminal | Origin::Script => None,
        };
        Ok(Self {
            origin,
            editor,
            encoding: None,
        })
    }

    /// Returns the next line. Reads on a blocking thread. Not cancel-safe.
    pub(crate) async fn next(&mut self) -> Result<Line, CommandError> {
        match self.origin {
            Origin::Editor => self.edited().await,
            Origin::SimpleTerminal => {
                print_prompt();
                self.plain().await
            }
            Origin::Script => self.plain().await,
        }
    }

    async fn edited(&mut self) -> Result<Line, CommandError> {
        let Some(mut editor) = self.editor.take() else {
            return Ok(Line::End);
        };
        let (editor, edited) = blocking(move || {
            let edited = editor.read(PROMPT);
            (editor, edited)
        })
        .await?;
        self.editor = Some(editor);
        Ok(match edited? {
            Edited::Line(line) => Line::Text(line),
            Edited::Interrupted { discarded } => Line::Interrupted { discarded },
            Edited::End => Line::End,
        })
    }

    async fn plain(&mut self) -> Result<Line, CommandError> {
        let known = self.encoding;
        let read = move || piped_line::read(&mut io::stdin().lock(), known);
        let (found, line) = blocking(read).await??;
        self.encoding = Some(found);
        Ok(line.map_or(Line::End, Line::Text))
    }
}

/// Prints the prompt of a terminal without line editor.
pub(crate) fn print_prompt() {
    let mut out = io::stdout();
    // A closed terminal ends the input too.
    let _ = out.write_all(PROMPT.as_bytes()).and_then(|()| out.flush());
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CommandError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(CommandError::failed)
}
