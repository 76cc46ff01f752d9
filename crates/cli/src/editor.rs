//! Line editor for a terminal: keys, completion, and the lines that Up brings back, also in later
//! sessions.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Context, Event, EventContext, EventHandler, Helper,
    KeyCode, KeyEvent, Modifiers, RepeatCount,
};

use crate::exit::CommandError;
use crate::{private_file, terminal};

/// Maximum number of lines that Up brings back, and that the file keeps.
const MAX_LINES: usize = 1000;

/// Words that Tab completes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Completions {
    /// Names of the commands.
    pub(crate) commands: fn() -> Vec<&'static str>,
    /// Returns `true` for a command whose argument is the name of a file.
    pub(crate) takes_file: fn(&str) -> bool,
}

/// Result of editing a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Edited {
    /// A line, which can contain line breaks.
    Line(String),
    /// Ctrl-C.
    Interrupted {
        /// `true` if it discarded a text.
        discarded: bool,
    },
    /// Ctrl-D on an empty line, or the terminal was closed.
    End,
}

#[derive(Debug)]
pub(crate) struct Editor {
    editor: rustyline::Editor<Words, FileHistory>,
    discarded: Arc<AtomicBool>,
    /// File that keeps the lines; `None` if they are not kept.
    history: Option<PathBuf>,
}

impl Editor {
    /// Starts an editor with the lines of the file `history`.
    pub(crate) fn new(
        completions: Completions,
        history: Option<PathBuf>,
    ) -> Result<Self, CommandError> {
        let config = Config::builder()
            .max_history_size(MAX_LINES)
            .and_then(|config| config.history_ignore_dups(true))
            .map_err(unusable)?
            .completion_type(rustyline::CompletionType::List)
            .build();
        let lines = FileHistory::with_config(&config);
        let mut editor = rustyline::Editor::with_history(config, lines).map_err(unusable)?;
        editor.set_helper(Some(Words {
            completions,
            files: FilenameCompleter::new(),
        }));
        let discarded = Arc::new(AtomicBool::new(false));
        editor.bind_sequence(
            KeyEvent::ctrl('C'),
            EventHandler::Conditional(Box::new(Interrupt(Arc::clone(&discarded)))),
        );
        editor.bind_sequence(
            KeyEvent(KeyCode::Enter, Modifiers::ALT),
            EventHandler::Simple(Cmd::Newline),
        );
        let history = history.filter(|path| load(&mut editor, path));
        Ok(Self {
            editor,
            discarded,
            history,
        })
    }

    /// Reads a line. Blocks.
    pub(crate) fn read(&mut self, prompt: &str) -> Result<Edited, CommandError> {
        self.discarded.store(false, Ordering::Relaxed);
        match self.editor.readline(prompt) {
            Ok(line) => {
                self.keep(&line);
                Ok(Edited::Line(line))
            }
            Err(ReadlineError::Interrupted) => Ok(Edited::Interrupted {
                discarded: self.discarded.load(Ordering::Relaxed),
            }),
            Err(ReadlineError::Eof) => Ok(Edited::End),
            Err(error) => Err(unusable(error)),
        }
    }

    /// Adds a line to those that Up brings back, and to the file.
    fn keep(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        // A repeated line is not added.
        let _ = self.editor.add_history_entry(line);
        let Some(path) = &self.history else {
            return;
        };
        let appended = path
            .parent()
            .map_or(Ok(()), private_file::create_directory)
            .map_err(ReadlineError::from)
            .and_then(|()| self.editor.append_history(path));
        if let Err(error) = appended {
            terminal::print_error(&format!(
                "cannot write typed lines to {}: {error}; this session continues without the file",
                path.display()
            ));
            self.history = None;
        }
    }
}

/// Loads the lines of earlier sessions. Returns `false` if the file is unusable, and reports it.
fn load(editor: &mut rustyline::Editor<Words, FileHistory>, path: &Path) -> bool {
    match editor.load_history(path) {
        Ok(()) => true,
        Err(ReadlineError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => {
            terminal::print_error(&format!(
                "cannot read the lines of earlier sessions from {}: {error}; remove the file, or start \
                 with --no-history",
                path.display()
            ));
            false
        }
    }
}

#[allow(clippy::needless_pass_by_value)] // `map_err` passes it by value
fn unusable(error: ReadlineError) -> CommandError {
    CommandError::failed(format!("cannot read from the terminal: {error}"))
}

/// Records if Ctrl-C discards a text.
struct Interrupt(Arc<AtomicBool>);

impl ConditionalEventHandler for Interrupt {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        self.0.store(!context.line().is_empty(), Ordering::Relaxed);
        Some(Cmd::Interrupt)
    }
}

/// Completion of commands and of the names of files.
struct Words {
    completions: Completions,
    files: FilenameCompleter,
}

impl Completer for Words {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = line.get(..position).unwrap_or_default();
        if !typed.starts_with('/') {
            return Ok((position, Vec::new()));
        }
        match typed.split_once(' ') {
            Some((command, _)) if (self.completions.takes_file)(command) => {
                self.files.complete(line, position, context)
            }
            Some(_) => Ok((position, Vec::new())),
            None => {
                let commands = (self.completions.commands)();
                let matching = commands.into_iter().filter(|name| name.starts_with(typed));
                let candidates = matching.map(|name| Pair {
                    display: name.to_owned(),
                    replacement: format!("{name} "),
                });
                Ok((0, candidates.collect()))
            }
        }
    }
}

impl Hinter for Words {
    type Hint = String;
}

impl Highlighter for Words {
    /// Completions are shown without colours.
    fn highlight_candidate<'c>(
        &self,
        candidate: &'c str,
        _: rustyline::CompletionType,
    ) -> Cow<'c, str> {
        Cow::Borrowed(candidate)
    }
}

impl Validator for Words {}

impl Helper for Words {}
