//! Turns the conversation into messages of Chat Completions.

use std::borrow::Cow;

use super::message::{Assistant, Message};
use super::thought::{Thought, ThoughtReader};
use crate::notes::Notes;
use crate::quote::quote;
use crate::request::conversation::split;
use crate::request::part::Part;
use crate::request::turn::{Block, CallResult, ModelTurn, Turn};

/// The result of a call whose output has no text. Its other parts are in the message after it.
const NEXT_MESSAGE: &str = "The output is in the next message.";

/// Turns the conversation into messages. One without a message becomes an empty message of the user,
/// because upstreams require one.
pub(super) fn messages<'a>(
    turns: Vec<Turn<'a>>,
    thoughts: ThoughtReader<'a>,
    notes: &'a Notes,
) -> Vec<Message<'a>> {
    let mut messages = Messages {
        done: Vec::with_capacity(turns.len() + 1),
        open: Assistant::default(),
        later: Vec::new(),
        thoughts,
        notes,
    };
    for turn in turns {
        match turn {
            Turn::System { parts, .. } => messages.add_system(parts),
            Turn::User(parts) => messages.done.push(Message::User(parts)),
            Turn::Model(turn) => messages.add_model(turn),
        }
    }
    if messages.done.is_empty() {
        messages.done.push(Message::User(Vec::new()));
    }
    messages.done
}

struct Messages<'a> {
    done: Vec<Message<'a>>,
    /// The message of the model to which the next blocks of its turn may belong.
    open: Assistant<'a>,
    /// Reasoning after the text of `open`. It belongs to the next text or call of the model.
    later: Vec<Thought<'a>>,
    thoughts: ThoughtReader<'a>,
    notes: &'a Notes,
}

impl<'a> Messages<'a> {
    /// Adds a system message. Those at the beginning become one, because the templates of many
    /// models allow a system message only there, and only one.
    fn add_system(&mut self, mut parts: Vec<Part<'a>>) {
        let [Message::System(known)] = self.done.as_mut_slice() else {
            self.done.push(Message::System(parts));
            return;
        };
        match (known.as_slice(), parts.as_slice()) {
            ([first], [more]) if first.plain().is_some() && more.plain().is_some() => {
                let texts = [first.plain(), more.plain()].map(Option::unwrap_or_default);
                *known = vec![Part::text(texts.join("\n\n"))];
            }
            _ => known.append(&mut parts),
        }
    }

    fn add_model(&mut self, turn: ModelTurn<'a>) {
        for block in turn.blocks {
            match block {
                Block::Thought(item, place) => self.add_thought(self.thoughts.read(item, place)),
                Block::Message { parts, refusal } => self.add_message(parts, refusal),
                Block::Call(call) => {
                    self.open.thoughts.append(&mut self.later);
                    self.open.calls.push(call);
                }
            }
        }
        self.close(turn.results);
    }

    /// Adds a message of the model: as a message of its own if the open one has text and no calls.
    fn add_message(&mut self, parts: Vec<Part<'a>>, refusal: Option<Cow<'a, str>>) {
        if self.open.has_content() && self.open.calls.is_empty() {
            let message = std::mem::take(&mut self.open);
            self.done.push(Message::Assistant(message));
        }
        self.open.thoughts.append(&mut self.later);
        if !self.open.parts.is_empty() && !parts.is_empty() {
            self.open.parts.push(Part::text("\n\n"));
        }
        self.open.parts.extend(parts);
        match (&mut self.open.refusal, refusal) {
            (Some(known), Some(more)) => known.to_mut().push_str(&more),
            (known @ None, more) => *known = more,
            (Some(_), None) => {}
        }
    }

    fn add_thought(&mut self, thought: Option<Thought<'a>>) {
        let Some(thought) = thought else { return };
        if self.open.has_content() && self.open.calls.is_empty() {
            self.later.push(thought);
        } else {
            self.open.thoughts.push(thought);
        }
    }

    /// Ends the message of the model, and adds the results of its calls.
    fn close(&mut self, results: Vec<CallResult<'a>>) {
        let mut message = std::mem::take(&mut self.open);
        message.thoughts.append(&mut self.later);
        if !message.has_content() && message.calls.is_empty() {
            if !message.thoughts.is_empty() {
                self.close_thoughts(message);
            }
            return;
        }
        let mut tools = Vec::with_capacity(results.len());
        let mut others = Vec::new();
        for result in results {
            let call = message.calls.get(result.call);
            let id = call.map_or(Cow::Borrowed(""), |call| call.id.clone());
            let (mut text, more) = split(result.parts);
            if !more.is_empty() {
                let head = format!("Output of the tool call {}:", quote(&id));
                others.push(Part::text(head));
                others.extend(more);
                if text.is_empty() {
                    text = Cow::Borrowed(NEXT_MESSAGE);
                }
            }
            tools.push(Message::Tool { id, text });
        }
        self.done.push(Message::Assistant(message));
        self.done.append(&mut tools);
        if !others.is_empty() {
            self.done.push(Message::User(others));
        }
    }

    /// Adds reasoning that no text or call follows to the message of the model before it.
    fn close_thoughts(&mut self, mut message: Assistant<'a>) {
        match self.done.last_mut() {
            Some(Message::Assistant(last)) => last.thoughts.append(&mut message.thoughts),
            _ => self.notes.skipped(
                "input",
                "reasoning that no text or call of the model follows is not sent",
            ),
        }
    }
}
