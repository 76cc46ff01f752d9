//! The reasoning of a message of the model, as items.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use super::conversation::Conversation;
use super::object::{Object, is_filled, join};
use crate::chat_client::names::Origin;
use crate::json_text;
use crate::refusal::Refusal;

/// Format of reasoning in Anthropic's form.
const ANTHROPIC: &str = "\"anthropic-claude-v1\"";

/// One reasoning item: at most one signature and one encrypted text, as providers want them back.
#[derive(Debug, Default)]
struct Block<'a> {
    /// The texts of JSON strings.
    id: Option<&'a str>,
    format: Option<&'a str>,
    encrypted: Option<&'a str>,
    signature: Option<&'a str>,
    texts: Vec<Text<'a>>,
}

/// A text of a block.
#[derive(Debug)]
struct Text<'a> {
    is_summary: bool,
    /// The number of the block at the client. Pieces with the same number are one text.
    index: Option<&'a str>,
    text: Cow<'a, str>,
}

/// Writes the reasoning of a message. The details have all of it; the other members repeat their
/// texts.
pub(super) fn write<'a>(
    conversation: &mut Conversation<'a, '_>,
    index: usize,
    message: &Object<'a>,
    path: &str,
) -> Result<(), Refusal> {
    let mut member = "reasoning_details";
    let mut blocks = Vec::new();
    for text in message.list(member, path)?.iter().flatten() {
        if let Some(detail) = Object::read(text, path)? {
            add_detail(&detail, &mut blocks);
        }
    }
    if blocks.is_empty() {
        member = "thinking_blocks";
        for text in message.list(member, path)?.iter().flatten() {
            if let Some(block) = Object::read(text, path)? {
                blocks.extend(thinking(&block));
            }
        }
    }
    let has_text = blocks.iter().any(|block| !block.texts.is_empty());
    if !has_text {
        let plain = ["reasoning_content", "reasoning"]
            .into_iter()
            .find_map(|name| {
                let text = message.string(name).filter(|text| !text.is_empty())?;
                Some((name, text))
            });
        if let Some((name, text)) = plain {
            let is_summary = !blocks.is_empty();
            if !is_summary {
                member = name;
                blocks.push(Block::default());
            }
            if let Some(first) = blocks.first_mut() {
                first.texts.push(Text {
                    is_summary,
                    index: None,
                    text,
                });
            }
        }
    }
    for name in ["reasoning_content", "reasoning"] {
        let odd = message.get(name).is_some_and(|text| !text.starts_with('"'));
        if odd {
            let path = join(path, name);
            conversation.notes.ignored(path, "it is not a string");
        }
    }
    for block in &blocks {
        block.write(conversation, Origin::Reasoning(index, member));
    }
    Ok(())
}

/// Writes a part with reasoning in a list of content.
pub(super) fn write_block<'a>(
    conversation: &mut Conversation<'a, '_>,
    index: usize,
    part: &Object<'a>,
) {
    if let Some(block) = thinking(part) {
        block.write(conversation, Origin::Reasoning(index, "content"));
    }
}

/// Returns the text of a member that is a string and not empty.
fn filled<'a>(object: &Object<'a>, name: &str) -> Option<&'a str> {
    object.get(name).filter(|text| is_filled(text))
}

/// Adds an element of `reasoning_details` to the last block, or as a new one.
fn add_detail<'a>(detail: &Object<'a>, blocks: &mut Vec<Block<'a>>) {
    let text = filled(detail, "text").map(|text| (false, text));
    let summary = filled(detail, "summary").map(|text| (true, text));
    let found = Block {
        id: filled(detail, "id"),
        format: filled(detail, "format"),
        encrypted: filled(detail, "data"),
        signature: filled(detail, "signature"),
        texts: Vec::new(),
    };
    let text = text.or(summary);
    if text.is_none() && found.encrypted.is_none() && found.signature.is_none() {
        return;
    }
    let index = detail.get("index");
    let text = text.and_then(|(is_summary, text)| {
        Some(Text {
            is_summary,
            index,
            text: json_text::string(text)?,
        })
    });
    if let Some(last) = blocks.last_mut().filter(|last| last.takes(&found, &text)) {
        last.id = last.id.or(found.id);
        last.format = last.format.or(found.format);
        last.encrypted = last.encrypted.or(found.encrypted);
        last.signature = last.signature.or(found.signature);
        last.texts_push(text);
    } else {
        let mut block = found;
        block.texts_push(text);
        blocks.push(block);
    }
}

/// Returns a block in Anthropic's form: `thinking` or `redacted_thinking`. Mistral has a list of
/// texts in it.
fn thinking<'a>(block: &Object<'a>) -> Option<Block<'a>> {
    let text = block
        .get("thinking")
        .or(block.get("text"))
        .map(|value| match json_text::elements(value) {
            Some(list) => {
                let texts = list.iter().filter_map(|text| json_text::get(text, "text"));
                Cow::Owned(texts.filter_map(json_text::string).collect::<String>())
            }
            None => json_text::string(value).unwrap_or_default(),
        })
        .filter(|text: &Cow<'a, str>| !text.is_empty());
    let encrypted = filled(block, "data");
    let signature = filled(block, "signature");
    if text.is_none() && encrypted.is_none() && signature.is_none() {
        return None;
    }
    let sealed = encrypted.is_some() || signature.is_some();
    let text = text.map(|text| Text {
        is_summary: false,
        index: None,
        text,
    });
    Some(Block {
        id: None,
        format: sealed.then_some(ANTHROPIC),
        encrypted,
        signature,
        texts: text.into_iter().collect(),
    })
}

impl<'a> Block<'a> {
    /// Returns `true` if a detail belongs to this block.
    fn takes(&self, detail: &Self, text: &Option<Text<'a>>) -> bool {
        let differs = |own: Option<&str>, new: Option<&str>| match (own, new) {
            (Some(own), Some(new)) => own != new,
            _ => false,
        };
        if differs(self.id, detail.id) || differs(self.format, detail.format) {
            return false;
        }
        let sealed = self.encrypted.is_some() || self.signature.is_some();
        let is_summary = |text: &Text<'_>| text.is_summary;
        // An id that comes with encrypted data is that of a summary before it. Gemini's is that of a
        // call, and its texts are not summaries.
        let other_id = self.id.is_none()
            && detail.id.is_some()
            && detail.encrypted.is_some()
            && !self.texts.iter().all(is_summary);
        if sealed || other_id {
            return false;
        }
        // A signature is that of the text before it, if it has no text of its own.
        let signs_other = detail.signature.is_some()
            && text.as_ref().is_some_and(|text| {
                let last = self.texts.last();
                last.is_some_and(|last| last.index.is_none() || last.index != text.index)
            });
        let kinds_differ = text.as_ref().is_some_and(|text| {
            let last = self.texts.last();
            last.is_some_and(|last| last.is_summary != text.is_summary)
        });
        !signs_other && !kinds_differ
    }

    /// Adds a text, which may be the next piece of the last one.
    fn texts_push(&mut self, text: Option<Text<'a>>) {
        let Some(text) = text else { return };
        match self.texts.last_mut() {
            Some(last) if text.index.is_some() && last.index == text.index => {
                last.text.to_mut().push_str(&text.text);
            }
            _ => self.texts.push(text),
        }
    }

    fn write(&self, conversation: &mut Conversation<'_, '_>, origin: Origin) {
        conversation.begin("reasoning", origin);
        let out = &mut *conversation.out;
        if let Some(id) = self.id {
            out.member("id");
            out.raw(id);
        }
        out.member("summary");
        self.write_texts(true, "summary_text", out);
        if self.texts.iter().any(|text| !text.is_summary) {
            out.member("content");
            self.write_texts(false, "reasoning_text", out);
        }
        for (name, value) in [
            ("encrypted_content", self.encrypted),
            ("signature", self.signature),
            ("format", self.format),
        ] {
            if let Some(value) = value {
                out.member(name);
                out.raw(value);
            }
        }
        out.close_object();
    }

    fn write_texts(&self, summaries: bool, kind: &str, out: &mut Writer) {
        out.open_array();
        for text in self
            .texts
            .iter()
            .filter(|text| text.is_summary == summaries)
        {
            out.element();
            out.open_object();
            out.member("type");
            out.string(kind);
            out.member("text");
            out.string(&text.text);
            out.close_object();
        }
        out.close_array();
    }
}
