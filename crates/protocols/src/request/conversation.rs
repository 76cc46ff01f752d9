//! Reads the items of a request as [`Turn`]s.
//!
//! The order of the items is kept with one exception, which the APIs of upstreams require: the results
//! of tools follow directly after the turn with their calls. Everything between a call and its output
//! is sent after the output.

use std::borrow::Cow;
use std::collections::HashSet;

use orouter_wire::item::ItemStatus;
use orouter_wire::{
    AgentMessage, Extra, Input, Item, Message, ResponsesRequest, Role, ToolOutput, to_string,
};

use super::call_reader::CallReader;
use super::content::ContentReader;
use super::hosted;
use super::media::MediaReader;
use super::outputs::{Outputs, is_output};
use super::part::Part;
use super::place::Place;
use super::support::Support;
use super::tools::Tools;
use super::turn::{Block, CallResult, ModelTurn, Turn};
use super::undecoded;
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::target::Target;

/// The result of a call whose output is not in the history. Upstreams refuse a call without a result.
const NO_OUTPUT: &str = "No output of this call was recorded.";

/// Reads the turns of a request. There can be none.
pub(crate) fn read<'a>(
    request: &'a ResponsesRequest,
    tools: &'a Tools<'a>,
    target: &'a Target<'a>,
    support: Support<'a>,
    notes: &'a Notes,
) -> Result<Vec<Turn<'a>>, Refusal> {
    let media = MediaReader {
        modalities: target.input_modalities,
        model: target.model,
        support,
        notes,
    };
    let reader = ContentReader { media, notes };
    let calls = CallReader {
        names: &tools.names,
        target,
        notes,
    };
    let items = request.input.as_ref().map_or(&[][..], Input::items);
    let mut conversation = Conversation::new(items, calls, reader);
    if let Some(instructions) = &request.instructions {
        conversation.add_instructions(instructions);
    }
    match &request.input {
        Some(Input::Text(text)) => conversation.add_user_text(text),
        Some(Input::Items(_)) => conversation.add_items()?,
        None => {}
        Some(_) => {
            return Err(Refusal::new(
                "input",
                "`input` must be a string or a list of items",
            ));
        }
    }
    Ok(conversation.turns)
}

/// The turns of a conversation.
struct Conversation<'a> {
    turns: Vec<Turn<'a>>,
    items: &'a [Item],
    outputs: Outputs<'a>,
    /// The turn of the model to which the next items may belong.
    open: Vec<Block<'a>>,
    calls: CallReader<'a>,
    reader: ContentReader<'a>,
    phase_noted: bool,
}

impl<'a> Conversation<'a> {
    fn new(items: &'a [Item], calls: CallReader<'a>, reader: ContentReader<'a>) -> Self {
        Self {
            turns: Vec::with_capacity(items.len() + 2),
            items,
            outputs: Outputs::new(items),
            open: Vec::new(),
            calls,
            reader,
            phase_noted: false,
        }
    }

    /// Adds the instructions of the request as a system turn.
    fn add_instructions(&mut self, text: &'a str) {
        if !text.is_empty() {
            self.turns.push(Turn::System {
                parts: vec![Part::text(text)],
                place: None,
            });
        }
    }

    /// Adds a text as a message of the user.
    fn add_user_text(&mut self, text: &'a str) {
        if !text.is_empty() {
            self.turns.push(Turn::User(vec![Part::text(text)]));
        }
    }

    /// Adds all items.
    fn add_items(&mut self) -> Result<(), Refusal> {
        for (index, item) in self.items.iter().enumerate() {
            self.add_item(item, index)?;
        }
        self.close()
    }

    fn add_item(&mut self, item: &'a Item, index: usize) -> Result<(), Refusal> {
        let place = Place::item(index);
        match item {
            Item::Message(message) => self.add_message(message, place),
            Item::Reasoning(item) => {
                self.open.push(Block::Thought(item, place));
                Ok(())
            }
            Item::FunctionCall(call) => {
                let call = self.calls.function(call, index)?;
                self.open.push(Block::Call(call));
                Ok(())
            }
            Item::CustomToolCall(call) => {
                let call = self.calls.custom(call, index)?;
                self.open.push(Block::Call(call));
                Ok(())
            }
            item if is_output(item) => {
                self.close()?;
                if self.outputs.is_claimed(index) {
                    Ok(())
                } else {
                    self.add_orphan(item, place)
                }
            }
            Item::AgentMessage(message) => self.add_agent_message(message, place),
            Item::AdditionalTools(_) | Item::ToolSearchOutput(_) => {
                let reason = "the model gets its tools from the beginning of the conversation";
                self.reader.notes.converted(place.to_string(), reason);
                Ok(())
            }
            Item::ItemReference(_) => Err(Refusal::new(
                format!("{place}.type"),
                format!(
                    "`{place}.type` is `item_reference`, which cannot be served: this server stores \
                     nothing; send the full items of the conversation as `input`"
                ),
            )),
            other if other.kind().is_empty() => Err(not_an_item(place)),
            other => {
                self.add_hosted(other, index);
                Ok(())
            }
        }
    }

    fn add_message(&mut self, message: &'a Message, place: Place) -> Result<(), Refusal> {
        if message.extra.get("role").is_some_and(|raw| !raw.is_null()) {
            return Err(bad_role(place));
        }
        if message.content.is_none() && !has_role(message) {
            return Err(not_an_item(place));
        }
        match message.role {
            Role::User => {
                let parts = self.reader.user(message, place)?;
                self.close()?;
                if parts.is_empty() {
                    self.note_empty(place);
                } else {
                    self.turns.push(Turn::User(parts));
                }
            }
            Role::System | Role::Developer => {
                let parts = self.reader.system(message, place)?;
                self.close()?;
                if parts.is_empty() {
                    self.note_empty(place);
                } else {
                    let place = Some(place);
                    self.turns.push(Turn::System { parts, place });
                }
            }
            Role::Assistant => self.add_assistant(message, place)?,
            _ => return Err(bad_role(place)),
        }
        if message.phase.is_some() && !self.phase_noted {
            self.phase_noted = true;
            let reason = format!("{} has no phases", self.reader.media.support.api.name);
            self.reader
                .notes
                .ignored(place.member("phase").to_string(), reason);
        }
        Ok(())
    }

    fn add_assistant(&mut self, message: &'a Message, place: Place) -> Result<(), Refusal> {
        let content = self.reader.assistant(message, place)?;
        if content.parts.is_empty() && content.refusal.is_none() {
            self.note_empty(place);
            return Ok(());
        }
        self.open.push(Block::Message {
            parts: content.parts,
            refusal: content.refusal,
        });
        Ok(())
    }

    /// Adds an output whose call is not in the history as a message of the user. Upstreams refuse a
    /// result without a call.
    fn add_orphan(&mut self, item: &'a Item, place: Place) -> Result<(), Refusal> {
        let (text, others) = split(self.output(item, place)?);
        let id = quote(item.call_id().unwrap_or_default());
        let mut parts = vec![Part::text(format!("Output of the tool call {id}:\n{text}"))];
        parts.extend(others);
        self.turns.push(Turn::User(parts));
        self.reader.notes.converted(
            place.to_string(),
            "the call of this output is not in `input`; the model reads it as text of the user",
        );
        Ok(())
    }

    fn add_agent_message(
        &mut self,
        message: &'a AgentMessage,
        place: Place,
    ) -> Result<(), Refusal> {
        let text: String = message
            .content
            .iter()
            .filter_map(|part| part.text())
            .collect();
        if text.is_empty() {
            self.skip("agent_message", place);
            return Ok(());
        }
        self.close()?;
        let text = format!("{}: {text}", message.author);
        self.turns.push(Turn::User(vec![Part::text(text)]));
        self.reader.notes.converted(
            place.to_string(),
            "the model reads the message of the agent as text of the user",
        );
        Ok(())
    }

    /// Adds a call of another service's tool as a call of a function, or skips the item.
    fn add_hosted(&mut self, item: &'a Item, index: usize) {
        let place = Place::item(index);
        let Some(call) = self.calls.hosted(item, index) else {
            self.skip(item.kind(), place);
            return;
        };
        self.open.push(Block::Call(call));
        let kind = quote(item.kind());
        let reason = format!("the model reads the `{kind}` as the call of a function");
        self.reader.notes.converted(place.to_string(), reason);
    }

    /// Ends the turn of the model, and finds the results of its calls.
    fn close(&mut self) -> Result<(), Refusal> {
        if self.open.is_empty() {
            return Ok(());
        }
        let mut turn = ModelTurn {
            blocks: std::mem::take(&mut self.open),
            results: Vec::new(),
        };
        make_unique(&mut turn);
        let mut results = Vec::new();
        for (number, call) in turn.calls_mut().enumerate() {
            let found = match call.result.take() {
                Some(result) => Some((call.index, vec![Part::text(result)], call.failed)),
                None => match self.outputs.claim(call.call_id, call.index) {
                    Some(index) => self.claimed(index)?,
                    None => None,
                },
            };
            let (order, parts, failed) = found.unwrap_or_else(|| {
                self.reader.notes.adjusted(
                    Place::item(call.index).to_string(),
                    "the call has no output; the model reads that none was recorded",
                );
                (usize::MAX, vec![Part::text(NO_OUTPUT)], false)
            });
            let result = CallResult {
                call: number,
                parts,
                failed,
            };
            results.push((order, result));
        }
        results.sort_by_key(|(order, _)| *order);
        turn.results = results.into_iter().map(|(_, result)| result).collect();
        self.turns.push(Turn::Model(turn));
        Ok(())
    }

    /// Returns the place and the content of an output, and `true` if it is that of a failed call.
    fn claimed(&self, index: usize) -> Result<Option<(usize, Vec<Part<'a>>, bool)>, Refusal> {
        let Some(item) = self.items.get(index) else {
            return Ok(None);
        };
        let parts = self.output(item, Place::item(index))?;
        let failed = item.status() == Some(&ItemStatus::Failed);
        Ok(Some((index, parts, failed)))
    }

    /// Reads an output of any kind.
    fn output(&self, item: &'a Item, place: Place) -> Result<Vec<Part<'a>>, Refusal> {
        let read = |output: Option<&'a ToolOutput>, extra: &'a Extra| {
            undecoded::string(extra, place, "call_id")?;
            self.reader.output(output, extra, place)
        };
        match item {
            Item::FunctionCallOutput(item) => read(item.output.as_ref(), &item.extra),
            Item::CustomToolCallOutput(item) => read(item.output.as_ref(), &item.extra),
            Item::ProgramOutput(item) => {
                read(item.result.as_ref().or(item.output.as_ref()), &item.extra)
            }
            other => {
                let text = hosted::output_text(other).unwrap_or_default();
                Ok(vec![Part::text(text)])
            }
        }
    }

    fn note_empty(&self, place: Place) {
        self.reader
            .notes
            .skipped(place.to_string(), "the message is empty");
    }

    fn skip(&self, kind: &str, place: Place) {
        let api = self.reader.media.support.api.name;
        let reason = format!("{api} cannot express `{}`", quote(kind));
        self.reader.notes.skipped(place.to_string(), reason);
    }
}

/// Splits the content of an output into its text and the parts that are not text.
pub(crate) fn split<'a>(
    parts: impl IntoIterator<Item = Part<'a>>,
) -> (Cow<'a, str>, Vec<Part<'a>>) {
    let mut joined = Cow::Borrowed("");
    let mut others = Vec::new();
    for part in parts {
        match part {
            Part::Text { text, .. } if joined.is_empty() => joined = text,
            Part::Text { text, .. } => joined.to_mut().push_str(&text),
            other => others.push(other),
        }
    }
    (joined, others)
}

/// Makes the ids of the calls in one turn unique.
fn make_unique(turn: &mut ModelTurn<'_>) {
    if turn.calls().nth(1).is_none() {
        return;
    }
    let mut known = HashSet::new();
    for call in turn.calls_mut() {
        while !known.insert(call.id.to_string()) {
            call.id = Cow::Owned(format!("{}_{}", call.id, call.index));
        }
    }
}

/// Returns `true` if the message was sent with a `role`. The wire's default replaces a missing one.
fn has_role(message: &Message) -> bool {
    to_string(message).contains("\"role\":")
}

fn not_an_item(place: Place) -> Refusal {
    Refusal::new(
        place.to_string(),
        format!("`{place}` must be an item: an object with a `type` or a `role`"),
    )
}

fn bad_role(place: Place) -> Refusal {
    let place = place.member("role");
    Refusal::new(
        place.to_string(),
        format!("`{place}` must be `user`, `assistant`, `system` or `developer`"),
    )
}
