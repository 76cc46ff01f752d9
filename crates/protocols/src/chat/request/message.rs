//! [`Message`]: a message of Chat Completions, made of parts of the client's request.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use super::part;
use super::thought::{self, Thought};
use crate::request::call::Call;
use crate::request::part::{Part, string};
use crate::request::support::Support;

/// A message of Chat Completions.
#[derive(Debug)]
pub(super) enum Message<'a> {
    System(Vec<Part<'a>>),
    User(Vec<Part<'a>>),
    Assistant(Assistant<'a>),
    /// The result of a tool call.
    Tool {
        id: Cow<'a, str>,
        text: Cow<'a, str>,
    },
}

/// A message of the model.
#[derive(Debug, Default)]
pub(super) struct Assistant<'a> {
    pub(super) thoughts: Vec<Thought<'a>>,
    /// Texts only.
    pub(super) parts: Vec<Part<'a>>,
    pub(super) refusal: Option<Cow<'a, str>>,
    pub(super) calls: Vec<Call<'a>>,
}

impl Assistant<'_> {
    /// Returns `true` if the message has a text or a refusal.
    pub(super) fn has_content(&self) -> bool {
        !self.parts.is_empty() || self.refusal.is_some()
    }
}

impl Message<'_> {
    /// Returns the approximate size of the message in the body, in bytes.
    pub(super) fn size(&self) -> usize {
        let content = match self {
            Self::System(parts) | Self::User(parts) => parts.iter().map(Part::size).sum(),
            Self::Tool { text, .. } => text.len() + 64,
            Self::Assistant(message) => {
                let parts: usize = message.parts.iter().map(Part::size).sum();
                let calls: usize = message.calls.iter().map(Call::size).sum();
                let thoughts: usize = message.thoughts.iter().map(Thought::size).sum();
                parts + calls + thoughts + message.refusal.as_deref().map_or(0, str::len)
            }
        };
        content + 64
    }

    /// Writes the message as an object.
    pub(super) fn write(&self, support: Support<'_>, out: &mut Writer) {
        out.open_object();
        match self {
            Self::System(parts) => {
                string(out, "role", "system");
                write_content(parts, out);
            }
            Self::User(parts) => {
                string(out, "role", "user");
                write_content(parts, out);
            }
            Self::Tool { id, text } => {
                string(out, "role", "tool");
                string(out, "tool_call_id", id);
                string(out, "content", text);
            }
            Self::Assistant(message) => write_assistant(message, support, out),
        }
        out.close_object();
    }
}

/// Writes `content`: a string if one unmarked text is all of it, otherwise a list of parts.
fn write_content(parts: &[Part<'_>], out: &mut Writer) {
    match parts {
        [] => string(out, "content", ""),
        [part] if part.plain().is_some() => {
            string(out, "content", part.plain().unwrap_or_default());
        }
        parts => write_parts(parts, out),
    }
}

fn write_parts(parts: &[Part<'_>], out: &mut Writer) {
    out.member("content");
    out.open_array();
    for part in parts {
        out.element();
        part::write(part, out);
    }
    out.close_array();
}

fn write_assistant(message: &Assistant<'_>, support: Support<'_>, out: &mut Writer) {
    string(out, "role", "assistant");
    match message.parts.as_slice() {
        // Servers that do not know `refusal` refuse a message without content and calls.
        [] => match &message.refusal {
            Some(refusal) => string(out, "content", refusal),
            None => {
                out.member("content");
                out.null();
            }
        },
        [part] if part.plain().is_some() => {
            string(out, "content", part.plain().unwrap_or_default());
        }
        // Many servers take only a string here.
        parts if parts.iter().all(|part| part.plain().is_some()) => {
            let text: String = parts.iter().filter_map(Part::plain).collect();
            string(out, "content", &text);
        }
        parts => write_parts(parts, out),
    }
    if let Some(refusal) = &message.refusal {
        string(out, "refusal", refusal);
    }
    thought::write(&message.thoughts, support, out);
    if !message.calls.is_empty() {
        out.member("tool_calls");
        out.open_array();
        for call in &message.calls {
            out.element();
            write_call(call, out);
        }
        out.close_array();
    }
}

fn write_call(call: &Call<'_>, out: &mut Writer) {
    out.open_object();
    string(out, "id", &call.id);
    string(out, "type", "function");
    out.member("function");
    out.open_object();
    string(out, "name", &call.name);
    string(out, "arguments", &call.arguments());
    out.close_object();
    if let Some(extra) = call.extra_content {
        out.member("extra_content");
        out.raw(extra.get());
    }
    out.close_object();
}
