//! [`Conversation`]: turns the items of a request into messages of Chat Completions.
//!
//! The order of the items is kept with one exception, which Chat Completions requires: the results
//! of tools follow directly after the message with their calls. Everything between a call and its
//! output is sent after the output.

use std::borrow::Cow;
use std::collections::HashSet;

use orouter_wire::{
    AgentMessage, Extra, Item, Message, ReasoningItem, Role, ToolOutput, to_string,
};

use super::call::Call;
use super::call_reader::{self, CallReader};
use super::content::{ContentReader, OutputContent};
use super::hosted;
use super::outputs::{Outputs, is_output};
use super::part::Part;
use super::place::Place;
use super::thought::Thought;
use super::turn::{Assistant, Turn};
use super::undecoded;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::target::Target;

/// The result of a call whose output is not in the history. Upstreams refuse a call without a result.
const NO_OUTPUT: &str = "No output of this call was recorded.";

/// The result of a call whose output has no text. Its other parts are in the message after it.
const NEXT_MESSAGE: &str = "The output is in the next message.";

/// The messages of a conversation.
pub(super) struct Conversation<'a> {
    turns: Vec<Turn<'a>>,
    items: &'a [Item],
    outputs: Outputs<'a>,
    /// The message of the model to which the next items may belong.
    open: Assistant<'a>,
    /// Reasoning after the text of `open`. It belongs to the next text or call of the model.
    later: Vec<Thought<'a>>,
    calls: CallReader<'a>,
    reader: ContentReader<'a>,
    target: &'a Target<'a>,
    phase_noted: bool,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(
        items: &'a [Item],
        calls: CallReader<'a>,
        reader: ContentReader<'a>,
        target: &'a Target<'a>,
    ) -> Self {
        Self {
            turns: Vec::with_capacity(items.len() + 2),
            items,
            outputs: Outputs::new(items),
            open: Assistant::default(),
            later: Vec::new(),
            calls,
            reader,
            target,
            phase_noted: false,
        }
    }

    /// Adds a text as the leading system message.
    pub(super) fn add_instructions(&mut self, text: &'a str) {
        if !text.is_empty() {
            self.turns.push(Turn::System(vec![Part::text(text)]));
        }
    }

    /// Adds a text as a message of the user.
    pub(super) fn add_user_text(&mut self, text: &'a str) {
        if !text.is_empty() {
            self.turns.push(Turn::User(vec![Part::text(text)]));
        }
    }

    /// Adds all items.
    pub(super) fn add_items(&mut self) -> Result<(), Refusal> {
        for (index, item) in self.items.iter().enumerate() {
            self.add_item(item, index)?;
        }
        self.close()
    }

    /// Returns the messages. A conversation without a message becomes an empty message of the user,
    /// because upstreams require one.
    pub(super) fn finish(mut self) -> Vec<Turn<'a>> {
        if self.turns.is_empty() {
            self.turns.push(Turn::User(Vec::new()));
        }
        self.turns
    }

    fn add_item(&mut self, item: &'a Item, index: usize) -> Result<(), Refusal> {
        let place = Place::item(index);
        match item {
            Item::Message(message) => self.add_message(message, place),
            Item::Reasoning(item) => {
                self.add_reasoning(item, place);
                Ok(())
            }
            Item::FunctionCall(call) => {
                self.add_call(self.calls.function(call, index)?);
                Ok(())
            }
            Item::CustomToolCall(call) => {
                self.add_call(self.calls.custom(call, index)?);
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
                    self.add_system(parts);
                }
            }
            Role::Assistant => self.add_assistant(message, place)?,
            _ => return Err(bad_role(place)),
        }
        if message.phase.is_some() && !self.phase_noted {
            self.phase_noted = true;
            self.reader.notes.ignored(
                place.member("phase").to_string(),
                "Chat Completions has no phases",
            );
        }
        Ok(())
    }

    /// Adds a system message. Those at the beginning become one, because the templates of many
    /// models allow a system message only there, and only one.
    fn add_system(&mut self, mut parts: Vec<Part<'a>>) {
        let [Turn::System(known)] = self.turns.as_mut_slice() else {
            self.turns.push(Turn::System(parts));
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

    fn add_assistant(&mut self, message: &'a Message, place: Place) -> Result<(), Refusal> {
        let content = self.reader.assistant(message, place)?;
        if content.parts.is_empty() && content.refusal.is_none() {
            self.note_empty(place);
            return Ok(());
        }
        if self.open.has_content() && self.open.calls.is_empty() {
            let thoughts = std::mem::take(&mut self.later);
            self.close()?;
            self.open.thoughts = thoughts;
        } else {
            self.open.thoughts.append(&mut self.later);
        }
        if !self.open.parts.is_empty() && !content.parts.is_empty() {
            self.open.parts.push(Part::text("\n\n"));
        }
        self.open.parts.extend(content.parts);
        match (&mut self.open.refusal, content.refusal) {
            (Some(known), Some(more)) => known.to_mut().push_str(&more),
            (known @ None, more) => *known = more,
            (Some(_), None) => {}
        }
        Ok(())
    }

    fn add_reasoning(&mut self, item: &'a ReasoningItem, place: Place) {
        let support = self.reader.media.support;
        let thought = Thought::read(item, place, self.target, support, self.reader.notes);
        let Some(thought) = thought else { return };
        if self.open.has_content() && self.open.calls.is_empty() {
            self.later.push(thought);
        } else {
            self.open.thoughts.push(thought);
        }
    }

    fn add_call(&mut self, call: Call<'a>) {
        self.open.thoughts.append(&mut self.later);
        self.open.calls.push(call);
    }

    /// Adds an output whose call is not in the history as a message of the user. Upstreams refuse a
    /// result without a call.
    fn add_orphan(&mut self, item: &'a Item, place: Place) -> Result<(), Refusal> {
        let output = self.output(item, place)?;
        let id = quote(item.call_id().unwrap_or_default());
        let mut parts = vec![Part::text(format!(
            "Output of the tool call {id}:\n{}",
            output.text
        ))];
        parts.extend(output.others);
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
        let Some(call) = call_reader::hosted(item, index) else {
            self.skip(item.kind(), place);
            return;
        };
        self.add_call(call);
        let kind = quote(item.kind());
        let reason = format!("the model reads the `{kind}` as the call of a function");
        self.reader.notes.converted(place.to_string(), reason);
    }

    /// Ends the message of the model, and adds the results of its calls.
    fn close(&mut self) -> Result<(), Refusal> {
        let mut message = std::mem::take(&mut self.open);
        message.thoughts.append(&mut self.later);
        if !message.has_content() && message.calls.is_empty() {
            if !message.thoughts.is_empty() {
                self.close_thoughts(message);
            }
            return Ok(());
        }
        make_unique(&mut message.calls);
        let mut results = Vec::with_capacity(message.calls.len());
        let mut others = Vec::new();
        for call in &mut message.calls {
            let (order, text) = match call.result.take() {
                Some(result) => (call.index, result),
                None => match self.outputs.claim(call.call_id, call.index) {
                    Some(index) => {
                        let mut output = self.claimed(index)?;
                        if !output.others.is_empty() {
                            let id = quote(&call.id);
                            let head = format!("Output of the tool call {id}:");
                            others.push(Part::text(head));
                            others.extend(output.others);
                            if output.text.is_empty() {
                                output.text = Cow::Borrowed(NEXT_MESSAGE);
                            }
                        }
                        (index, output.text)
                    }
                    None => {
                        self.reader.notes.adjusted(
                            Place::item(call.index).to_string(),
                            "the call has no output; the model reads that none was recorded",
                        );
                        (usize::MAX, Cow::Borrowed(NO_OUTPUT))
                    }
                },
            };
            results.push((order, call.id.clone(), text));
        }
        results.sort_by_key(|(order, ..)| *order);
        self.turns.push(Turn::Assistant(message));
        let results = results
            .into_iter()
            .map(|(_, id, text)| Turn::Tool { id, text });
        self.turns.extend(results);
        if !others.is_empty() {
            self.turns.push(Turn::User(others));
        }
        Ok(())
    }

    /// Adds reasoning that no text or call follows to the message of the model before it.
    fn close_thoughts(&mut self, mut message: Assistant<'a>) {
        match self.turns.last_mut() {
            Some(Turn::Assistant(last)) => last.thoughts.append(&mut message.thoughts),
            _ => self.reader.notes.skipped(
                "input",
                "reasoning that no text or call of the model follows is not sent",
            ),
        }
    }

    fn claimed(&self, index: usize) -> Result<OutputContent<'a>, Refusal> {
        match self.items.get(index) {
            Some(item) => self.output(item, Place::item(index)),
            None => Ok(OutputContent::default()),
        }
    }

    /// Reads an output of any kind.
    fn output(&self, item: &'a Item, place: Place) -> Result<OutputContent<'a>, Refusal> {
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
            other => Ok(OutputContent {
                text: hosted::output_text(other).unwrap_or_default(),
                others: Vec::new(),
            }),
        }
    }

    fn note_empty(&self, place: Place) {
        self.reader
            .notes
            .skipped(place.to_string(), "the message is empty");
    }

    fn skip(&self, kind: &str, place: Place) {
        let reason = format!("Chat Completions cannot express `{}`", quote(kind));
        self.reader.notes.skipped(place.to_string(), reason);
    }
}

/// Makes the ids of the calls in one message unique.
fn make_unique(calls: &mut [Call<'_>]) {
    if calls.len() < 2 {
        return;
    }
    let mut known = HashSet::with_capacity(calls.len());
    for call in calls {
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
