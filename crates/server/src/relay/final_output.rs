//! Compares the items that were streamed with those of the provider's last event, and finds the
//! events that the client still needs.

use orouter_wire::assemble::{Assembler, events_of_item};
use orouter_wire::event::ResponseEvent;
use orouter_wire::item::ItemStatus;
use orouter_wire::{ContentPart, Item, MessageContent, Response, StreamEvent};

use super::sent_items::{SentItems, boundary};
use super::text_slot::{delta, slots, text};
use crate::id::item_id;

/// An item of the output. At least one of the members is set.
pub(super) struct OutputItem {
    /// The item as it was streamed.
    pub(super) streamed: Option<Item>,
    /// The item in the provider's last event.
    pub(super) last: Option<Item>,
}

impl OutputItem {
    /// Returns the merged item. Its status becomes `status` unless it has ended already.
    ///
    /// Text that was streamed does not change. The last event can only extend it.
    pub(super) fn ended(&self, status: &ItemStatus) -> Item {
        let mut item = match (&self.last, &self.streamed) {
            (Some(last), Some(streamed)) => merged(last.clone(), streamed),
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

/// Pairs the streamed items with those of the last event. Streamed items keep their order. Items
/// that only the last event has follow.
pub(super) fn pair(streamed: &[Item], last: Vec<Item>) -> Vec<OutputItem> {
    let mut last: Vec<Option<Item>> = last.into_iter().map(Some).collect();
    let mut entries: Vec<OutputItem> = streamed
        .iter()
        .map(|item| OutputItem {
            streamed: Some(item.clone()),
            last: None,
        })
        .collect();
    for matches in [have_equal_id, may_be_same] {
        for entry in &mut entries {
            let (None, Some(item)) = (&entry.last, &entry.streamed) else {
                continue;
            };
            let found = last
                .iter_mut()
                .find(|last| last.as_ref().is_some_and(|last| matches(item, last)));
            entry.last = found.and_then(Option::take);
        }
    }
    entries.extend(last.into_iter().flatten().map(|item| OutputItem {
        streamed: None,
        last: Some(item),
    }));
    entries
}

/// Returns `true` if two items of one kind have an id or a call id in common.
fn have_equal_id(a: &Item, b: &Item) -> bool {
    let alike = |a: Option<&str>, b: Option<&str>| a == b && a.is_some_and(|a| !a.is_empty());
    a.kind() == b.kind() && (alike(a.id(), b.id()) || alike(call_id(a), call_id(b)))
}

/// Returns `true` if two items can be the same although their ids differ. Some servers make up a
/// new id for every event.
fn may_be_same(a: &Item, b: &Item) -> bool {
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

/// Returns the events that a client which has `streamed` needs to get to `item`, and that end it.
pub(super) fn events(
    item: &Item,
    index: u32,
    streamed: Option<&Item>,
    sent: &SentItems,
) -> Vec<StreamEvent> {
    let mut events = events_of_item(item, index);
    let Some(streamed) = streamed else {
        return events;
    };
    let mut streamed = streamed.clone();
    events.retain_mut(|event| match event {
        StreamEvent::OutputItemAdded(_) => false,
        StreamEvent::OutputItemDone(_) => true,
        event => match (boundary(event), delta(event)) {
            (Some(boundary), _) => !sent.has(&boundary),
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

/// Returns `output` with the missing members of its items filled in from the last event's items.
pub(super) fn filled(output: &[Item], entries: Vec<OutputItem>) -> Vec<Item> {
    if output.len() != entries.len() {
        return output.to_vec();
    }
    let last = output.iter().zip(entries).map(|(item, entry)| {
        let mut last = entry.last.unwrap_or_else(|| item.clone());
        if let Some(id) = item.id() {
            last.set_id(id);
        }
        last
    });
    let whole = |output: Vec<Item>| {
        let mut response = Response::default();
        response.output = output;
        ResponseEvent::new(response)
    };
    let mut assembler = Assembler::new();
    assembler.push_owned(StreamEvent::Created(whole(last.collect())));
    assembler.push_owned(StreamEvent::Completed(whole(output.to_vec())));
    assembler.into_response().output
}

/// Returns the last event's item with the id of the streamed item, and with its text where the
/// texts disagree.
fn merged(mut last: Item, streamed: &Item) -> Item {
    let mut streamed = streamed.clone();
    if let Some(id) = streamed.id().map(str::to_owned) {
        last.set_id(id);
    }
    as_parts(&mut last);
    as_parts(&mut streamed);
    if missing_parts(&last, &streamed) {
        return streamed;
    }
    for slot in slots(&streamed) {
        let Some(old) = text(&mut streamed, slot).map(std::mem::take) else {
            continue;
        };
        match text(&mut last, slot) {
            Some(new) if !new.starts_with(&old) => *new = old,
            _ => {}
        }
    }
    last
}

/// Turns a message's plain string into a part, because messages are streamed in parts.
fn as_parts(item: &mut Item) {
    if let Item::Message(message) = item
        && let Some(MessageContent::Text(text)) = &message.content
    {
        let part = ContentPart::output_text(text.as_str());
        message.content = Some(MessageContent::Parts(vec![part]));
    }
}

/// Returns `true` if the items are of one kind and each text of the streamed item is a prefix of
/// the same text in `last`.
pub(super) fn continues(last: &Item, streamed: &Item) -> bool {
    let (mut last, mut streamed) = (last.clone(), streamed.clone());
    as_parts(&mut last);
    last.kind() == streamed.kind()
        && slots(&streamed).into_iter().all(|slot| {
            let old = text(&mut streamed, slot).map(std::mem::take);
            let new = text(&mut last, slot).map(|text| &*text);
            old.is_none_or(|old| new.is_some_and(|new| new.starts_with(&old)))
        })
}

/// Returns `true` if the last event's item lacks parts that were streamed.
fn missing_parts(last: &Item, streamed: &Item) -> bool {
    slots(last).len() < slots(streamed).len()
}
