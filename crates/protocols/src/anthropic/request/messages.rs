//! Turns the conversation into the system prompt and the messages of Anthropic Messages.
//!
//! Messages of the user and of the model alternate, and the first is the user's. The results of calls
//! are at the beginning of the message directly after that with the calls. If the model went on after a
//! call, its message is split there, so that all blocks keep their order.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use orouter_wire::json::Writer;

use super::block::{Block, write_content};
use super::model::{self, Model};
use super::thoughts;
use crate::json_text;
use crate::notes::Notes;
use crate::request::call::Call;
use crate::request::part::{Part, string};
use crate::request::place::Place;
use crate::request::turn::{self, CallResult, ModelTurn, Turn};
use crate::target::Target;

/// The message of the user in a conversation that does not begin with one. The API requires it, and
/// refuses an empty text.
const BEGIN: &str = "Begin.";

/// The message of the user after a last message of the model, for models that do not continue it.
const CONTINUE: &str = "Continue.";

/// The text of a failed call's result that has no text of its own.
const FAILED: &str = "The call failed.";

/// The system prompt and the messages.
#[derive(Debug, Default)]
pub(super) struct Messages<'a> {
    /// Texts only.
    pub(super) system: Vec<Block<'a>>,
    pub(super) list: Vec<Message<'a>>,
}

/// A message.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) role: Role,
    pub(super) blocks: Vec<Block<'a>>,
    /// The item of a system message.
    place: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    User,
    Assistant,
    System,
}

/// Turns the conversation into messages that the model takes.
pub(super) fn read<'a>(
    turns: Vec<Turn<'a>>,
    target: &Target<'_>,
    model: Model,
    notes: &Notes,
) -> Messages<'a> {
    let mut reader = Reader {
        messages: Messages::default(),
        ids: HashSet::new(),
        target,
        thinking: model.thinking != model::Thinking::None,
        notes,
    };
    let mut leading = true;
    for turn in turns {
        match turn {
            Turn::System { parts, .. } if leading => {
                let blocks = reader.blocks(parts);
                reader.messages.system.extend(blocks);
            }
            Turn::System { parts, place } => {
                let blocks = reader.blocks(parts);
                reader.messages.push(Role::System, blocks, place);
            }
            Turn::User(parts) => {
                leading = false;
                let blocks = reader.blocks(parts);
                reader.messages.push(Role::User, blocks, None);
            }
            Turn::Model(turn) => {
                leading = false;
                reader.add_model(turn);
            }
        }
    }
    let mut messages = reader.messages;
    messages.settle_system(model.system_messages, notes);
    if model.prefill {
        messages.trim_end();
    } else {
        messages.end_with_user(notes);
    }
    messages.begin_with_user(notes);
    messages
}

struct Reader<'a, 'r> {
    messages: Messages<'a>,
    /// The ids of calls so far.
    ids: HashSet<String>,
    target: &'r Target<'r>,
    thinking: bool,
    notes: &'r Notes,
}

impl<'a> Reader<'a, '_> {
    /// Returns the blocks of parts, without texts of white space, which the API refuses.
    fn blocks(&self, parts: Vec<Part<'a>>) -> Vec<Block<'a>> {
        let blocks = parts
            .into_iter()
            .filter_map(|part| Block::from_part(part, self.notes));
        blocks.filter(Block::has_content).collect()
    }

    fn add_model(&mut self, turn: ModelTurn<'a>) {
        let ordered = turn.results.into_iter().enumerate();
        let mut results: Results<'a> = ordered
            .map(|(order, result)| (result.call, (order, result)))
            .collect();
        let mut message = ModelMessage::default();
        let mut number = 0;
        for block in turn.blocks {
            let added = match block {
                turn::Block::Call(call) => {
                    let block = self.call(call, number, &mut message);
                    message.blocks.push(block);
                    number += 1;
                    continue;
                }
                turn::Block::Thought(_, place) if !self.thinking => {
                    let reason = "the model has no thinking";
                    self.notes.skipped(place.to_string(), reason);
                    continue;
                }
                turn::Block::Thought(item, place) => {
                    thoughts::read(item, place, self.target, self.notes)
                }
                turn::Block::Message { parts, refusal } => {
                    let refusal = refusal.map(Part::text);
                    self.blocks(parts.into_iter().chain(refusal).collect())
                }
            };
            if !added.is_empty() && !message.calls.is_empty() {
                let done = std::mem::take(&mut message);
                self.close(done, &mut results);
            }
            message.blocks.extend(added);
        }
        self.close(message, &mut results);
    }

    /// Returns the block of a call, and adds its id to the message.
    fn call(&mut self, call: Call<'a>, number: usize, message: &mut ModelMessage<'a>) -> Block<'a> {
        let id = self.unique_id(&call);
        message.calls.push((number, id.clone()));
        let input = match call.arguments() {
            Cow::Borrowed(text) if is_object(text) => Cow::Borrowed(text),
            Cow::Owned(text) if is_object(&text) => Cow::Owned(text),
            text => {
                let reason =
                    "the arguments are not a JSON object; the model reads them as `arguments`";
                self.notes.converted("input", reason);
                Cow::Owned(wrapped(&text))
            }
        };
        Block::ToolUse {
            id,
            name: call.name,
            input,
        }
    }

    /// Returns an id of the characters that the API allows, which no earlier call has.
    fn unique_id(&mut self, call: &Call<'_>) -> String {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let mut id: String = call
            .id
            .chars()
            .map(|c| if allowed(c) { c } else { '_' })
            .collect();
        while !self.ids.insert(id.clone()) {
            id = format!("{id}_{}", call.index);
        }
        id
    }

    /// Adds a message of the model, and the results of its calls.
    fn close(&mut self, mut message: ModelMessage<'a>, results: &mut Results<'a>) {
        let thoughts = message.blocks.iter().rev();
        let trailing = thoughts.take_while(|block| block.is_thinking()).count();
        if trailing > 0 {
            let length = message.blocks.len() - trailing;
            message.blocks.truncate(length);
            self.notes.skipped(
                "input",
                "reasoning that no text or call of the model follows is not sent",
            );
        }
        self.messages.push(Role::Assistant, message.blocks, None);
        let calls = message.calls.into_iter();
        let found = calls.filter_map(|(number, id)| {
            let (order, result) = results.remove(&number)?;
            Some((order, id, result))
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|(order, ..)| *order);
        let blocks = found.into_iter();
        let blocks = blocks
            .map(|(_, id, result)| self.result(id, result))
            .collect();
        self.messages.push(Role::User, blocks, None);
    }

    fn result(&self, id: String, result: CallResult<'a>) -> Block<'a> {
        let mut content = self.blocks(result.parts);
        // The mark of a part is that of the result: parts of results have none.
        let marks = content.iter_mut().filter_map(Block::mark_mut);
        let mark = marks.filter_map(Option::take).last();
        // The content of an error must be text.
        let is_text = |block: &Block<'_>| matches!(block, Block::Text { .. });
        let only_text = content.iter().all(is_text);
        let is_error = result.failed && only_text;
        if result.failed && (content.is_empty() || !only_text) {
            content.insert(0, Block::plain(FAILED));
        }
        Block::ToolResult {
            id,
            content,
            is_error,
            mark,
        }
    }
}

/// The results of the calls of a turn, by the number of the call, with their place among the results.
type Results<'a> = HashMap<usize, (usize, CallResult<'a>)>;

/// A message of the model that is being read.
#[derive(Default)]
struct ModelMessage<'a> {
    blocks: Vec<Block<'a>>,
    /// The number of each call in its turn, and its id at the upstream.
    calls: Vec<(usize, String)>,
}

impl<'a> Messages<'a> {
    /// Adds a message, or appends its blocks to the last one if that has the same role.
    fn push(&mut self, role: Role, blocks: Vec<Block<'a>>, place: Option<Place>) {
        if blocks.is_empty() {
            return;
        }
        match self.list.last_mut() {
            Some(last) if last.role == role => last.blocks.extend(blocks),
            _ => self.list.push(Message {
                role,
                blocks,
                place,
            }),
        }
    }

    /// Makes system messages that the model or the API does not allow messages of the user: one must
    /// follow a message of the user, and end the conversation or precede one of the model.
    fn settle_system(&mut self, allowed: bool, notes: &Notes) {
        let list = std::mem::take(&mut self.list);
        let mut rest = list.into_iter().peekable();
        while let Some(mut message) = rest.next() {
            if message.role == Role::System {
                let follows_user = self.list.last().is_some_and(|last| last.role == Role::User);
                let precedes_model = rest.peek().is_none_or(|next| next.role == Role::Assistant);
                if !(allowed && follows_user && precedes_model) {
                    message.role = Role::User;
                    let path = message
                        .place
                        .map_or("input".to_owned(), |place| place.to_string());
                    let reason = "the model reads the system message as text of the user: at this \
                                  place, it takes no system message";
                    notes.converted(path, reason);
                }
            }
            self.push(message.role, message.blocks, message.place);
        }
    }

    /// Removes white space at the end of a last message of the model, which the API refuses.
    fn trim_end(&mut self) {
        let Some(last) = self.list.last_mut() else {
            return;
        };
        if last.role == Role::Assistant
            && let Some(Block::Text { text, .. }) = last.blocks.last_mut()
        {
            let length = text.trim_end().len();
            match text {
                Cow::Borrowed(text) => *text = text.get(..length).unwrap_or_default(),
                Cow::Owned(text) => text.truncate(length),
            }
        }
    }

    /// Adds a message of the user at the beginning if there is none.
    fn begin_with_user(&mut self, notes: &Notes) {
        let first = self.list.first().map(|first| first.role);
        if first == Some(Role::User) {
            return;
        }
        let reason = format!(
            "the conversation does not begin with a message of the user; the model reads `{BEGIN}` \
             there, because the API requires one"
        );
        notes.adjusted("input", reason);
        self.list.insert(0, Message::of_user(BEGIN));
    }

    /// Adds a message of the user after a last message of the model.
    fn end_with_user(&mut self, notes: &Notes) {
        if self
            .list
            .last()
            .is_none_or(|last| last.role != Role::Assistant)
        {
            return;
        }
        let reason = format!(
            "the model does not continue its own message: it reads `{CONTINUE}` of the user after the \
             last one"
        );
        notes.adjusted("input", reason);
        self.list.push(Message::of_user(CONTINUE));
    }

    /// Returns all blocks, in the order of the prompt.
    pub(super) fn blocks_mut(&mut self) -> impl Iterator<Item = &mut Block<'a>> {
        let messages = self.list.iter_mut();
        let messages = messages.flat_map(|message| message.blocks.iter_mut());
        self.system.iter_mut().chain(messages)
    }

    /// Returns all blocks of messages.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Block<'a>> {
        self.list.iter().flat_map(|message| message.blocks.iter())
    }

    /// Returns `true` if the model goes on with a turn that does not begin with thinking. The API
    /// refuses such a request with a thinking budget. Calls and their results are one turn, and only
    /// its first message has thinking unless the model thinks between calls.
    pub(super) fn lacks_thinking(&self) -> bool {
        let mut continued = None;
        for message in self.list.iter().rev() {
            match message.role {
                Role::Assistant => continued = Some(message),
                Role::User if message.blocks.iter().any(Block::is_result) => {}
                Role::User | Role::System => break,
            }
        }
        let first = continued.and_then(|message| message.blocks.first());
        first.is_some_and(|block| !block.is_thinking())
    }

    /// Returns the approximate size of the messages in the body, in bytes.
    pub(super) fn size(&self) -> usize {
        let blocks = self.system.iter().chain(self.blocks());
        blocks.map(Block::size).sum::<usize>() + 64 * self.list.len()
    }

    /// Writes `messages` as a member of the open object.
    pub(super) fn write(&self, out: &mut Writer) {
        out.member("messages");
        out.open_array();
        for message in &self.list {
            out.element();
            out.open_object();
            string(out, "role", message.role.as_str());
            write_content(&message.blocks, out);
            out.close_object();
        }
        out.close_array();
    }
}

impl Message<'_> {
    fn of_user(text: &'static str) -> Self {
        Self {
            role: Role::User,
            blocks: vec![Block::plain(text)],
            place: None,
        }
    }
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
        }
    }
}

/// Returns `true` for the text of one JSON object that the API can read: it refuses a request with an
/// unpaired surrogate escape.
fn is_object(text: &str) -> bool {
    let Some(mut members) = json_text::members(text) else {
        return false;
    };
    members.by_ref().for_each(drop);
    let rest = members.end().and_then(|end| text.get(end + 1..));
    rest.is_some_and(|rest| rest.trim().is_empty())
        && !text.starts_with('\u{feff}')
        && !json_text::has_lone_surrogate(text)
}

/// Returns the text of an object with the text of arguments that are not an object.
fn wrapped(arguments: &str) -> String {
    let mut out = Writer::new();
    out.open_object();
    string(&mut out, "arguments", arguments);
    out.close_object();
    // The writer writes whole strings and ASCII only.
    String::from_utf8(out.finish().into()).unwrap_or_default()
}
