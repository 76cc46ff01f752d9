//! Executes the slash commands of a conversation.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::command::{self, Command};
use super::session::Session;
use super::transcript;
use crate::exit::CommandError;
use crate::signals::{Received, Stop};
use crate::terminal;
use crate::{attachment, embedded};

impl Session {
    /// Executes a command. [`Command::Exit`] is executed by the caller.
    pub(super) async fn execute(&mut self, command: Command<'_>) -> Result<(), CommandError> {
        match command {
            Command::Help => terminal::print_text(&command::help()),
            Command::Exit => {}
            Command::Model(None) => terminal::print_text(&self.model()),
            Command::Model(Some(name)) => self.set_model(name)?,
            Command::System(None) => match &self.request.instructions {
                Some(system) => terminal::print_text(system),
                None => terminal::print_text("no system prompt; /system TEXT sets one"),
            },
            Command::System(Some("-")) => {
                self.request.instructions = None;
                self.notice("the system prompt is removed");
            }
            Command::System(Some(text)) => {
                self.request.instructions = Some(text.to_owned());
                self.notice("the system prompt is changed from the next message on");
            }
            Command::Clear => self.clear(),
            Command::Save(path) => self.save(&path)?,
            Command::File(path) => self.attach(path).await?,
        }
        Ok(())
    }

    fn set_model(&mut self, name: &str) -> Result<(), CommandError> {
        let name = self.config.model_named(name).to_owned();
        if self.embedded && !embedded::serves(&name) {
            return Err(CommandError::usage(format!(
                "{name:?} is not the embedded model {}, which this conversation uses; leave, and run \
                 `orouter chat -c -m {name}` with OPENROUTER_API_KEY or --base-url to continue with it",
                embedded::MODEL
            )));
        }
        self.notice(&format!("the next messages go to {name}"));
        self.request.model = Some(name);
        Ok(())
    }

    fn clear(&mut self) {
        self.conversation.clear();
        self.attachments.clear();
        if let Some(recorder) = &mut self.recorder {
            recorder.start_over();
        }
        self.notice("a new conversation");
    }

    fn save(&self, path: &Path) -> Result<(), CommandError> {
        let shown = path.display();
        if self.conversation.turns().is_empty() {
            return Err(CommandError::usage(format!(
                "nothing to save in {shown}: the conversation has no turns yet"
            )));
        }
        match transcript::save(path, &self.conversation, &self.request) {
            Ok(()) => {
                self.notice(&format!("saved in {shown}"));
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(
                CommandError::usage(format!("{shown} exists; name another file")),
            ),
            Err(error) => Err(CommandError::usage(format!(
                "cannot write {shown}: {error}"
            ))),
        }
    }

    /// Adds a file to the next message.
    async fn attach(&mut self, path: PathBuf) -> Result<(), CommandError> {
        let shown = path.display().to_string();
        let source = OsString::from(path);
        if source == "-" {
            return Err(CommandError::usage(
                "/file - is not possible: standard input has the messages; name a file",
            ));
        }
        let part = tokio::select! {
            part = attachment::read(&source, self.max_attachment) => part?,
            received = self.signals.next() => {
                return match received {
                    Received::Stop(Stop::Interrupt) if self.is_interactive() => {
                        self.notice(&format!("{shown} is not added"));
                        Ok(())
                    }
                    received => Err(received.into()),
                };
            }
        };
        self.attachments.push(part);
        self.notice(&format!("{shown} goes with the next message"));
        Ok(())
    }
}
