//! Events to a response: what a whole response or item in an event means. Which item an event is
//! about is in `locate.rs`, how parts and calls grow in `grow.rs` and `calls.rs`.

use std::collections::HashMap;

use crate::event::kind::Kind;
use crate::failure::ReportedFailure;
use crate::item::Item;
use crate::response::{Response, ResponseError, ResponseErrorCode, ResponseStatus};

use super::order::Order;
use super::places::{Place, Places};
use super::text::{Given, Part, Preview, Span, placed, remainder};
use super::{fill, identity, merge, parts};

/// Puts the events of a stream together to the response that they describe.
///
/// Nothing in the stream is needed but what it is about: a stream may lack `response.created`, the
/// `added` events, the `done` events, all deltas, or everything but its last event. A later value
/// wins over an earlier one: what is `done` over what the deltas made, the last event's response
/// over all. Where the later one leaves a gap (no output, an item left out, an item without its
/// text), the earlier one fills it. An event that this version does not know, or that contradicts
/// the rest, changes nothing.
///
/// Items are told apart by id, type and `call_id`, and by `output_index` only where these do not
/// contradict it: two items under one index that differ in `call_id`, or in id and type, are two
/// items of the response. Events that differ only in the item's id are about one item.
///
/// The time for an event is linear in its own size.
///
/// ```
/// use orouter_wire::assemble::Assembler;
/// use orouter_wire::{StreamEvent, TextDelta};
///
/// let mut assembler = Assembler::new();
/// for piece in ["Hel", "lo"] {
///     assembler.push(&StreamEvent::OutputTextDelta(TextDelta::new("msg_1", 0, 0, piece)));
///     println!("{}", assembler.snapshot().output_text());
/// }
/// assert_eq!(assembler.snapshot().output_text(), "Hello");
/// assert!(!assembler.is_finished());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    pub(super) response: Response,
    /// Where each item of the output stands.
    pub(super) places: Places,
    /// State beside each item of the output.
    pub(super) slots: Vec<Slot>,
    /// The place of the item with an id.
    pub(super) ids: HashMap<Box<str>, Place>,
    /// The item that the last event was about; most are about the same.
    pub(super) last: usize,
    /// The last event changed that item.
    pub(super) touched: bool,
    /// The items that the response's last event added or changed.
    late: Box<[usize]>,
    /// The text that the last event added.
    pub(super) spans: Vec<Span>,
    end: End,
}

/// Whether the last event has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum End {
    #[default]
    No,
    /// An `error`; some servers send the failed response after it.
    Error,
    Yes,
}

/// State beside an item.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    /// The numbers of its parts, commands or outputs.
    pub(super) parts: Order,
    /// The numbers of the parts of its summary.
    pub(super) summary: Order,
    /// `response.output_item.done` came.
    pub(super) done: bool,
    /// Text with which parts began and which deltas may repeat.
    pub(super) previews: Vec<Preview>,
    /// The text that readers have got of it, where the item contradicts it.
    pub(super) told: Option<String>,
}

impl Slot {
    fn from_item(item: &Item) -> Self {
        Slot {
            parts: Order::from_length(parts::count(item)),
            summary: Order::from_length(parts::summary_count(item)),
            ..Slot::default()
        }
    }

    /// Takes over the numbers of an item's parts after a whole item was joined with it.
    fn renumber(&mut self, item: &Item) {
        let count = parts::count(item);
        if self.parts.len() != count {
            self.parts = Order::from_length(count);
        }
        let count = parts::summary_count(item);
        if self.summary.len() != count {
            self.summary = Order::from_length(count);
        }
    }
}

impl Assembler {
    /// An assembler at the start of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The response as far as it is. Its items stand in the order of their `output_index`.
    ///
    /// An image that is being made is there as far as it is.
    #[must_use]
    pub fn snapshot(&self) -> &Response {
        &self.response
    }

    /// The position in [`snapshot`](Self::snapshot)'s output of the item that the last event began,
    /// changed or ended; `None` when the event was about something else.
    #[must_use]
    pub fn touched(&self) -> Option<usize> {
        self.touched.then_some(self.last)
    }

    /// The positions in [`snapshot`](Self::snapshot)'s output of the items that the response's last
    /// event added, or changed more than the status of, although no event said that they were done.
    /// Empty before it.
    #[must_use]
    pub fn added_at_end(&self) -> &[usize] {
        &self.late
    }

    /// Whether the stream's last event has come: the response ended, or the stream failed.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.end != End::No
    }

    /// The response: the last event's, its gaps filled, or what there is without one.
    #[must_use]
    pub fn into_response(self) -> Response {
        self.response
    }

    /// The response as it was when the stream began. Items that came before it stay.
    pub(super) fn begin(&mut self, mut response: Response) {
        if self.is_finished() {
            return;
        }
        let is_first = self.response.output.is_empty();
        if !is_first {
            response.output = std::mem::take(&mut self.response.output);
        }
        self.response = response;
        if is_first && !self.response.output.is_empty() {
            self.renumber();
            for at in 0..self.slots.len() {
                self.new_item_text(at, true);
            }
        }
    }

    pub(super) fn end(&mut self, response: Option<Response>, status: Option<ResponseStatus>) {
        if self.end == End::Yes {
            return;
        }
        if self.end == End::Error && status != Some(ResponseStatus::Failed) {
            return;
        }
        self.end = End::Yes;
        if let Some(response) = response {
            let mut before = std::mem::replace(&mut self.response, response);
            let output = std::mem::take(&mut before.output);
            fill::response(&mut self.response, before);
            self.join(output);
        }
        if let Some(status) = status.filter(|_| !self.response.is_finished()) {
            self.response.status = status;
        }
    }

    /// Joins the items that were streamed into the last event's response.
    fn join(&mut self, old: Vec<Item>) {
        let slots = std::mem::take(&mut self.slots);
        if self.response.output.is_empty() {
            self.response.output = old;
        } else if merge::in_step(&self.response.output, &old) && self.continues(&slots, &old) {
            let mut late = Vec::new();
            for (at, (new, old)) in self.response.output.iter_mut().zip(old).enumerate() {
                let done = slots.get(at).is_some_and(|slot| slot.done);
                if !done && !identity::alike(new, &old) {
                    late.push(at);
                }
                fill::item(new, old);
            }
            self.late = late.into();
        } else {
            self.join_out_of_step(&slots, old);
        }
        self.renumber();
        let has_text = |item: &Item| placed(item, 0).any(|(.., text)| !text.is_empty());
        let repeated = self.response.output_text.as_deref().unwrap_or_default();
        if !repeated.is_empty() && !self.response.output.iter().any(has_text) {
            self.spans.push(Span {
                item: 0,
                part: Part::Repeated,
                start: 0,
            });
        }
    }

    /// Notes the text that the last event adds to what readers have got. False if it does not
    /// simply continue that.
    fn continues(&mut self, slots: &[Slot], old: &[Item]) -> bool {
        if slots.iter().any(|slot| slot.told.is_some()) {
            return false;
        }
        let old = old.iter().flat_map(|item| placed(item, 0));
        let new = self.response.output.iter().enumerate();
        let new = new.flat_map(|(at, item)| placed(item, at));
        remainder(old.map(|(.., text)| text), new, &mut self.spans)
    }

    /// The same as [`join`](Self::join) where the last event's items are not those that were
    /// streamed, or contradict their text.
    fn join_out_of_step(&mut self, slots: &[Slot], old: Vec<Item>) {
        let given: Vec<Given> = old
            .iter()
            .zip(slots)
            .map(|(item, slot)| Given::from_item(item, slot))
            .collect();
        let texts = || given.iter().map(Given::text);
        let all = |output: &[Item], spans: &mut Vec<Span>| {
            let new = output.iter().enumerate();
            remainder(texts(), new.flat_map(|(at, item)| placed(item, at)), spans)
        };
        let covered = all(&self.response.output, &mut self.spans);
        self.spans.clear();
        let streamed = old.clone();
        let origins = merge::output(&mut self.response.output, old, covered);
        let mut late = Vec::new();
        for (at, (item, origin)) in self.response.output.iter().zip(&origins).enumerate() {
            let done = origin.is_some_and(|origin| slots.get(origin).is_some_and(|it| it.done));
            let before = origin.and_then(|origin| streamed.get(origin));
            if !done && !before.is_some_and(|before| identity::alike(before, item)) {
                late.push(at);
            }
        }
        self.late = late.into();
        if all(&self.response.output, &mut self.spans) {
            return;
        }
        let mut given: Vec<Option<Given>> = given.into_iter().map(Some).collect();
        for (at, (item, origin)) in self.response.output.iter().zip(origins).enumerate() {
            match origin.and_then(|origin| given.get_mut(origin)?.take()) {
                Some(given) => drop(given.compare(item, at, &mut self.spans)),
                None => drop(remainder(
                    std::iter::empty(),
                    placed(item, at),
                    &mut self.spans,
                )),
            }
        }
    }

    pub(super) fn fail(&mut self, failure: ReportedFailure) {
        if self.is_finished() {
            return;
        }
        self.end = End::Error;
        self.response.status = ResponseStatus::Failed;
        self.response.error = Some(ResponseError {
            code: failure.code.map(ResponseErrorCode::from),
            message: failure.message.unwrap_or_default(),
            ..ResponseError::default()
        });
        if let Some(error_type) = failure.error_type {
            self.response.error_type = Some(error_type.into());
        }
    }

    /// An item as it stands, new or in place of what is known of it.
    pub(super) fn item(&mut self, index: Option<u32>, item: Item, done: bool) {
        if self.is_finished() {
            return;
        }
        let Some(at) = self.locate(index, &item, done) else {
            let at = self.add(index.unwrap_or_else(|| self.places.next()), item);
            if let Some(slot) = self.slots.get_mut(at) {
                slot.done = done;
            }
            self.new_item_text(at, !done);
            self.touched = true;
            return;
        };
        self.last = at;
        self.touched = true;
        let (Some(place), Some(slot)) = (self.response.output.get_mut(at), self.slots.get_mut(at))
        else {
            return;
        };
        if let (Some(id), Some(place)) = (identity::id(&item), self.places.at(at)) {
            if !self.ids.contains_key(id) {
                self.ids.insert(id.into(), place);
            }
        }
        let began = placed(place, at).all(|(.., text)| text.is_empty());
        let old = std::mem::replace(place, item);
        let is_continued = slot.told.is_none() && {
            let texts = placed(&old, at).map(|(.., text)| text);
            remainder(texts, placed(place, at), &mut self.spans)
        };
        let given = (!is_continued).then(|| Given::from_item(&old, slot));
        fill::item(place, old);
        slot.renumber(place);
        slot.done |= done;
        if let Some(given) = given {
            slot.told = given.compare(place, at, &mut self.spans);
        }
        if done {
            slot.previews = Vec::new();
        } else if began {
            self.preview(at, 0);
        }
    }

    pub(super) fn add(&mut self, index: u32, item: Item) -> usize {
        let at = self.places.insert(index).min(self.slots.len());
        if let (Some(id), Some(place)) = (identity::id(&item), self.places.at(at)) {
            self.ids.insert(id.into(), place);
        }
        self.slots.insert(at, Slot::from_item(&item));
        self.response.output.insert(at, item);
        self.last = at;
        at
    }

    /// Numbers the items of the response as they stand.
    fn renumber(&mut self) {
        let output = &self.response.output;
        self.places = Places::from_length(output.len());
        self.slots = output.iter().map(Slot::from_item).collect();
        self.ids = output
            .iter()
            .enumerate()
            .filter_map(|(at, item)| Some((identity::id(item)?.into(), self.places.at(at)?)))
            .collect();
        self.last = 0;
    }

    /// The item of this kind that an event is about, as [`find`](Self::find).
    pub(super) fn named(&mut self, index: u32, id: &str, kind: Kind) -> Option<&mut Item> {
        let at = self.find(index, id, kind)?;
        self.response.output.get_mut(at)
    }

    /// The same, and the state beside it.
    pub(super) fn with_slot(
        &mut self,
        index: u32,
        id: &str,
        kind: Kind,
    ) -> Option<(&mut Item, &mut Slot)> {
        let at = self.find(index, id, kind)?;
        Some((self.response.output.get_mut(at)?, self.slots.get_mut(at)?))
    }

    /// The last message, begun if there is none: what an event without an item is about.
    pub(super) fn last_message(&mut self) -> Option<(&mut Item, &mut Slot)> {
        if self.is_finished() {
            return None;
        }
        let last = self
            .response
            .output
            .iter()
            .rposition(|item| Kind::Message.fits(item));
        let at = match last {
            Some(at) => at,
            None => self.add(self.places.next(), Kind::Message.blank("")),
        };
        self.last = at;
        self.touched = true;
        Some((self.response.output.get_mut(at)?, self.slots.get_mut(at)?))
    }
}
