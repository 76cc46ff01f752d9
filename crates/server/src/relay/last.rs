//! The output of an endpoint's last event beside the items that were streamed: what the client has
//! not been told yet.

use orouter_wire::assemble::{Assembler, events_of_item};
use orouter_wire::event::ResponseEvent;
use orouter_wire::item::{ItemStatus, SummaryPart};
use orouter_wire::{ContentPart, Item, MessageContent, Response, StreamEvent};

use super::told::{Told, mark};
use crate::id::item_id;

/// An item of the output: as it was streamed, as the last event has it, or both.
pub(super) struct Entry {
    pub(super) streamed: Option<Item>,
    pub(super) said: Option<Item>,
}

impl Entry {
    /// The item with all that is known of it, ended with `status` unless it has ended otherwise.
    ///
    /// Text that was streamed stays as it is; the last event's text counts only if it begins with
    /// it.
    pub(super) fn closed(&self, status: &ItemStatus) -> Item {
        let mut item = match (&self.said, &self.streamed) {
            (Some(said), Some(streamed)) => agreeing(said.clone(), streamed),
            (Some(item), None) | (None, Some(item)) => item.clone(),
            (None, None) => Item::Message(Default::default()),
        };
        let ended = matches!(
            item.status(),
            Some(
                ItemStatus::Completed
                    | ItemStatus::Incomplete
                    | ItemStatus::Failed
                    | ItemStatus::Cancelled
            )
        );
        if !ended {
            item.set_status(status.clone());
        }
        if item.id().is_none_or(str::is_empty) {
            item.set_id(item_id("item_"));
        }
        as_parts(&mut item);
        item
    }
}

/// Pairs the streamed items with those of the last event. Streamed items keep their order; those
/// that only the last event has follow.
pub(super) fn compare(streamed: &[Item], said: Vec<Item>) -> Vec<Entry> {
    let mut said: Vec<Option<Item>> = said.into_iter().map(Some).collect();
    let mut entries: Vec<Entry> = streamed
        .iter()
        .map(|item| Entry {
            streamed: Some(item.clone()),
            said: None,
        })
        .collect();
    for matches in [is_named_alike, may_be_one] {
        for entry in &mut entries {
            let (None, Some(item)) = (&entry.said, &entry.streamed) else {
                continue;
            };
            let found = said
                .iter_mut()
                .find(|said| said.as_ref().is_some_and(|said| matches(item, said)));
            entry.said = found.and_then(Option::take);
        }
    }
    entries.extend(said.into_iter().flatten().map(|item| Entry {
        streamed: None,
        said: Some(item),
    }));
    entries
}

/// Whether two items of one kind have an id or a call id in common.
fn is_named_alike(a: &Item, b: &Item) -> bool {
    let alike = |a: Option<&str>, b: Option<&str>| a == b && a.is_some_and(|a| !a.is_empty());
    a.kind() == b.kind() && (alike(a.id(), b.id()) || alike(call_id(a), call_id(b)))
}

/// Whether two items can be one. Some servers make up a new id for every event.
fn may_be_one(a: &Item, b: &Item) -> bool {
    let differ = match (call_id(a), call_id(b)) {
        (Some(a), Some(b)) => !a.is_empty() && !b.is_empty() && a != b,
        _ => false,
    };
    a.kind() == b.kind() && !differ
}

fn call_id(item: &Item) -> Option<&str> {
    match item {
        Item::FunctionCall(item) => Some(&item.call_id),
        Item::FunctionCallOutput(item) => Some(&item.call_id),
        Item::CustomToolCall(item) => Some(&item.call_id),
        Item::CustomToolCallOutput(item) => Some(&item.call_id),
        Item::ComputerCall(item) => Some(&item.call_id),
        Item::LocalShellCall(item) => Some(&item.call_id),
        Item::ShellCall(item) => Some(&item.call_id),
        Item::ApplyPatchCall(item) => Some(&item.call_id),
        _ => None,
    }
}

/// The events that bring the client from the streamed item to this one, and end it.
pub(super) fn events(
    item: &Item,
    index: u32,
    streamed: Option<&Item>,
    told: &Told,
) -> Vec<StreamEvent> {
    let mut events = events_of_item(item, index);
    let Some(streamed) = streamed else {
        return events;
    };
    let mut streamed = streamed.clone();
    events.retain_mut(|event| match event {
        StreamEvent::OutputItemAdded(_) => false,
        StreamEvent::OutputItemDone(_) => true,
        event => match (mark(event), delta(event)) {
            (Some(mark), _) => !told.has(&mark),
            (None, Some((slot, delta))) => {
                let known = text(&mut streamed, slot).map(|text| text.len());
                let rest = delta.get(known.unwrap_or_default()..).unwrap_or_default();
                *delta = rest.to_owned();
                !delta.is_empty()
            }
            (None, None) => false,
        },
    });
    events
}

/// The output with the gaps of its items filled from the last event's.
pub(super) fn filled(output: &[Item], entries: Vec<Entry>) -> Vec<Item> {
    if output.len() != entries.len() {
        return output.to_vec();
    }
    let said = output.iter().zip(entries).map(|(item, entry)| {
        let mut said = entry.said.unwrap_or_else(|| item.clone());
        if let Some(id) = item.id() {
            said.set_id(id);
        }
        said
    });
    let whole = |output: Vec<Item>| {
        let mut response = Response::default();
        response.output = output;
        ResponseEvent::new(response)
    };
    let mut assembler = Assembler::new();
    assembler.push_owned(StreamEvent::Created(whole(said.collect())));
    assembler.push_owned(StreamEvent::Completed(whole(output.to_vec())));
    assembler.into_response().output
}

/// The item of the last event with the streamed one's id, and its text where the two disagree.
fn agreeing(mut said: Item, streamed: &Item) -> Item {
    let mut streamed = streamed.clone();
    if let Some(id) = streamed.id().map(str::to_owned) {
        said.set_id(id);
    }
    as_parts(&mut said);
    as_parts(&mut streamed);
    if missing_parts(&said, &streamed) {
        return streamed;
    }
    for slot in slots(&streamed) {
        let Some(old) = text(&mut streamed, slot).map(std::mem::take) else {
            continue;
        };
        match text(&mut said, slot) {
            Some(new) if !new.starts_with(&old) => *new = old,
            _ => {}
        }
    }
    said
}

/// A message's plain string as a part, which is how it is streamed.
fn as_parts(item: &mut Item) {
    if let Item::Message(message) = item
        && let Some(MessageContent::Text(text)) = &message.content
    {
        let part = ContentPart::output_text(text.as_str());
        message.content = Some(MessageContent::Parts(vec![part]));
    }
}

/// Whether all text of the streamed item is the beginning of the text in the same place of the
/// other, which is of the same kind.
pub(super) fn continues(said: &Item, streamed: &Item) -> bool {
    let (mut said, mut streamed) = (said.clone(), streamed.clone());
    as_parts(&mut said);
    said.kind() == streamed.kind()
        && slots(&streamed).into_iter().all(|slot| {
            let old = text(&mut streamed, slot).map(std::mem::take);
            let new = text(&mut said, slot).map(|text| &*text);
            old.is_none_or(|old| new.is_some_and(|new| new.starts_with(&old)))
        })
}

/// Whether the last event's item lacks parts that were streamed.
fn missing_parts(said: &Item, streamed: &Item) -> bool {
    slots(said).len() < slots(streamed).len()
}

/// A text of an item that comes in deltas.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Slot {
    Part(u32),
    Summary(u32),
    Call,
}

fn slots(item: &Item) -> Vec<Slot> {
    let count = |length: usize| 0..u32::try_from(length).unwrap_or(u32::MAX);
    match item {
        Item::Message(message) => count(message.parts().len()).map(Slot::Part).collect(),
        Item::Reasoning(item) => {
            let parts = item.content.as_ref().map_or(0, Vec::len);
            let summary = item.summary.as_ref().map_or(0, Vec::len);
            let summary = count(summary).map(Slot::Summary);
            count(parts).map(Slot::Part).chain(summary).collect()
        }
        Item::FunctionCall(_) | Item::CustomToolCall(_) | Item::McpCall(_) => vec![Slot::Call],
        _ => Vec::new(),
    }
}

/// The text of an item in this place.
pub(super) fn text(item: &mut Item, slot: Slot) -> Option<&mut String> {
    match (item, slot) {
        (Item::Message(message), Slot::Part(at)) => match &mut message.content {
            Some(MessageContent::Parts(parts)) => part_text(parts.get_mut(at as usize)?),
            _ => None,
        },
        (Item::Reasoning(item), Slot::Part(at)) => {
            part_text(item.content.as_mut()?.get_mut(at as usize)?)
        }
        (Item::Reasoning(item), Slot::Summary(at)) => {
            match item.summary.as_mut()?.get_mut(at as usize)? {
                SummaryPart::SummaryText(part) => Some(&mut part.text),
                _ => None,
            }
        }
        (Item::FunctionCall(call), Slot::Call) => Some(&mut call.arguments),
        (Item::CustomToolCall(call), Slot::Call) => Some(&mut call.input),
        (Item::McpCall(call), Slot::Call) => Some(&mut call.arguments),
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

/// The text that an event adds, and to what.
fn delta(event: &mut StreamEvent) -> Option<(Slot, &mut String)> {
    use StreamEvent as E;
    match event {
        E::OutputTextDelta(e) | E::RefusalDelta(e) | E::ReasoningTextDelta(e) => {
            Some((Slot::Part(e.content_index), &mut e.delta))
        }
        E::ReasoningSummaryTextDelta(e) => Some((Slot::Summary(e.summary_index), &mut e.delta)),
        E::FunctionCallArgumentsDelta(e)
        | E::CustomToolCallInputDelta(e)
        | E::McpCallArgumentsDelta(e) => Some((Slot::Call, &mut e.delta)),
        _ => None,
    }
}
