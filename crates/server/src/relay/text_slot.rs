//! [`TextSlot`]: the texts of an item that are streamed in deltas.

use orouter_wire::item::SummaryPart;
use orouter_wire::{ContentPart, Item, MessageContent, StreamEvent};

/// A text of an item that is streamed in deltas.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum TextSlot {
    /// The content part with this index.
    Part(u32),
    /// The summary part with this index.
    Summary(u32),
    /// The arguments or the input of a call.
    Call,
}

/// Returns the texts that the item has.
pub(super) fn slots(item: &Item) -> Vec<TextSlot> {
    let count = |length: usize| 0..u32::try_from(length).unwrap_or(u32::MAX);
    match item {
        Item::Message(message) => count(message.parts().len()).map(TextSlot::Part).collect(),
        Item::Reasoning(item) => {
            let parts = item.content.as_ref().map_or(0, Vec::len);
            let summary = item.summary.as_ref().map_or(0, Vec::len);
            let summary = count(summary).map(TextSlot::Summary);
            count(parts).map(TextSlot::Part).chain(summary).collect()
        }
        Item::FunctionCall(_) | Item::CustomToolCall(_) | Item::McpCall(_) => vec![TextSlot::Call],
        _ => Vec::new(),
    }
}

/// Returns a text of the item.
pub(super) fn text(item: &mut Item, slot: TextSlot) -> Option<&mut String> {
    match (item, slot) {
        (Item::Message(message), TextSlot::Part(at)) => match &mut message.content {
            Some(MessageContent::Parts(parts)) => part_text(parts.get_mut(at as usize)?),
            _ => None,
        },
        (Item::Reasoning(item), TextSlot::Part(at)) => {
            part_text(item.content.as_mut()?.get_mut(at as usize)?)
        }
        (Item::Reasoning(item), TextSlot::Summary(at)) => {
            match item.summary.as_mut()?.get_mut(at as usize)? {
                SummaryPart::SummaryText(part) => Some(&mut part.text),
                _ => None,
            }
        }
        (Item::FunctionCall(call), TextSlot::Call) => Some(&mut call.arguments),
        (Item::CustomToolCall(call), TextSlot::Call) => Some(&mut call.input),
        (Item::McpCall(call), TextSlot::Call) => Some(&mut call.arguments),
        _ => None,
    }
}

fn part_text(part: &mut ContentPart) -> Option<&mut String> {
    match part {
        ContentPart::OutputText(part) => Some(&mut part.text),
        ContentPart::Refusal(part) => Some(&mut part.refusal),
        ContentPart::ReasoningText(part) => Some(&mut part.text),
        _ => None,
    }
}

/// Returns the delta of an event and the text to which it belongs.
pub(super) fn delta(event: &mut StreamEvent) -> Option<(TextSlot, &mut String)> {
    use StreamEvent as E;
    match event {
        E::OutputTextDelta(e) | E::RefusalDelta(e) | E::ReasoningTextDelta(e) => {
            Some((TextSlot::Part(e.content_index), &mut e.delta))
        }
        E::ReasoningSummaryTextDelta(e) => Some((TextSlot::Summary(e.summary_index), &mut e.delta)),
        E::FunctionCallArgumentsDelta(e)
        | E::CustomToolCallInputDelta(e)
        | E::McpCallArgumentsDelta(e) => Some((TextSlot::Call, &mut e.delta)),
        _ => None,
    }
}
