//! [`Contents`]: the turns of a conversation as messages of the user and the model.
//!
//! The messages alternate. The first message is the user's, and so is the last one, unless the model
//! continues its own. After a message with calls, the next one begins with their results.

use std::borrow::Cow;

use orouter_wire::json::Writer;
use orouter_wire::{Raw, ReasoningItem};

use super::super::model::Model;
use super::part::Part;
use super::signature::{self, SignatureReader};
use crate::json_text::has_lone_surrogate;
use crate::notes::Notes;
use crate::output::ToolNames;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::call::Call;
use crate::request::conversation::split;
use crate::request::names::Names;
use crate::request::part::{self as shared, string};
use crate::request::place::Place;
use crate::request::turn::{Block, CallResult, ModelTurn, Turn};

/// The text of a message that the API requires and the client did not send.
const FILLER: &str = ".";

/// The messages of a request.
pub(super) struct Contents<'a> {
    /// Texts of the system instruction.
    system: Vec<Cow<'a, str>>,
    has_system_instruction: bool,
    messages: Vec<Message<'a>>,
}

#[derive(Debug)]
struct Message<'a> {
    of_model: bool,
    parts: Vec<Part<'a>>,
}

/// Turns a conversation into messages.
pub(super) struct ContentsReader<'a> {
    pub(super) model: Model,
    pub(super) names: &'a Names<'a>,
    pub(super) signatures: SignatureReader<'a>,
    pub(super) notes: &'a Notes,
}

impl<'a> ContentsReader<'a> {
    /// Returns the messages of a conversation.
    ///
    /// # Errors
    /// If a part cannot be sent.
    pub(super) fn read(&self, turns: Vec<Turn<'a>>) -> Result<Contents<'a>, Refusal> {
        let mut contents = Contents {
            system: Vec::new(),
            has_system_instruction: self.model.has_system_instruction(),
            messages: Vec::with_capacity(turns.len() + 1),
        };
        for turn in turns {
            match turn {
                Turn::System { parts, place } => self.add_system(parts, place, &mut contents),
                Turn::User(parts) => {
                    let parts = self.parts(parts)?;
                    contents.push(false, parts);
                }
                Turn::Model(turn) => self.add_model(turn, &mut contents)?,
            }
        }
        self.complete(&mut contents);
        Ok(contents)
    }

    /// Adds a system message: at the beginning to the system instruction, later as a message of the
    /// user.
    fn add_system(
        &self,
        parts: Vec<shared::Part<'a>>,
        place: Option<Place>,
        contents: &mut Contents<'a>,
    ) {
        let texts = parts.into_iter().filter_map(|part| match part {
            shared::Part::Text { text, .. } if !text.is_empty() => Some(text),
            _ => None,
        });
        if contents.messages.is_empty() && self.model.has_system_instruction() {
            contents.system.extend(texts);
            return;
        }
        let path = place.map_or_else(|| "instructions".to_owned(), |place| place.to_string());
        let reason = if contents.messages.is_empty() {
            "the model has no system messages; it reads this one as a message of the user"
        } else {
            "system messages are at the beginning of the conversation only; the model reads this \
             one as a message of the user"
        };
        self.notes.converted(path, reason);
        contents.push(false, texts.map(Part::text).collect());
    }

    fn parts(&self, parts: Vec<shared::Part<'a>>) -> Result<Vec<Part<'a>>, Refusal> {
        let read = parts.into_iter().map(|part| {
            Part::read(part, self.model)
                .map_err(|reason| Refusal::new("input", format!("a part of `input` {reason}")))
        });
        read.collect()
    }

    fn add_model(&self, turn: ModelTurn<'a>, contents: &mut Contents<'a>) -> Result<(), Refusal> {
        let mut message = ModelMessage::default();
        let mut thought = None;
        let mut calls = Vec::new();
        for block in turn.blocks {
            match block {
                Block::Thought(item, place) => {
                    thought = Some(place);
                    self.add_thought(item, place, &mut message);
                }
                Block::Message { parts, refusal } => {
                    let texts = parts.into_iter().filter_map(|part| match part {
                        shared::Part::Text { text, .. } => Some(text),
                        _ => None,
                    });
                    for text in texts.chain(refusal).filter(|text| !text.is_empty()) {
                        message.add_text(text);
                    }
                }
                Block::Call(call) => {
                    calls.push(self.add_call(call, &mut message));
                }
            }
        }
        let parts = message.finish();
        let continues = contents.messages.last().is_some_and(|last| last.of_model);
        if !continues && parts.iter().all(Part::is_only_signature) {
            if let Some(place) = thought.filter(|_| !parts.is_empty()) {
                let reason = "no text or call of the model follows this reasoning";
                self.notes.skipped(place.to_string(), reason);
            }
            return Ok(());
        }
        contents.push(true, parts);
        self.add_results(turn.results, &calls, contents)
    }

    fn add_thought(&self, item: &'a ReasoningItem, place: Place, message: &mut ModelMessage<'a>) {
        if let Some(signature) = self.signatures.read(item, place) {
            let has_text = !item.text().is_empty() || !item.summary_text().is_empty();
            message.add_signature(Cow::Borrowed(signature), !has_text);
        }
    }

    /// Adds a call, and returns its id and its name for the result.
    fn add_call(
        &self,
        call: Call<'a>,
        message: &mut ModelMessage<'a>,
    ) -> (Cow<'a, str>, Cow<'a, str>) {
        let name = match &call.name {
            Cow::Borrowed(name) => self.names.of_call(None, name),
            Cow::Owned(name) => Cow::Owned(self.names.of_call(None, name).into_owned()),
        };
        let own = call.extra_content.and_then(signature::of_call);
        let arguments = match call.arguments() {
            arguments if is_object(&arguments) => arguments.into_owned(),
            other => {
                let path = Place::item(call.index).member("arguments");
                let reason = "they are not a JSON object; the model reads them as a text in one";
                self.notes.converted(path.to_string(), reason);
                object(ToolNames::INPUT, &other)
            }
        };
        let required = self.model.requires_signatures();
        message.add_call(call.id.clone(), name.clone(), arguments, own, required);
        (call.id, name)
    }

    /// Adds the results of calls in the order of the calls.
    fn add_results(
        &self,
        mut results: Vec<CallResult<'a>>,
        calls: &[(Cow<'a, str>, Cow<'a, str>)],
        contents: &mut Contents<'a>,
    ) -> Result<(), Refusal> {
        results.sort_by_key(|result| result.call);
        let mut parts = Vec::with_capacity(results.len());
        let mut later = Vec::new();
        for result in results {
            let Some((id, name)) = calls.get(result.call) else {
                continue;
            };
            let (text, more) = split(result.parts);
            let (mut blobs, mut others) = (Vec::new(), Vec::new());
            for part in self.parts(more)? {
                match part {
                    Part::Blob(blob)
                        if self.model.has_media_in_results() && blob.fits_results() =>
                    {
                        blobs.push(blob);
                    }
                    other => others.push(other),
                }
            }
            let response = response(&text, result.failed, !blobs.is_empty(), !others.is_empty());
            if !others.is_empty() {
                let head = format!("Output of the tool call {}:", quote(id));
                later.push(Part::text(head));
                later.append(&mut others);
            }
            parts.push(Part::Response {
                id: id.clone(),
                name: name.clone(),
                response: Cow::Owned(response),
                blobs,
            });
        }
        parts.append(&mut later);
        contents.push(false, parts);
        Ok(())
    }

    /// Adds the messages that the API requires.
    fn complete(&self, contents: &mut Contents<'a>) {
        let filler = || Message {
            of_model: false,
            parts: vec![Part::text(FILLER)],
        };
        match contents.messages.first() {
            None => contents.messages.push(filler()),
            Some(first) if first.of_model => {
                contents.messages.insert(0, filler());
                let reason = "a conversation begins with the user; a message of the user with a \
                              full stop precedes it";
                self.notes.adjusted("input", reason);
            }
            Some(_) => {}
        }
        let ends = contents.messages.last().is_some_and(|last| last.of_model);
        if ends && !self.model.continues_own_turn() {
            contents.messages.push(filler());
            let reason = "the model does not continue its own message; a message of the user with \
                          a full stop follows it";
            self.notes.adjusted("input", reason);
        }
    }
}

impl<'a> Contents<'a> {
    /// Adds parts to the last message, or as a message of their own if that is the other side's.
    fn push(&mut self, of_model: bool, mut parts: Vec<Part<'a>>) {
        if parts.is_empty() {
            return;
        }
        match self.messages.last_mut() {
            Some(last) if last.of_model == of_model => last.parts.append(&mut parts),
            _ => self.messages.push(Message { of_model, parts }),
        }
    }

    /// Adds an instruction of the server.
    pub(super) fn add_instruction(&mut self, text: String) {
        if self.has_system_instruction {
            self.system.push(Cow::Owned(text));
        } else {
            self.push(false, vec![Part::text(text)]);
        }
    }

    /// Returns the approximate size of the messages in a body, in bytes.
    pub(super) fn size(&self) -> usize {
        let parts = self.messages.iter().flat_map(|message| &message.parts);
        let system: usize = self.system.iter().map(|text| text.len() + 32).sum();
        parts.map(Part::size).sum::<usize>() + 64 * self.messages.len() + system
    }

    /// Writes `systemInstruction` and `contents` as members of the open object.
    pub(super) fn write(&self, out: &mut Writer) {
        if !self.system.is_empty() {
            out.member("systemInstruction");
            out.open_object();
            out.member("parts");
            out.open_array();
            for text in &self.system {
                out.element();
                out.open_object();
                string(out, "text", text);
                out.close_object();
            }
            out.close_array();
            out.close_object();
        }
        out.member("contents");
        out.open_array();
        for message in &self.messages {
            out.element();
            out.open_object();
            string(out, "role", if message.of_model { "model" } else { "user" });
            out.member("parts");
            out.open_array();
            for part in &message.parts {
                out.element();
                part.write(out);
            }
            out.close_array();
            out.close_object();
        }
        out.close_array();
    }
}

/// The parts of one turn of the model.
#[derive(Default)]
struct ModelMessage<'a> {
    parts: Vec<Part<'a>>,
    pending: Option<Pending<'a>>,
    has_calls: bool,
}

/// A signature of a reasoning item.
struct Pending<'a> {
    signature: Cow<'a, str>,
    /// The item has no text, so the signature can be that of the text before it.
    of_last: bool,
}

impl<'a> ModelMessage<'a> {
    fn add_signature(&mut self, signature: Cow<'a, str>, of_last: bool) {
        self.flush();
        let of_last = of_last && self.unsigned_text().is_some();
        self.pending = Some(Pending { signature, of_last });
    }

    /// Returns the place for the signature of the last part, if this is a text without one.
    fn unsigned_text(&mut self) -> Option<&mut Option<Cow<'a, str>>> {
        match self.parts.last_mut() {
            Some(Part::Text { signature, .. }) if signature.is_none() => Some(signature),
            _ => None,
        }
    }

    fn add_text(&mut self, text: Cow<'a, str>) {
        if self.pending.as_ref().is_some_and(|pending| pending.of_last) {
            self.flush();
        }
        let signature = self.pending.take().map(|pending| pending.signature);
        self.parts.push(Part::Text { text, signature });
    }

    /// Adds a call. `required`: the first call of the turn must have a signature. Parallel calls have
    /// one only at the first of them.
    fn add_call(
        &mut self,
        id: Cow<'a, str>,
        name: Cow<'a, str>,
        arguments: String,
        own: Option<Cow<'a, str>>,
        required: bool,
    ) {
        if own.is_some() {
            self.flush();
        }
        let first = !std::mem::replace(&mut self.has_calls, true);
        let unknown = || (required && first).then_some(Cow::Borrowed(signature::UNKNOWN));
        let pending = || self.pending.take().map(|pending| pending.signature);
        let signature = own.or_else(pending).or_else(unknown);
        self.parts.push(Part::Call {
            id,
            name,
            arguments: Cow::Owned(arguments),
            signature,
        });
    }

    /// Adds a signature that belongs to no later part: to the text before it, or as a part of its
    /// own.
    fn flush(&mut self) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        match self.unsigned_text().filter(|_| pending.of_last) {
            Some(place) => *place = Some(pending.signature),
            None => self.parts.push(Part::signature(pending.signature)),
        }
    }

    fn finish(mut self) -> Vec<Part<'a>> {
        self.flush();
        self.parts
    }
}

/// Returns the response of a function as JSON text of an object: the output itself if it is one, or
/// an object with the text.
fn response(text: &str, failed: bool, has_blobs: bool, follows: bool) -> String {
    match text {
        text if failed => object("error", text),
        "" if has_blobs => "{}".to_owned(),
        "" if follows => object("output", "The output is after the results."),
        text if is_object(text) => text.trim().to_owned(),
        text => object("output", text),
    }
}

/// Returns `true` for JSON text of an object that the API can read: it refuses a request with an
/// unpaired surrogate escape.
fn is_object(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && text.trim().parse::<Raw>().is_ok()
        && !has_lone_surrogate(text)
}

/// Returns the text of a JSON object with one string.
fn object(name: &str, value: &str) -> String {
    let mut out = Writer::new();
    out.open_object();
    string(&mut out, name, value);
    out.close_object();
    // The writer writes whole strings and ASCII only.
    String::from_utf8(out.finish().into()).unwrap_or_default()
}
