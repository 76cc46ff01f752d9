//! Messages of the model: reasoning, texts and calls, in this order, as items.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use super::calls;
use super::content::kind;
use super::conversation::Conversation;
use super::object::{Object, is_filled, is_string, join, wrong_type};
use super::reasoning;
use crate::chat_client::names::Origin;
use crate::json_text;
use crate::quote::quote;
use crate::refusal::Refusal;

/// Members that are read.
const KNOWN: &[&str] = &[
    "role",
    "content",
    "cache_control",
    "refusal",
    "tool_calls",
    "function_call",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "thinking_blocks",
];

/// Writes the items of a message of the model.
pub(super) fn write<'a>(
    conversation: &mut Conversation<'a, '_>,
    index: usize,
    message: &Object<'a>,
    path: &str,
) -> Result<(), Refusal> {
    conversation.note_others(message, path, KNOWN);
    let before = conversation.items.len();
    reasoning::write(conversation, index, message, path)?;
    let refusal = message
        .string_text("refusal", path)?
        .filter(|text| is_filled(text));
    content(conversation, index, message, refusal, path)?;
    calls::write(conversation, index, message, path)?;
    if conversation.items.len() == before {
        begin_message(conversation, Origin::Content(index, None));
        conversation.out.string("");
        conversation.out.close_object();
    }
    Ok(())
}

/// Begins a message, up to the value of its content.
fn begin_message(conversation: &mut Conversation<'_, '_>, origin: Origin) {
    conversation.begin("message", origin);
    conversation.out.member("role");
    conversation.out.string("assistant");
    conversation.out.member("content");
}

fn content<'a>(
    conversation: &mut Conversation<'a, '_>,
    index: usize,
    message: &Object<'a>,
    refusal: Option<&'a str>,
    path: &str,
) -> Result<(), Refusal> {
    let path = join(path, "content");
    let content = message.get("content");
    let mark = message.get("cache_control");
    match content {
        Some(text) if is_string(text) && refusal.is_none() && mark.is_none() => {
            if is_filled(text) {
                begin_message(conversation, Origin::Content(index, None));
                conversation.out.raw(text);
                conversation.out.close_object();
            }
            return Ok(());
        }
        None if refusal.is_none() => return Ok(()),
        _ => {}
    }
    let mut parts = Parts::new(index);
    match content {
        None => {}
        Some(text) if is_string(text) => parts.text(text, mark, 0),
        Some(text) => {
            let list = match json_text::elements(text) {
                Some(list) => list,
                None if text.starts_with('{') => vec![text],
                None => return Err(wrong_type(&path, "a string or a list of parts", text)),
            };
            let last = list.len().saturating_sub(1);
            for (number, text) in list.into_iter().enumerate() {
                let mark = mark.filter(|_| number == last);
                let path = format!("{path}[{number}]");
                part(conversation, &mut parts, text, number, mark, &path)?;
            }
        }
    }
    if let Some(refusal) = refusal {
        parts.refusal(refusal, 0);
    }
    parts.flush(conversation);
    Ok(())
}

/// Writes a part of a message of the model. Parts of other kinds are skipped, because another server
/// may have written them.
fn part<'a>(
    conversation: &mut Conversation<'a, '_>,
    parts: &mut Parts,
    text: &'a str,
    number: usize,
    mark: Option<&str>,
    path: &str,
) -> Result<(), Refusal> {
    if is_string(text) {
        parts.text(text, mark, number);
        return Ok(());
    }
    let Some(part) = Object::read(text, path)? else {
        return Err(wrong_type(path, "an object with a `type`", text));
    };
    let mark = part.get("cache_control").or(mark);
    let kind: Option<Cow<'a, str>> = kind(&part);
    match kind.as_deref() {
        Some("text" | "output_text" | "input_text") => {
            if let Some(text) = part
                .string_text("text", path)?
                .filter(|text| is_filled(text))
            {
                parts.text(text, mark, number);
            }
        }
        Some("refusal") => {
            if let Some(text) = part
                .string_text("refusal", path)?
                .filter(|text| is_filled(text))
            {
                parts.refusal(text, number);
            }
        }
        Some("thinking" | "redacted_thinking" | "reasoning") => {
            parts.flush(conversation);
            reasoning::write_block(conversation, parts.message, &part);
        }
        other => {
            let kind = quote(other.unwrap_or_default());
            let reason = format!("the model does not read parts of type `{kind}` in its messages");
            conversation.notes.skipped(path, reason);
        }
    }
    Ok(())
}

/// The parts of one message item.
struct Parts {
    /// The index of the message.
    message: usize,
    out: Writer,
    numbers: Vec<usize>,
}

impl Parts {
    fn new(message: usize) -> Self {
        let mut out = Writer::new();
        out.open_array();
        Self {
            message,
            out,
            numbers: Vec::new(),
        }
    }

    fn begin(&mut self, kind: &str, number: usize) {
        self.numbers.push(number);
        self.out.element();
        self.out.open_object();
        self.out.member("type");
        self.out.string(kind);
    }

    /// Adds a text, which is JSON.
    fn text(&mut self, text: &str, mark: Option<&str>, number: usize) {
        if !is_filled(text) {
            return;
        }
        self.begin("output_text", number);
        self.out.member("text");
        self.out.raw(text);
        if let Some(mark) = mark {
            self.out.member("cache_control");
            self.out.raw(mark);
        }
        self.out.close_object();
    }

    /// Adds a refusal, which is JSON.
    fn refusal(&mut self, text: &str, number: usize) {
        self.begin("refusal", number);
        self.out.member("refusal");
        self.out.raw(text);
        self.out.close_object();
    }

    /// Writes the message so far, and begins another one.
    fn flush(&mut self, conversation: &mut Conversation<'_, '_>) {
        if self.numbers.is_empty() {
            return;
        }
        let Self {
            mut out, numbers, ..
        } = std::mem::replace(self, Self::new(self.message));
        out.close_array();
        let differs = numbers.iter().enumerate().any(|(own, sent)| own != *sent);
        let numbers = differs.then(|| numbers.into_boxed_slice());
        begin_message(conversation, Origin::Content(self.message, numbers));
        let parts = out.finish();
        conversation
            .out
            .raw(std::str::from_utf8(&parts).unwrap_or("[]"));
        conversation.out.close_object();
    }
}
