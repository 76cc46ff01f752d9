//! A conversation that runs: reads lines, and executes them until the user leaves.

use std::pin::pin;

use orouter::{ContentPart, OpenRouter, ResponsesRequest};

use super::command::{self, Command, Entry};
use super::conversation::Conversation;
use super::recorder::Recorder;
use crate::exit::{CommandError, Exit};
use crate::line::{Line, Lines, Origin, print_prompt};
use crate::quiet_terminal::Quiet;
use crate::signals::{Received, Signals, Stop};
use crate::terminal::{self, Stdout};
use crate::user_config::UserConfig;

/// Shown after the first Ctrl-C at a prompt.
const LEAVE_NOTICE: &str = "Ctrl-C again or Ctrl-D leaves.";

/// State of a conversation that runs. `execute` has the commands, `turn` the messages.
pub(super) struct Session {
    pub(super) client: OpenRouter,
    /// The request of every turn, without its input.
    pub(super) request: ResponsesRequest,
    /// The server runs in this process, with the embedded model.
    pub(super) embedded: bool,
    /// The user's configuration, which has the aliases of models.
    pub(super) config: UserConfig,
    pub(super) conversation: Conversation,
    /// `None` if the conversation is not saved.
    pub(super) recorder: Option<Recorder>,
    /// Parts of the next message.
    pub(super) attachments: Vec<ContentPart>,
    /// Maximum size of a file that `/file` adds, in bytes.
    pub(super) max_attachment: usize,
    /// Print token counts after each response.
    pub(super) usage: bool,
    pub(super) origin: Origin,
    pub(super) signals: Signals,
    pub(super) out: Stdout,
    /// Exit status of the last turn that failed.
    pub(super) failed: Option<Exit>,
    /// Mode of the terminal between two prompts of the line editor.
    pub(super) quiet: Option<Quiet>,
}

/// Effect of a line on the conversation.
enum Next {
    Line,
    Leave,
}

impl Session {
    /// Executes lines until the user leaves.
    pub(super) async fn run(mut self, lines: &mut Lines) -> Result<(), CommandError> {
        self.notice(&format!(
            "{}; /help lists the commands, Ctrl-D leaves.",
            self.model()
        ));
        let mut was_interrupted = false;
        loop {
            let line = self.next_line(lines).await?;
            if let Some(quiet) = &self.quiet {
                quiet.enter();
            }
            let line = match line {
                Line::Text(line) => line,
                Line::Interrupted { discarded: false } if was_interrupted => break,
                Line::Interrupted { .. } => {
                    was_interrupted = true;
                    self.notice(LEAVE_NOTICE);
                    continue;
                }
                Line::End => {
                    if self.origin == Origin::SimpleTerminal {
                        // The line editor ends the line of its prompt itself.
                        self.out.line("")?;
                    }
                    break;
                }
            };
            was_interrupted = false;
            match self.line(&line).await? {
                Next::Line => {}
                Next::Leave => break,
            }
        }
        self.leave()
    }

    /// Returns the next line. A signal that ends the command is an error.
    async fn next_line(&mut self, lines: &mut Lines) -> Result<Line, CommandError> {
        let mut was_interrupted = false;
        let mut next = pin!(lines.next());
        loop {
            let received = tokio::select! {
                line = &mut next => return line,
                received = self.signals.next() => received,
            };
            match (received, self.origin) {
                (Received::Stop(Stop::Terminate) | Received::HangUp, _) => {
                    return Err(CommandError::terminated());
                }
                // In the line editor, Ctrl-C is a key. This one was pressed before it started, or
                // another process sent the signal.
                (Received::Stop(Stop::Interrupt), Origin::Editor) => {}
                (Received::Stop(Stop::Interrupt), Origin::SimpleTerminal) => {
                    if was_interrupted {
                        return Ok(Line::End);
                    }
                    was_interrupted = true;
                    self.out.line("")?;
                    self.notice(LEAVE_NOTICE);
                    print_prompt();
                }
                (Received::Stop(Stop::Interrupt), Origin::Script) => {
                    return Err(CommandError::interrupted());
                }
            }
        }
    }

    /// Executes a line. A command that fails ends a script: the lines that follow may depend on it.
    async fn line(&mut self, line: &str) -> Result<Next, CommandError> {
        let outcome = match command::parse(line) {
            Ok(Entry::Blank) => Ok(Next::Line),
            Ok(Entry::Message(text)) => return self.turn(&text).await.map(|()| Next::Line),
            Ok(Entry::Command(Command::Exit)) => return Ok(Next::Leave),
            Ok(Entry::Command(command)) => self.execute(command).await.map(|()| Next::Line),
            Err(message) => Err(CommandError::usage(message)),
        };
        match outcome {
            Err(error) if self.is_interactive() && error.exit == Exit::Usage => {
                terminal::print_error(&error.message);
                Ok(Next::Line)
            }
            outcome => outcome,
        }
    }

    /// Returns `true` if a user at a terminal types the lines.
    pub(super) fn is_interactive(&self) -> bool {
        self.origin != Origin::Script
    }

    /// Returns the name of the requested model.
    pub(super) fn model(&self) -> String {
        let model = self.request.model.as_deref();
        model
            .unwrap_or("the default model of the server")
            .to_owned()
    }

    /// Prints a notice to a user at a terminal. A script needs none.
    pub(super) fn notice(&self, text: &str) {
        if self.is_interactive() {
            terminal::print_notice(text);
        }
    }

    fn leave(self) -> Result<(), CommandError> {
        let unsent = !self.attachments.is_empty();
        if self.is_interactive() {
            if unsent {
                terminal::print_notice("the file of the next message was not sent");
            }
            if self.recorder.is_some() && !self.conversation.turns().is_empty() {
                terminal::print_notice("orouter chat -c continues this conversation.");
            }
            // The user has seen the errors.
            return Ok(());
        }
        if unsent {
            return Err(CommandError::usage(
                "a file was added, but no message follows it; nothing was sent with it",
            ));
        }
        self.failed
            .map_or(Ok(()), |exit| Err(CommandError::reported(exit)))
    }
}
