//! The texts of an item that are streamed in deltas.

use orouter_wire::event::PartList;
use orouter_wire::item::{PatchOperation, SummaryPart};
use orouter_wire::{ContentPart, Item, MessageContent, StreamEvent};

/// A text of an item: the list of its part, and the number of the part.
pub(super) type TextSlot = (PartList, u32);

/// Returns the texts that the item has.
pub(super) fn slots(item: &Item) -> Vec<TextSlot> {
    let count = |list: PartList, length: usize| {
        (0..u32::try_from(length).unwrap_or(u32::MAX)).map(move |number| (list, number))
    };
    match item {
        Item::Message(message) => count(PartList::Content, message.parts().len()).collect(),
        Item::Reasoning(item) => {
            let parts = item.content.as_ref().map_or(0, Vec::len);
            let summary = item.summary.as_ref().map_or(0, Vec::len);
            let summary = count(PartList::Summary, summary);
            count(PartList::Content, parts).chain(summary).collect()
        }
        Item::FunctionCall(_)
        | Item::CustomToolCall(_)
        | Item::McpCall(_)
        | Item::CodeInterpreterCall(_)
        | Item::ApplyPatchCall(_) => vec![(PartList::Whole, 0)],
        Item::ShellCall(call) => {
            let commands = call
                .action
                .as_ref()
                .map_or(0, |action| action.commands.len());
            count(PartList::Commands, commands).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns a text of the item. `None` if the item does not have the part, or the part is not a text.
pub(super) fn text(item: &mut Item, slot: TextSlot) -> Option<&mut String> {
    let at = usize::try_from(slot.1).ok()?;
    match (item, slot.0) {
        (Item::Message(message), PartList::Content) => match &mut message.content {
            Some(MessageContent::Parts(parts)) => part_text(parts.get_mut(at)?),
            _ => None,
        },
        (Item::Reasoning(item), PartList::Content) => {
            part_text(item.content.as_mut()?.get_mut(at)?)
        }
        (Item::Reasoning(item), PartList::Summary) => {
            let part = item.summary.as_mut()?.get_mut(at)?;
            SummaryPart::text_mut(part)
        }
        (Item::FunctionCall(call), PartList::Whole) => Some(&mut call.arguments),
        (Item::CustomToolCall(call), PartList::Whole) => Some(&mut call.input),
        (Item::McpCall(call), PartList::Whole) => Some(&mut call.arguments),
        (Item::CodeInterpreterCall(call), PartList::Whole) => call.code.as_mut(),
        (Item::ApplyPatchCall(call), PartList::Whole) => match &mut call.operation {
            Some(PatchOperation::CreateFile(operation)) => Some(&mut operation.diff),
            Some(PatchOperation::UpdateFile(operation)) => Some(&mut operation.diff),
            _ => None,
        },
        (Item::ShellCall(call), PartList::Commands) => call.action.as_mut()?.commands.get_mut(at),
        _ => None,
    }
}

fn part_text(part: &mut ContentPart) -> Option<&mut String> {
    match part {
        ContentPart::OutputText(part) => Some(&mut part.text),
        ContentPart::Text(part) => Some(&mut part.text),
        ContentPart::SummaryText(part) => Some(&mut part.text),
        ContentPart::Refusal(part) => Some(&mut part.refusal),
        ContentPart::ReasoningText(part) => Some(&mut part.text),
        _ => None,
    }
}

/// Turns a message's plain string into a part, because messages are streamed in parts.
pub(super) fn as_parts(item: &mut Item) {
    if let Item::Message(message) = item
        && let Some(MessageContent::Text(text)) = &message.content
    {
        let part = ContentPart::output_text(text.as_str());
        message.content = Some(MessageContent::Parts(vec![part]));
    }
}

/// Returns `true` if the item has content that is streamed in parts or deltas.
pub(super) fn has_content(item: &Item) -> bool {
    match item {
        Item::Message(message) => match &message.content {
            Some(MessageContent::Parts(parts)) => !parts.is_empty(),
            Some(_) => true,
            None => false,
        },
        Item::Reasoning(item) => {
            let parts = item.content.as_ref().is_some_and(|parts| !parts.is_empty());
            parts || item.summary.as_ref().is_some_and(|parts| !parts.is_empty())
        }
        Item::FunctionCall(call) => !call.arguments.is_empty(),
        Item::CustomToolCall(call) => !call.input.is_empty(),
        Item::McpCall(call) => !call.arguments.is_empty(),
        Item::CodeInterpreterCall(call) => call.code.as_ref().is_some_and(|code| !code.is_empty()),
        Item::ApplyPatchCall(call) => match &call.operation {
            Some(PatchOperation::CreateFile(operation)) => !operation.diff.is_empty(),
            Some(PatchOperation::UpdateFile(operation)) => !operation.diff.is_empty(),
            _ => false,
        },
        Item::ShellCall(call) => {
            let commands = call
                .action
                .as_ref()
                .map_or(0, |action| action.commands.len());
            commands > 0
        }
        _ => false,
    }
}

/// Returns the text of a delta event.
pub(super) fn delta(event: &mut StreamEvent) -> Option<&mut String> {
    use StreamEvent as E;
    match event {
        E::OutputTextDelta(e) | E::RefusalDelta(e) | E::ReasoningTextDelta(e) => Some(&mut e.delta),
        E::ReasoningSummaryTextDelta(e) => Some(&mut e.delta),
        E::FunctionCallArgumentsDelta(e)
        | E::CustomToolCallInputDelta(e)
        | E::McpCallArgumentsDelta(e)
        | E::CodeInterpreterCallCodeDelta(e)
        | E::ApplyPatchCallOperationDiffDelta(e) => Some(&mut e.delta),
        E::ShellCallCommandDelta(e) => Some(&mut e.delta),
        _ => None,
    }
}
