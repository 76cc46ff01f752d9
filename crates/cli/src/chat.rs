//! `orouter chat`: a conversation. Each request carries the earlier turns.

use orouter::{Item, Message, OpenRouter, Response, ResponsesRequest};

use crate::args::ChatArgs;
use crate::connection::Connection;
use crate::exit::{CommandError, Exit};
use crate::interrupt::interruptible;
use crate::line::{Line, Lines};
use crate::request::request;
use crate::response;
use crate::target::Target;
use crate::terminal::{self, Stdout};

pub(crate) async fn run(args: ChatArgs) -> Result<(), CommandError> {
    let target = Target::choose(&args.server, args.request.model.as_deref())?;
    let connection = interruptible(Connection::open(target)).await?;
    let mut lines = Lines::new()?;
    if lines.interactive() {
        terminal::print_notice(
            "Ctrl-C stops a response; /new starts a new conversation; Ctrl-D or /quit leaves.",
        );
    }
    let mut chat = Chat {
        client: connection.client,
        request: request(&args.request, connection.default_model),
        usage: args.request.usage,
        turns: Vec::new(),
        out: Stdout::new(),
        failed: None,
    };
    loop {
        let line = match next_line(&mut lines).await? {
            Line::Text(line) => line,
            Line::Interrupted => {
                terminal::print_notice("Ctrl-D or /quit leaves.");
                continue;
            }
            Line::End => break,
        };
        match line.trim() {
            "" => {}
            "/quit" => break,
            "/new" => chat.turns.clear(),
            _ => chat.turn(line).await?,
        }
    }
    match chat.failed {
        // An interactive user has seen the error; a script needs the exit status.
        Some(exit) if !lines.interactive() => Err(CommandError::reported(exit)),
        _ => Ok(()),
    }
}

/// Returns the next line. In the line editor, Ctrl-C discards the line; otherwise it ends the
/// command.
async fn next_line(lines: &mut Lines) -> Result<Line, CommandError> {
    if lines.interactive() {
        lines.next().await
    } else {
        interruptible(lines.next()).await
    }
}

struct Chat {
    client: OpenRouter,
    request: ResponsesRequest,
    usage: bool,
    turns: Vec<Item>,
    out: Stdout,
    /// Exit status of the last turn that failed.
    failed: Option<Exit>,
}

impl Chat {
    /// Sends a prompt and prints the response. A failed turn is reported and left out of the
    /// conversation; only a closed output ends the conversation.
    async fn turn(&mut self, prompt: String) -> Result<(), CommandError> {
        let before = self.turns.len();
        self.turns.push(Message::user(prompt).into());
        let request = self.request.clone().input(self.turns.clone());
        let mut printed = String::new();
        let outcome = tokio::select! {
            outcome = response::stream(&self.client, request, &mut self.out, &mut printed) => outcome,
            _ = tokio::signal::ctrl_c() => Err(CommandError::interrupted()),
        };
        match outcome {
            Ok(response) => self.record(response),
            Err(error) if error.exit == Exit::Interrupted => {
                self.out.end_line()?;
                if printed.is_empty() {
                    self.turns.truncate(before);
                } else {
                    // The conversation continues after the printed text.
                    self.turns.push(Message::assistant(printed).into());
                }
            }
            Err(error) if error.exit == Exit::ClosedPipe => return Err(error),
            Err(error) => {
                self.turns.truncate(before);
                self.report(&error);
            }
        }
        Ok(())
    }

    /// Adds a response to the conversation.
    fn record(&mut self, response: Response) {
        if self.usage {
            response::print_usage(&response);
        }
        if let Err(error) = response::check(&response) {
            self.report(&error);
        }
        self.turns.extend(response.output);
    }

    fn report(&mut self, error: &CommandError) {
        terminal::print_error(&error.message);
        self.failed = Some(error.exit);
    }
}
