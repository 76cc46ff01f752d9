//! Sends a message of a conversation, and records its response.

use orouter::Message;

use super::conversation::{End, Settings, Turn};
use super::session::Session;
use crate::exit::{CommandError, Exit};
use crate::interrupt::EndWhenBlocked;
use crate::line::Origin;
use crate::quiet_terminal::Quiet;
use crate::reply::{self, Reply, ReplyEnd};
use crate::signals::{Received, Stop};
use crate::{response, terminal};

impl Session {
    /// Sends a message and prints the response. Only a closed output and a signal end the
    /// conversation.
    pub(super) async fn turn(&mut self, text: &str) -> Result<(), CommandError> {
        let mut message = Message::user(text);
        for part in &self.attachments {
            message = message.part(part.clone());
        }
        let reply = self.reply(message.clone()).await;
        let (end, result) = match reply.end {
            ReplyEnd::Ended => (self.ended(&reply), Ok(())),
            ReplyEnd::Stopped(Received::Stop(Stop::Interrupt)) => (End::Interrupted, Ok(())),
            ReplyEnd::Stopped(received) => (End::Interrupted, Err(received.into())),
            ReplyEnd::Failed(error) if error.exit == Exit::ClosedPipe => {
                (End::Interrupted, Err(error))
            }
            ReplyEnd::Failed(error) => {
                self.report(&error);
                (End::Failed, Ok(()))
            }
        };
        let turn = reply
            .response
            .and_then(|response| Turn::new(self.settings(), message, &response, end));
        match turn {
            Some(turn) => {
                self.attachments.clear();
                self.conversation.push(turn);
                self.record();
                self.print_status(end);
            }
            None => self.print_unanswered(),
        }
        result
    }

    /// Prints the response to the conversation with this message.
    async fn reply(&mut self, message: Message) -> Reply<Received> {
        let mut input = self.conversation.items();
        input.push(message.into());
        let request = self.request.clone().input(input);
        // In a terminal, nothing blocks for long, and the exit would not restore its mode.
        let _end = (self.origin == Origin::Script).then(EndWhenBlocked::watch);
        let stop = self.signals.next();
        let reply = Box::pin(reply::print(&self.client, request, &mut self.out, stop));
        tokio::select! {
            reply = reply => reply,
            never = keep(self.quiet.as_mut()) => match never {},
        }
    }

    /// Checks a response that ended.
    fn ended(&mut self, reply: &Reply<Received>) -> End {
        let Some(response) = &reply.response else {
            return End::Failed;
        };
        if self.usage {
            response::print_usage(response);
        }
        match response::check(response) {
            Ok(()) => {
                if !reply.printed {
                    terminal::print_notice("the response has no text");
                }
                End::Completed
            }
            Err(error) => {
                self.report(&error);
                match error.exit {
                    Exit::Incomplete => End::Incomplete,
                    _ => End::Failed,
                }
            }
        }
    }

    /// Returns the settings of the next turn.
    fn settings(&self) -> Settings {
        Settings {
            model: self.request.model.clone(),
            system: self.request.instructions.clone(),
            embedded: self.embedded,
        }
    }

    /// Writes the last turn. A session whose file cannot be written continues without it.
    fn record(&mut self) {
        let Some(recorder) = &mut self.recorder else {
            return;
        };
        if let Err(error) = recorder.record(self.conversation.turns()) {
            terminal::print_error(&format!(
                "cannot save the conversation in {}: {error}; it continues without being saved",
                recorder.directory().display()
            ));
            self.recorder = None;
        }
    }

    /// Shows model and cost after a turn.
    fn print_status(&self, end: End) {
        let last = self.conversation.turns().last();
        let model = last.and_then(|turn| turn.answered_by.clone());
        let mut status = model.unwrap_or_else(|| self.model());
        let cost = self.conversation.cost();
        if cost.is_known() {
            status.push_str(&format!(", {cost} so far"));
        }
        match end {
            End::Completed | End::Incomplete => {}
            End::Interrupted => status.push_str("; interrupted, the text so far is kept"),
            End::Failed => status.push_str("; the text so far is kept"),
        }
        self.notice(&status);
    }

    fn print_unanswered(&self) {
        let files = match self.attachments.len() {
            0 => "",
            1 => ", and its file goes with the next message",
            _ => ", and its files go with the next message",
        };
        let back = match self.origin {
            Origin::Editor => "; Up brings it back",
            Origin::SimpleTerminal | Origin::Script => "",
        };
        self.notice(&format!(
            "the message is not part of the conversation{back}{files}"
        ));
    }

    fn report(&mut self, error: &CommandError) {
        terminal::print_error(&error.message);
        self.failed = Some(error.exit);
    }
}

/// Keeps the mode of the terminal. Never ends.
async fn keep(quiet: Option<&mut Quiet>) -> std::convert::Infallible {
    match quiet {
        Some(quiet) => quiet.keep().await,
        None => std::future::pending().await,
    }
}
