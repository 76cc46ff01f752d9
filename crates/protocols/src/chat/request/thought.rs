//! [`Thought`]: reasoning of the model in the history, and its form in Chat Completions.

use orouter_wire::json::Writer;
use orouter_wire::{ContentPart, ReasoningItem, SummaryPart};

use super::part::string;
use super::place::Place;
use super::support::Support;
use crate::notes::Notes;
use crate::target::Target;

/// Parameters that models with reasoning list.
const REASONING: &[&str] = &[
    "reasoning",
    "reasoning_content",
    "reasoning_effort",
    "include_reasoning",
];

/// Reasoning of the model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thought<'a> {
    item: &'a ReasoningItem,
    /// The text is sent.
    text: bool,
    /// The encrypted form or the signature is sent.
    sealed: bool,
}

impl<'a> Thought<'a> {
    /// Reads a reasoning item. `None` if the endpoint cannot use it; it is then in the notes.
    pub(super) fn read(
        item: &'a ReasoningItem,
        place: Place,
        target: &Target<'_>,
        support: Support<'_>,
        notes: &Notes,
    ) -> Option<Self> {
        let has_text = !is_empty(item);
        let seal = item
            .encrypted_content
            .as_deref()
            .or_else(|| signature(item))
            .filter(|seal| !seal.is_empty());
        let text = has_text && REASONING.iter().any(|name| support.allows(name));
        let sealed = seal.is_some_and(|seal| (target.accepts_encrypted)(seal));
        if has_text && !text {
            notes.skipped(
                place.to_string(),
                "the endpoint does not list `reasoning`, so the model does not read it",
            );
        } else if seal.is_some() && !sealed {
            notes.skipped(
                place.member("encrypted_content").to_string(),
                "another endpoint encrypted or signed this reasoning, and this one cannot read it",
            );
        } else if !has_text && seal.is_none() {
            notes.skipped(place.to_string(), "the reasoning has no text");
        }
        (text || sealed).then_some(Self { item, text, sealed })
    }

    /// Returns the approximate size of the reasoning in the body, in bytes.
    pub(super) fn size(&self) -> usize {
        let texts: usize = texts(self.item).map(str::len).sum();
        let seal = self.item.encrypted_content.as_ref().map_or(0, String::len);
        2 * texts + seal + 256
    }
}

/// Writes the reasoning of one message as members of the open object.
pub(super) fn write(thoughts: &[Thought<'_>], support: Support<'_>, out: &mut Writer) {
    if thoughts.iter().any(|thought| thought.text) {
        let text: Vec<&str> = thoughts
            .iter()
            .filter(|thought| thought.text)
            .flat_map(|thought| texts(thought.item))
            .collect();
        let name = if support.lists("reasoning") && !support.lists("reasoning_content") {
            "reasoning"
        } else {
            "reasoning_content"
        };
        string(out, name, &text.join("\n\n"));
    }
    if thoughts.iter().any(|thought| thought.sealed) {
        out.member("reasoning_details");
        out.open_array();
        let mut index = 0;
        for thought in thoughts.iter().filter(|thought| thought.sealed) {
            write_details(thought.item, &mut index, out);
        }
        out.close_array();
    }
}

/// Writes the details of one item: its summary, its text and its encrypted form, in this order.
fn write_details(item: &ReasoningItem, index: &mut u64, out: &mut Writer) {
    let encrypted = item.encrypted_content.as_deref().unwrap_or_default();
    let mut disclosed = false;
    for part in item.content.iter().flatten() {
        let Some(text) = part.reasoning_text().filter(|text| !text.is_empty()) else {
            continue;
        };
        disclosed = true;
        let own = match part {
            ContentPart::ReasoningText(part) => part.signature.as_deref(),
            _ => None,
        };
        open(item, "reasoning.text", index, out);
        string(out, "text", text);
        if let Some(signature) = own.or(item.signature.as_deref()) {
            string(out, "signature", signature);
        }
        out.close_object();
    }
    let summaries = item.summary.iter().flatten();
    for text in summaries
        .filter_map(SummaryPart::text)
        .filter(|text| !text.is_empty())
    {
        // A signature without a disclosed text is the signature of the summary.
        if !disclosed && let Some(signature) = item.signature.as_deref() {
            open(item, "reasoning.text", index, out);
            string(out, "text", text);
            string(out, "signature", signature);
        } else {
            open(item, "reasoning.summary", index, out);
            string(out, "summary", text);
        }
        out.close_object();
    }
    if !encrypted.is_empty() {
        open(item, "reasoning.encrypted", index, out);
        string(out, "data", encrypted);
        out.close_object();
    } else if is_empty(item)
        && let Some(signature) = item.signature.as_deref()
    {
        open(item, "reasoning.text", index, out);
        string(out, "signature", signature);
        out.close_object();
    }
}

fn open(item: &ReasoningItem, kind: &str, index: &mut u64, out: &mut Writer) {
    out.element();
    out.open_object();
    string(out, "type", kind);
    if let Some(id) = &item.id {
        string(out, "id", id);
    }
    if let Some(format) = &item.format {
        string(out, "format", format.as_str());
    }
    out.member("index");
    out.unsigned(*index);
    *index += 1;
}

/// Returns the signature of the item or of one of its parts.
fn signature(item: &ReasoningItem) -> Option<&str> {
    let parts = item.content.iter().flatten();
    item.signature.as_deref().or_else(|| {
        parts
            .filter_map(|part| match part {
                ContentPart::ReasoningText(part) => part.signature.as_deref(),
                _ => None,
            })
            .next()
    })
}

fn is_empty(item: &ReasoningItem) -> bool {
    texts(item).next().is_none()
}

/// Returns the texts of the reasoning, or of its summary if the reasoning is not disclosed.
fn texts(item: &ReasoningItem) -> impl Iterator<Item = &str> {
    let content = || {
        item.content
            .iter()
            .flatten()
            .filter_map(ContentPart::reasoning_text)
            .filter(|text| !text.is_empty())
    };
    let summary = item
        .summary
        .iter()
        .flatten()
        .filter_map(SummaryPart::text)
        .filter(|text| !text.is_empty());
    let disclosed = content().next().is_some();
    content().chain(summary.filter(move |_| !disclosed))
}
