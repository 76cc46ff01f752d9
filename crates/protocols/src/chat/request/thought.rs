//! [`Thought`]: reasoning of the model in the history, and its form in Chat Completions.

use orouter_wire::json::Writer;
use orouter_wire::{ContentPart, ReasoningItem, SummaryPart};

use crate::notes::Notes;
use crate::request::part::string;
use crate::request::place::Place;
use crate::request::support::Support;
use crate::seals;
use crate::target::Target;

/// The members of a message that can have the text of reasoning, as endpoints list them. Some servers
/// refuse a message with a member that they do not know, also if their models take an effort.
const REASONING: &[&str] = &["reasoning_content", "reasoning"];

/// Reasoning of the model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thought<'a> {
    item: &'a ReasoningItem,
    /// The text is sent.
    text: bool,
    /// The encrypted form or the signature is sent.
    sealed: bool,
}

/// Reads reasoning items.
#[derive(Clone, Copy)]
pub(super) struct ThoughtReader<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) support: Support<'a>,
    pub(super) notes: &'a Notes,
}

impl<'a> ThoughtReader<'a> {
    /// Reads a reasoning item. `None` if the endpoint cannot use it; it is then in the notes.
    pub(super) fn read(self, item: &'a ReasoningItem, place: Place) -> Option<Thought<'a>> {
        let Self {
            target,
            support,
            notes,
        } = self;
        let has_text = !is_empty(item);
        let mut seals = seals::of_reasoning(item).peekable();
        let has_seal = seals.peek().is_some();
        let knows_text = REASONING.iter().any(|name| support.allows(name));
        let text = has_text && knows_text;
        let knows_seals = knows_text || support.lists("reasoning_details");
        let sealed = has_seal && knows_seals && seals.all(|seal| (target.accepts_encrypted)(seal));
        if has_text && !text && !sealed || has_seal && !knows_seals {
            notes.skipped(
                place.to_string(),
                "the endpoint lists neither `reasoning` nor `reasoning_content`, so it may refuse them",
            );
        } else if has_seal && !sealed {
            let member = match item.encrypted_content {
                Some(_) => "encrypted_content",
                None => "signature",
            };
            notes.skipped(
                place.member(member).to_string(),
                "another endpoint encrypted or signed this reasoning, and this one cannot read it",
            );
        } else if !has_text && !has_seal {
            notes.skipped(place.to_string(), "the reasoning has no text");
        }
        (text || sealed).then_some(Thought { item, text, sealed })
    }
}

impl Thought<'_> {
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
        let name = REASONING.iter().find(|name| support.allows(name));
        string(
            out,
            name.unwrap_or(&"reasoning_content"),
            &text.join("\n\n"),
        );
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

/// Writes the details of one item: its text, its summary and its encrypted form, in this order. The
/// item's signature is that of its last text, or of its last summary if it has no text: a signature
/// ends the block that it signs.
fn write_details(item: &ReasoningItem, index: &mut u64, out: &mut Writer) {
    let encrypted = item.encrypted_content.as_deref().unwrap_or_default();
    let of_item = item.signature.as_deref().filter(|text| !text.is_empty());
    let parts = item.content.iter().flatten();
    let mut disclosed = parts
        .filter_map(|part| Some((part, part.reasoning_text()?)))
        .filter(|(_, text)| !text.is_empty())
        .peekable();
    let is_disclosed = disclosed.peek().is_some();
    while let Some((part, text)) = disclosed.next() {
        let own = match part {
            ContentPart::ReasoningText(part) => part.signature.as_deref(),
            _ => None,
        };
        let own = own.filter(|signature| !signature.is_empty());
        let of_item = of_item.filter(|_| disclosed.peek().is_none());
        open(item, "reasoning.text", index, out);
        string(out, "text", text);
        if let Some(signature) = own.or(of_item) {
            string(out, "signature", signature);
        }
        out.close_object();
    }
    let summaries = item.summary.iter().flatten();
    let mut summaries = summaries
        .filter_map(SummaryPart::text)
        .filter(|text| !text.is_empty())
        .peekable();
    while let Some(text) = summaries.next() {
        let signs = !is_disclosed && summaries.peek().is_none();
        if let Some(signature) = of_item.filter(|_| signs) {
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
        && let Some(signature) = of_item
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
