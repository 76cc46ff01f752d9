//! Reasoning items as thinking blocks.
//!
//! A block of thinking is an item with one text and the `signature` of that text; redacted thinking is
//! an item with `encrypted_content`. The reply reader makes such items. The API verifies signatures, so
//! that thinking is sent as it came, or not at all.

use std::borrow::Cow;

use orouter_wire::item::ReasoningFormat;
use orouter_wire::{ContentPart, ReasoningItem, SummaryPart};

use super::block::Block;
use crate::notes::Notes;
use crate::request::place::Place;
use crate::seals;
use crate::target::Target;

/// Reads a reasoning item. Returns no blocks if the endpoint cannot verify it; it is then in the notes.
pub(super) fn read<'a>(
    item: &'a ReasoningItem,
    place: Place,
    target: &Target<'_>,
    notes: &Notes,
) -> Vec<Block<'a>> {
    let own = match &item.format {
        None | Some(ReasoningFormat::AnthropicClaudeV1) => true,
        Some(_) => false,
    };
    let mut seals = seals::of_reasoning(item).peekable();
    let unsigned = seals.peek().is_none();
    if unsigned {
        notes.skipped(
            place.to_string(),
            "the API takes back only reasoning that it has signed or encrypted",
        );
        return Vec::new();
    }
    if !own || !seals.all(|seal| (target.accepts_encrypted)(seal)) {
        notes.skipped(
            place.to_string(),
            "another endpoint encrypted or signed this reasoning, and this one cannot read it",
        );
        return Vec::new();
    }
    let mut blocks = Vec::new();
    read_signed(item, &mut blocks);
    let encrypted = item.encrypted_content.as_deref();
    let encrypted = encrypted.filter(|data| !data.is_empty());
    // Without a format, the text can be that of any service.
    if item.format.is_some() {
        blocks.extend(encrypted.map(Block::RedactedThinking));
    }
    if blocks.is_empty() {
        notes.skipped(
            place.to_string(),
            "the encrypted reasoning has no `format`, so that its service is not known",
        );
    }
    blocks
}

/// Adds the signed texts. The item's signature is that of the texts after the last one with a signature
/// of its own.
fn read_signed<'a>(item: &'a ReasoningItem, blocks: &mut Vec<Block<'a>>) {
    let mut open: Vec<&str> = Vec::new();
    for part in item.content.iter().flatten() {
        let ContentPart::ReasoningText(part) = part else {
            continue;
        };
        open.push(&part.text);
        let signature = part.signature.as_deref();
        if let Some(signature) = signature.filter(|signature| !signature.is_empty()) {
            blocks.push(thinking(&open, signature));
            open.clear();
        }
    }
    let signature = item.signature.as_deref();
    let Some(signature) = signature.filter(|signature| !signature.is_empty()) else {
        return;
    };
    let repeated = blocks.iter().any(|block| match block {
        Block::Thinking { signature: own, .. } => *own == signature,
        _ => false,
    });
    if repeated {
        return;
    }
    if item.content.as_ref().is_none_or(Vec::is_empty) {
        open.extend(item.summary.iter().flatten().filter_map(SummaryPart::text));
    }
    blocks.push(thinking(&open, signature));
}

fn thinking<'a>(texts: &[&'a str], signature: &'a str) -> Block<'a> {
    let text = match texts {
        [] => Cow::Borrowed(""),
        [text] => Cow::Borrowed(*text),
        texts => Cow::Owned(texts.concat()),
    };
    Block::Thinking { text, signature }
}
