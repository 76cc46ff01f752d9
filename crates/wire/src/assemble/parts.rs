//! The text inside parts and items that deltas add to.

use crate::content::ContentPart;
use crate::item::{Item, Message, MessageContent, PatchOperation};

/// The text of a part that grows.
pub(super) fn text_mut(part: &mut ContentPart) -> Option<&mut String> {
    match part {
        ContentPart::OutputText(part) => Some(&mut part.text),
        ContentPart::Text(part) => Some(&mut part.text),
        ContentPart::ReasoningText(part) => Some(&mut part.text),
        ContentPart::SummaryText(part) => Some(&mut part.text),
        ContentPart::Refusal(part) => Some(&mut part.refusal),
        _ => None,
    }
}

/// Makes a message's content a list of parts where it is none, so that parts can grow.
pub(super) fn make_list(message: &mut Message) {
    let parts = match &mut message.content {
        Some(MessageContent::Parts(_)) => return,
        Some(MessageContent::Text(text)) if !text.is_empty() => {
            vec![ContentPart::output_text(std::mem::take(text))]
        }
        _ => Vec::new(),
    };
    message.content = Some(MessageContent::Parts(parts));
}

/// How many parts an item's list has: content, commands or outputs, whichever it grows by.
pub(super) fn count(item: &Item) -> usize {
    match item {
        Item::Message(message) => match &message.content {
            Some(MessageContent::Text(text)) => usize::from(!text.is_empty()),
            _ => message.parts().len(),
        },
        Item::Reasoning(reasoning) => reasoning.content.as_ref().map_or(0, Vec::len),
        Item::ShellCall(call) => call
            .action
            .as_ref()
            .map_or(0, |action| action.commands.len()),
        Item::ShellCallOutput(output) => output.output.len(),
        _ => 0,
    }
}

/// How many parts an item's reasoning summary has.
pub(super) fn summary_count(item: &Item) -> usize {
    match item {
        Item::Reasoning(reasoning) => reasoning.summary.as_ref().map_or(0, Vec::len),
        _ => 0,
    }
}

/// The diff of a patch.
pub(super) fn diff_mut(operation: &mut PatchOperation) -> Option<&mut String> {
    match operation {
        PatchOperation::CreateFile(operation) => Some(&mut operation.diff),
        PatchOperation::UpdateFile(operation) => Some(&mut operation.diff),
        _ => None,
    }
}
