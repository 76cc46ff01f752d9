//! Filling the gaps of what a sender says in the end from what it said on the way.
//!
//! A later value wins. Only what it leaves empty is taken from the earlier one: some servers send
//! a final response without output, or an item without the text that they streamed.

use crate::content::ContentPart;
use crate::item::{Item, MessageContent, PatchOperation, SummaryPart};
use crate::response::Response;

use super::parts;

/// Fills a final response from the one that was assembled, all but its output.
pub(super) fn response(new: &mut Response, old: Response) {
    text(&mut new.id, old.id);
    text(&mut new.model, old.model);
    if new.created_at == 0 {
        new.created_at = old.created_at;
    }
    option(&mut new.usage, old.usage);
    option(&mut new.openrouter_metadata, old.openrouter_metadata);
    option(&mut new.error, old.error);
}

/// Fills an item from what was known of it, if both are of one kind.
pub(super) fn item(new: &mut Item, old: Item) {
    match (new, old) {
        (Item::Message(new), Item::Message(old)) => {
            option(&mut new.id, old.id);
            match (&mut new.content, old.content) {
                (Some(MessageContent::Parts(new)), Some(MessageContent::Parts(old))) => {
                    parts_of(new, old);
                }
                (Some(MessageContent::Text(text)), old @ Some(_)) if text.is_empty() => {
                    new.content = old;
                }
                (new @ None, old) => *new = old,
                _ => {}
            }
        }
        (Item::Reasoning(new), Item::Reasoning(old)) => {
            option(&mut new.id, old.id);
            option(&mut new.encrypted_content, old.encrypted_content);
            match (&mut new.content, old.content) {
                (Some(new), Some(old)) if !new.is_empty() => parts_of(new, old),
                (new, old) => list(new, old),
            }
            match (&mut new.summary, old.summary) {
                (Some(new), Some(old)) if !new.is_empty() => {
                    for (new, old) in new.iter_mut().zip(old) {
                        summary(new, old);
                    }
                }
                (new, old) => list(new, old),
            }
        }
        (Item::FunctionCall(new), Item::FunctionCall(old)) => {
            option(&mut new.id, old.id);
            text(&mut new.call_id, old.call_id);
            text(&mut new.name, old.name);
            text(&mut new.arguments, old.arguments);
        }
        (Item::CustomToolCall(new), Item::CustomToolCall(old)) => {
            option(&mut new.id, old.id);
            text(&mut new.call_id, old.call_id);
            text(&mut new.name, old.name);
            text(&mut new.input, old.input);
        }
        (Item::McpCall(new), Item::McpCall(old)) => {
            option(&mut new.id, old.id);
            text(&mut new.name, old.name);
            text(&mut new.arguments, old.arguments);
        }
        (Item::CodeInterpreterCall(new), Item::CodeInterpreterCall(old)) => {
            option(&mut new.id, old.id);
            match (&mut new.code, old.code) {
                (Some(new), Some(old)) => text(new, old),
                (new @ None, old) => *new = old,
                _ => {}
            }
        }
        (Item::ApplyPatchCall(new), Item::ApplyPatchCall(old)) => {
            option(&mut new.id, old.id);
            text(&mut new.call_id, old.call_id);
            match (&mut new.operation, old.operation) {
                (Some(new), Some(old)) => patch(new, old),
                (new @ None, old) => *new = old,
                _ => {}
            }
        }
        (Item::ShellCall(new), Item::ShellCall(old)) => {
            option(&mut new.id, old.id);
            text(&mut new.call_id, old.call_id);
            match (&mut new.action, old.action) {
                (Some(new), Some(old)) if new.commands.is_empty() => new.commands = old.commands,
                (new @ None, old) => *new = old,
                _ => {}
            }
        }
        (Item::ShellCallOutput(new), Item::ShellCallOutput(old)) => {
            option(&mut new.id, old.id);
            text(&mut new.call_id, old.call_id);
            if new.output.is_empty() {
                new.output = old.output;
            }
        }
        _ => {}
    }
}

/// Fills a part from what was known of it, if both are of one kind.
pub(super) fn part(new: &mut ContentPart, old: ContentPart) {
    match (new, old) {
        (ContentPart::OutputText(new), ContentPart::OutputText(old)) => {
            text(&mut new.text, old.text);
            list(&mut new.annotations, old.annotations);
            list(&mut new.logprobs, old.logprobs);
        }
        (ContentPart::OutputAudio(new), ContentPart::OutputAudio(old)) => {
            text(&mut new.data, old.data);
            option(&mut new.transcript, old.transcript);
        }
        (new, mut old) => {
            if std::mem::discriminant(new) == std::mem::discriminant(&old) {
                if let (Some(new), Some(old)) = (parts::text_mut(new), parts::text_mut(&mut old)) {
                    text(new, std::mem::take(old));
                }
            }
        }
    }
}

/// Fills a part of a reasoning summary.
pub(super) fn summary(new: &mut SummaryPart, mut old: SummaryPart) {
    if let (Some(new), Some(old)) = (new.text_mut(), old.text_mut()) {
        text(new, std::mem::take(old));
    }
}

fn parts_of(new: &mut Vec<ContentPart>, old: Vec<ContentPart>) {
    if new.is_empty() {
        *new = old;
        return;
    }
    for (new, old) in new.iter_mut().zip(old) {
        part(new, old);
    }
}

fn patch(new: &mut PatchOperation, mut old: PatchOperation) {
    if let (Some(new), Some(old)) = (parts::diff_mut(new), parts::diff_mut(&mut old)) {
        text(new, std::mem::take(old));
    }
}

fn text(new: &mut String, old: String) {
    if new.is_empty() {
        *new = old;
    }
}

fn option<T>(new: &mut Option<T>, old: Option<T>) {
    if new.is_none() {
        *new = old;
    }
}

fn list<T>(new: &mut Option<Vec<T>>, old: Option<Vec<T>>) {
    if new.as_ref().is_none_or(Vec::is_empty) {
        if let Some(old) = old {
            if !old.is_empty() {
                *new = Some(old);
            }
        }
    }
}
