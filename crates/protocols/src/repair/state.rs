//! [`Repair`]: the items that the client has, and the events that begin and end items.

use std::borrow::Cow;
use std::collections::HashMap;

use orouter_wire::assemble::{Assembler, events_of_item};
use orouter_wire::item::ItemStatus;
use orouter_wire::{EventClass, Item, StreamEvent};

use super::client_ids::ClientIds;
use super::compare::{self, ended, has_ended};
use super::events::{changed, event_text};
use super::item_kind::item_for;
use super::part_lists::PartLists;
use super::slot::Slot;
use super::texts;
use crate::json_text::{self, Edit};
use crate::reply::UpstreamEvent;

/// Receives the events for the client.
pub(super) type Send<'a> = &'a mut dyn FnMut(UpstreamEvent);

/// Turns the events about the items of a response into events that follow the rules of a stream.
///
/// Each item has one id, one `output_index` and one kind from its beginning to its end, and no event
/// is about an item before it begins or after it has ended; parts likewise. Indexes and numbers count
/// from 0 without gaps. The deltas of a text concatenate to its final value, and the items of the
/// last event equal those that were streamed. Text that the upstream sends without deltas is sent
/// in deltas once. An event that keeps these rules passes unchanged, with the text from which it was
/// decoded; a changed event keeps the members that no type has.
///
/// Events about the whole response, failures and keep-alives are the caller's: [`push`](Self::push)
/// ignores them.
///
/// ```
/// use orouter_protocols::{Repair, UpstreamEvent};
/// use orouter_wire::StreamEvent;
///
/// let mut repair = Repair::new("gen-1");
/// let delta = r#"{"type":"response.output_text.delta","delta":"Hi"}"#;
/// let delta: StreamEvent = orouter_wire::from_str(delta)?;
/// let mut kinds = Vec::new();
/// repair.push(UpstreamEvent::new(delta), &mut |event| kinds.push(event.event.kind().to_owned()));
/// assert_eq!(
///     kinds,
///     ["response.output_item.added", "response.content_part.added", "response.output_text.delta"],
/// );
/// # Ok::<(), orouter_wire::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Repair {
    pub(super) slots: Vec<Slot>,
    /// The items as the client has them; those of `slots`, in the same order.
    pub(super) items: Assembler,
    /// The position of the slot of the latest event.
    pub(super) latest: usize,
    /// The latest slot with an id of the upstream.
    pub(super) by_id: HashMap<String, usize>,
    ids: ClientIds,
}

impl Repair {
    /// Creates the state of a stream without items. `seed` makes the generated ids of items distinct
    /// from those of other responses; the characters of it that ids cannot have are left out.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self {
            slots: Vec::new(),
            items: Assembler::new(),
            latest: 0,
            by_id: HashMap::new(),
            ids: ClientIds::new(seed),
        }
    }

    /// Takes the upstream's next event and passes the events for the client to `send`. An event that
    /// repeats one that the client has, or that comes after the end of its item, is dropped.
    pub fn push(&mut self, event: UpstreamEvent, send: &mut dyn FnMut(UpstreamEvent)) {
        match event.event.class() {
            EventClass::ItemAdded => self.added(event, send),
            EventClass::ItemDone => self.item_done(event, send),
            EventClass::PartAdded
            | EventClass::PartDone
            | EventClass::ContentDelta
            | EventClass::ContentDone
            | EventClass::Progress => self.change(event, send),
            EventClass::Debug => send(event),
            EventClass::Unknown => self.unknown(event, send),
            EventClass::Lifecycle
            | EventClass::Terminal
            | EventClass::Error
            | EventClass::KeepAlive => {}
        }
    }

    /// An item begins.
    fn added(&mut self, event: UpstreamEvent, send: Send<'_>) {
        let (Some(item), index) = (event.event.item(), event.event.output_index()) else {
            return;
        };
        if self.seek_item(index, item, false).is_some() {
            return;
        }
        let (at, named) = self.begin(index, item);
        let mut edits = Vec::new();
        if index != Some(output_index(at)) {
            edits.push(Edit::set("output_index", output_index(at).to_string()));
        }
        if texts::has_content(&named) {
            let blank = blank(&named);
            edits.push(Edit::set("item", orouter_wire::to_string(&blank)));
            if let Some(slot) = self.slots.get_mut(at) {
                slot.given = Some(named);
            }
        } else if item_id(&named) != item_id(item) {
            edits.push(Edit::set("item", with_id(&event, &named)));
        }
        self.announced(at);
        let event = changed(event, &edits);
        self.send(event, send);
    }

    /// Records that the client has been sent the beginning of an item.
    fn announced(&mut self, at: usize) {
        if let Some(slot) = self.slots.get_mut(at) {
            slot.announced = true;
        }
    }

    /// Adds a slot for an item. Returns its position, and the item with the id that the client gets.
    pub(super) fn begin(&mut self, index: Option<u32>, item: &Item) -> (usize, Item) {
        let at = self.slots.len();
        let mut item = item.clone();
        texts::as_parts(&mut item);
        let upstream_id = item_id(&item).unwrap_or_default().into_owned();
        let mut id = String::new();
        if takes_id(&item) {
            id = self.ids.assign(&upstream_id, item.kind(), at);
        }
        if id != upstream_id {
            set_item_id(&mut item, &id);
        }
        if !upstream_id.is_empty() {
            self.by_id.insert(upstream_id.clone(), at);
        }
        self.slots.push(Slot {
            upstream_index: index,
            upstream_id,
            id,
            kind: item.kind().to_owned(),
            call_id: item.call_id().unwrap_or_default().to_owned(),
            ..Slot::default()
        });
        self.latest = at;
        (at, item)
    }

    /// Returns the id that the client gets for an item that the upstream calls `upstream_id`. An item
    /// that began without an id gets its id from the first event that has one.
    pub(super) fn client_id(&mut self, at: usize, upstream_id: &str) -> &str {
        let Some(slot) = self.slots.get_mut(at) else {
            return "";
        };
        if slot.id.is_empty() && !upstream_id.is_empty() {
            slot.id = self.ids.assign(upstream_id, &slot.kind, at);
            upstream_id.clone_into(&mut slot.upstream_id);
            self.by_id.insert(upstream_id.to_owned(), at);
        }
        &slot.id
    }

    /// Announces an item that the upstream did not announce, for an event about a part of it.
    pub(super) fn announce(
        &mut self,
        event: &StreamEvent,
        index: u32,
        id: Option<&str>,
        send: Send<'_>,
    ) -> Option<usize> {
        let item = item_for(event, id.unwrap_or_default().to_owned())?;
        let (at, item) = self.begin(Some(index), &item);
        self.announced(at);
        let event = orouter_wire::event::ItemEvent::new(output_index(at), item);
        self.send(
            UpstreamEvent::new(StreamEvent::OutputItemAdded(event)),
            send,
        );
        Some(at)
    }

    /// An item ends.
    fn item_done(&mut self, event: UpstreamEvent, send: Send<'_>) {
        let (Some(item), index) = (event.event.item(), event.event.output_index()) else {
            return;
        };
        let Some(at) = self.seek_item(index, item, true) else {
            let (at, item) = self.begin(index, item);
            return self.end_item(at, Some(&item), &ItemStatus::Completed, send);
        };
        if !self.is_open(at) {
            return;
        }
        let mut last = item.clone();
        let upstream_id = item_id(item).unwrap_or_default();
        let id = self.client_id(at, &upstream_id);
        if !id.is_empty() {
            set_item_id(&mut last, id);
        }
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        slot.ids_vary |= !upstream_id.is_empty() && upstream_id != slot.upstream_id.as_str();
        if !compare::is_complete(slot, &last) {
            return self.end_item(at, Some(&last), &ItemStatus::Completed, send);
        }
        if needs_status(&last) {
            last.set_status(ItemStatus::Completed);
        }
        let mut edits = Vec::new();
        if index != Some(output_index(at)) {
            edits.push(Edit::set("output_index", output_index(at).to_string()));
        }
        if last != *item {
            edits.push(Edit::set("item", with_id(&event, &last)));
        }
        let event = changed(event, &edits);
        self.close(at, last);
        self.send(event, send);
    }

    /// Ends an item: sends the events that the client needs to get to `last`, and its end.
    pub(super) fn end_item(
        &mut self,
        at: usize,
        last: Option<&Item>,
        status: &ItemStatus,
        send: Send<'_>,
    ) {
        let upstream_id = last.and_then(item_id).unwrap_or_default();
        let id = self.client_id(at, &upstream_id).to_owned();
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let given = slot.given.take();
        let announced = std::mem::replace(&mut slot.announced, true);
        let output = &self.items.snapshot().output;
        let streamed = announced.then(|| output.get(streamed_at(output, at, slot)));
        let streamed = streamed.flatten();
        let mut item = ended(streamed, last.or(given.as_ref()), status);
        if let (Some(given), Some(_)) = (&given, last)
            && !texts::has_content(&item)
        {
            item = ended(streamed, Some(given), status);
        }
        if !id.is_empty() {
            set_item_id(&mut item, &id);
        }
        for part in slot.parts.iter_mut() {
            let given = part
                .given
                .take()
                .filter(|_| part.text.is_empty() && !part.done);
            let Some(text) = texts::text(&mut item, (part.list, part.number)) else {
                continue;
            };
            if part.done || !text.starts_with(&part.text) {
                text.clone_from(&part.text);
            } else if let Some(given) = given.filter(|_| text.is_empty()) {
                *text = given;
            }
        }
        for event in events_of_item(&item, output_index(at)) {
            match event {
                StreamEvent::OutputItemAdded(_) if announced => {}
                StreamEvent::OutputItemAdded(_) => self.send(UpstreamEvent::new(event), send),
                StreamEvent::OutputItemDone(_) => {}
                event => self.fill(at, event, announced, send),
            }
        }
        self.end_parts(at, send);
        let event = orouter_wire::event::ItemEvent::new(output_index(at), item.clone());
        self.close(at, item);
        self.send(UpstreamEvent::new(StreamEvent::OutputItemDone(event)), send);
    }

    /// Records the end of an item.
    fn close(&mut self, at: usize, item: Item) {
        if let Some(slot) = self.slots.get_mut(at) {
            slot.done = Some(item);
            slot.parts = PartLists::default();
            slot.given = None;
        }
    }

    /// An event of a kind that no type has. One without a `type` is dropped: clients choose by it.
    fn unknown(&mut self, event: UpstreamEvent, send: Send<'_>) {
        if event.event.kind().is_empty() {
            return;
        }
        let (number, id) = {
            let text = event_text(&event);
            let number = json_text::get(&text, "output_index");
            let id = json_text::get(&text, "item_id").and_then(json_text::string);
            let id = id.map(Cow::into_owned);
            (number.and_then(|number| number.parse::<u32>().ok()), id)
        };
        let named = id.as_deref().and_then(|id| self.named(id));
        let found = named.or_else(|| {
            let number = number?;
            // An item that has ended is not the one with another id, unless its ids vary.
            let may_be = |slot: &Slot| id.is_none() || slot.is_open() || slot.ids_vary;
            self.search(|slot| slot.upstream_index == Some(number) && may_be(slot))
        });
        let mut edits = Vec::new();
        if let Some(at) = found {
            if number.is_some_and(|number| number != output_index(at)) {
                edits.push(Edit::set("output_index", output_index(at).to_string()));
            }
            if let Some(id) = id {
                let known = self.client_id(at, &id).to_owned();
                if known != id {
                    edits.push(Edit::set("item_id", orouter_wire::to_string(&known)));
                }
            }
        }
        send(changed(event, &edits));
    }

    /// Records an event and sends it.
    pub(super) fn send(&mut self, event: UpstreamEvent, send: Send<'_>) {
        self.items.push(&event.event);
        send(event);
    }
}

/// Returns the position of a slot's item among the streamed ones; that after the last one if it is
/// not there.
pub(super) fn streamed_at(output: &[Item], at: usize, slot: &Slot) -> usize {
    let is_it = |item: &Item| {
        item.kind() == slot.kind && item_id(item).is_none_or(|id| id == slot.id.as_str())
    };
    // Items that were not assembled are missing before it, so that it is at this position or earlier.
    let before = output.get(..=at).unwrap_or(output);
    before.iter().rposition(is_it).unwrap_or(output.len())
}

/// Returns the id of an item, also of one of an unknown kind.
pub(super) fn item_id(item: &Item) -> Option<Cow<'_, str>> {
    match item {
        Item::Unknown(item) => json_text::get(item.raw().get(), "id").and_then(json_text::string),
        item => item.id().map(Cow::Borrowed),
    }
}

/// Returns `false` for an item of an unknown kind without the member `id`: the kind may have none.
fn takes_id(item: &Item) -> bool {
    match item {
        Item::Unknown(item) => json_text::get(item.raw().get(), "id").is_some(),
        _ => true,
    }
}

/// Sets the id of an item, unless it takes none.
fn set_item_id(item: &mut Item, id: &str) {
    if !takes_id(item) {
        return;
    }
    let Item::Unknown(unknown) = item else {
        item.set_id(id);
        return;
    };
    let text = unknown.raw().get();
    let edit = Edit::set("id", orouter_wire::to_string(&id.to_owned()));
    let edited = json_text::edit(text, &[edit]);
    if let Some(Ok(edited)) = edited.as_deref().map(orouter_wire::from_str) {
        *item = edited;
    }
}

/// Returns the `output_index` of the slot at this position.
pub(super) fn output_index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Returns `true` if clients need the status that the ended item lacks.
fn needs_status(item: &Item) -> bool {
    let has_status = matches!(
        item,
        Item::Message(_) | Item::FunctionCall(_) | Item::CustomToolCall(_)
    );
    let running = matches!(item.status(), None | Some(ItemStatus::InProgress));
    has_status && running && !has_ended(item)
}

/// Returns the item as it begins.
fn blank(item: &Item) -> Item {
    let begins = events_of_item(item, 0).into_iter().next();
    let begun = begins.and_then(|event| event.item().cloned());
    begun.unwrap_or_else(|| item.clone())
}

/// Returns the JSON text of the event's item with the id and the status of `item`.
fn with_id(event: &UpstreamEvent, item: &Item) -> String {
    let text = event_text(event);
    let mut edits = Vec::new();
    if let Some(id) = item_id(item) {
        edits.push(Edit::set("id", orouter_wire::to_string(&id.into_owned())));
    }
    if let Some(status) = item.status() {
        edits.push(Edit::set("status", orouter_wire::to_string(status)));
    }
    let given = json_text::get(&text, "item").unwrap_or_default();
    json_text::edit(given, &edits).unwrap_or_else(|| orouter_wire::to_string(item))
}
