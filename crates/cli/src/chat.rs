//! `orouter chat`: a conversation. Every turn carries the ones before it.

use orouter::{Item, Message, OpenRouter, Response, ResponsesRequest};

use crate::answer;
use crate::args::ChatArgs;
use crate::connection::Connection;
use crate::exit::{Exit, Failure};
use crate::line::{Line, Lines};
use crate::target::Target;
use crate::terminal::{self, Answer};

pub(crate) async fn run(args: ChatArgs) -> Result<(), Failure> {
    let target = Target::choose(&args.server, args.answer.model.as_deref())?;
    let connection = crate::interruptible(Connection::open(target)).await?;
    let mut lines = Lines::new()?;
    if lines.interactive() {
        terminal::notice("Ctrl-C stops an answer; /new starts over; Ctrl-D or /quit leaves.");
    }
    let mut chat = Chat {
        client: connection.client,
        request: answer::request(&args.answer, connection.default_model),
        usage: args.answer.usage,
        turns: Vec::new(),
        out: Answer::new(),
        failed: None,
    };
    loop {
        let line = match next_line(&mut lines).await? {
            Line::Text(line) => line,
            Line::Interrupted => {
                terminal::notice("Ctrl-D or /quit leaves.");
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
        // A person has seen what failed and went on; a script has the exit status alone.
        Some(exit) if !lines.interactive() => Err(Failure::told(exit)),
        _ => Ok(()),
    }
}

/// The next line. In the line editor Ctrl-C gives up the line; elsewhere it ends the program, for
/// nothing is being said that it could stop.
async fn next_line(lines: &mut Lines) -> Result<Line, Failure> {
    if lines.interactive() {
        lines.next().await
    } else {
        crate::interruptible(lines.next()).await
    }
}

struct Chat {
    client: OpenRouter,
    request: ResponsesRequest,
    usage: bool,
    turns: Vec<Item>,
    out: Answer,
    /// How the last turn that was no success failed.
    failed: Option<Exit>,
}

impl Chat {
    /// Says this and shows the answer. A turn that fails is told and left out of what follows; only
    /// an output that nobody can see any more ends the conversation.
    async fn turn(&mut self, prompt: String) -> Result<(), Failure> {
        let before = self.turns.len();
        self.turns.push(Message::user(prompt).into());
        let request = self.request.clone().input(self.turns.clone());
        let mut said = String::new();
        let outcome = tokio::select! {
            outcome = answer::stream(&self.client, request, &mut self.out, &mut said) => outcome,
            _ = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
        };
        match outcome {
            Ok(response) => self.take_in(response),
            Err(failure) if failure.exit == Exit::Interrupted => {
                self.out.end_line()?;
                if said.is_empty() {
                    self.turns.truncate(before);
                } else {
                    // What was shown was said: the conversation goes on from there.
                    self.turns.push(Message::assistant(said).into());
                }
            }
            Err(failure) if failure.exit == Exit::ClosedPipe => return Err(failure),
            Err(failure) => {
                self.turns.truncate(before);
                self.tell(&failure);
            }
        }
        Ok(())
    }

    fn take_in(&mut self, response: Response) {
        if self.usage {
            answer::print_usage(&response);
        }
        if let Err(failure) = answer::check(&response) {
            self.tell(&failure);
        }
        self.turns.extend(response.output);
    }

    fn tell(&mut self, failure: &Failure) {
        terminal::complain(&failure.message);
        self.failed = Some(failure.exit);
    }
}
