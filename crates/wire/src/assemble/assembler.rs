//! Events to a response: what a whole response or item in an event means, and which item an event
//! is about. How parts and calls grow is in `grow.rs` and `calls.rs`.

use std::collections::HashMap;

use crate::event::{ErrorEvent, ResponseEvent, StreamEvent};
use crate::item::Item;
use crate::response::{Response, ResponseError, ResponseErrorCode, ResponseStatus};

use super::kind::Kind;
use super::order::Order;
use super::{fill, parts};

/// Puts the events of a stream together to the response that they describe.
///
/// Nothing in the stream is needed but what it is about: a stream may lack `response.created`, the
/// `added` events, the `done` events, all deltas, or everything but its last event. A later value
/// wins over an earlier one: what is `done` over what the deltas made, the last event's response
/// over all. Where the later one leaves a gap (no output, an item without its text), the earlier
/// one fills it. An event that this version does not know, or that contradicts the rest, changes
/// nothing.
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
///     println!("{}", assembler.so_far().output_text());
/// }
/// assert_eq!(assembler.so_far().output_text(), "Hello");
/// assert!(!assembler.is_finished());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    response: Response,
    /// The `output_index` of each item of the output.
    order: Order,
    /// What is known beside each item of the output.
    slots: Vec<Slot>,
    /// The `output_index` under which the item with an id is.
    ids: HashMap<Box<str>, u32>,
    /// The item that the last event was about; most are about the same.
    last: usize,
    /// The item that the last event changed, if it changed one.
    touched: Option<usize>,
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

/// What is known of an item beside the item itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    /// The numbers of its parts, commands or outputs.
    pub(super) parts: Order,
    /// The numbers of the parts of its summary.
    pub(super) summary: Order,
}

impl Slot {
    fn of(item: &Item) -> Self {
        Slot {
            parts: Order::of_length(parts::count(item)),
            summary: Order::of_length(parts::summary_count(item)),
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
    pub fn so_far(&self) -> &Response {
        &self.response
    }

    /// The position in [`so_far`](Self::so_far)'s output of the item that the last event began,
    /// changed or ended; `None` when the event was about something else.
    #[must_use]
    pub fn touched(&self) -> Option<usize> {
        self.touched
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

    /// Takes the next event, which is given up. Use this where the event is not needed any more:
    /// large parts of it are moved and not copied.
    pub fn push_owned(&mut self, event: StreamEvent) {
        self.touched = None;
        match event {
            StreamEvent::Created(event)
            | StreamEvent::Queued(event)
            | StreamEvent::InProgress(event) => {
                if let Some(response) = event.response {
                    self.begin(*response);
                }
            }
            StreamEvent::Completed(event) => self.end(event, Some(ResponseStatus::Completed)),
            StreamEvent::Incomplete(event) => self.end(event, Some(ResponseStatus::Incomplete)),
            StreamEvent::Failed(event) => self.end(event, Some(ResponseStatus::Failed)),
            StreamEvent::Cancelled(event) => self.end(event, Some(ResponseStatus::Cancelled)),
            StreamEvent::Done(event) => self.end(event, None),
            StreamEvent::OutputItemAdded(event) => {
                if let Some(item) = event.item {
                    self.item(event.output_index, *item);
                }
            }
            StreamEvent::OutputItemDone(event) => {
                if let Some(item) = event.item {
                    self.item(event.output_index, *item);
                }
            }
            event => self.push(&event),
        }
    }

    /// Takes the next event.
    pub fn push(&mut self, event: &StreamEvent) {
        use StreamEvent as E;
        self.touched = None;
        match event {
            E::Created(_) | E::Queued(_) | E::InProgress(_) => self.push_owned(event.clone()),
            E::Completed(_) | E::Incomplete(_) | E::Failed(_) | E::Cancelled(_) | E::Done(_) => {
                self.push_owned(event.clone());
            }
            E::OutputItemAdded(_) | E::OutputItemDone(_) => self.push_owned(event.clone()),
            E::Error(error) | E::ResponseError(error) => self.fail(error),
            E::Unknown(_) => {
                if let Some(error) = event.error() {
                    self.fail(&error);
                }
            }
            event => {
                if !self.grow(event) {
                    self.call(event);
                }
            }
        }
    }

    /// The response as it was when the stream began. Items that came before it stay.
    fn begin(&mut self, mut response: Response) {
        if self.is_finished() {
            return;
        }
        if self.response.output.is_empty() {
            self.renumber(&response);
        } else {
            response.output = std::mem::take(&mut self.response.output);
        }
        self.response = response;
    }

    fn end(&mut self, event: ResponseEvent, status: Option<ResponseStatus>) {
        if self.end == End::Yes {
            return;
        }
        if self.end == End::Error && status != Some(ResponseStatus::Failed) {
            return;
        }
        self.end = End::Yes;
        if let Some(response) = event.response {
            let before = std::mem::replace(&mut self.response, *response);
            fill::response(&mut self.response, before);
            self.renumber_own();
        }
        if let Some(status) = status.filter(|_| !self.response.is_finished()) {
            self.response.status = status;
        }
    }

    fn fail(&mut self, error: &ErrorEvent) {
        if self.is_finished() {
            return;
        }
        self.end = End::Error;
        self.response.status = ResponseStatus::Failed;
        let code = error
            .code()
            .map(|code| ResponseErrorCode::from(code.to_string()));
        self.response.error = Some(ResponseError {
            code,
            message: error.message().unwrap_or_default().to_owned(),
            ..ResponseError::default()
        });
        if let Some(kind) = error.error_type() {
            self.response.error_type = Some(kind.clone());
        }
    }

    /// An item as it stands, new or in place of what is known of it.
    fn item(&mut self, index: Option<u32>, mut item: Item) {
        if self.is_finished() {
            return;
        }
        let id = item.id().map(Box::<str>::from);
        let known = id.as_deref().and_then(|id| self.ids.get(id)).copied();
        let key = index.or(known).unwrap_or_else(|| self.order.next());
        let Some(at) = self.order.find(key) else {
            self.add(key, item);
            return;
        };
        if let (Some(place), Some(slot)) =
            (self.response.output.get_mut(at), self.slots.get_mut(at))
        {
            std::mem::swap(place, &mut item);
            fill::item(place, item);
            *slot = Slot::of(place);
            self.last = at;
            self.touched = Some(at);
            if let Some(id) = id {
                self.ids.insert(id, key);
            }
        }
    }

    fn add(&mut self, key: u32, item: Item) -> usize {
        let at = self.order.insert(key).min(self.slots.len());
        if let (Some(id), Some(key)) = (item.id(), self.order.key(at)) {
            self.ids.insert(id.into(), key);
        }
        self.slots.insert(at, Slot::of(&item));
        self.response.output.insert(at, item);
        self.last = at;
        self.touched = Some(at);
        at
    }

    fn renumber_own(&mut self) {
        let response = std::mem::take(&mut self.response);
        self.renumber(&response);
        self.response = response;
    }

    /// Takes the items of a whole response as they stand there.
    fn renumber(&mut self, response: &Response) {
        self.order = Order::of_length(response.output.len());
        self.slots = response.output.iter().map(Slot::of).collect();
        let ids = response.output.iter().zip(0..);
        self.ids = ids
            .filter_map(|(item, key)| Some((item.id()?.into(), key)))
            .collect();
        self.last = 0;
    }

    /// The item of this kind that an event is about, begun if there is none; `None` when the event
    /// is about an item of another kind, or comes after the end.
    ///
    /// Senders are trusted in this order: the index and the id together, the id, the index. Some
    /// make up a new id for every event.
    pub(super) fn find(&mut self, index: u32, id: &str, kind: Kind) -> Option<usize> {
        self.touched = self.seek(index, id, kind);
        self.touched
    }

    fn seek(&mut self, index: u32, id: &str, kind: Kind) -> Option<usize> {
        if self.is_finished() {
            return None;
        }
        let fits = |at: usize, output: &[Item]| {
            output
                .get(at)
                .is_some_and(|item| kind.fits(item))
                .then_some(at)
        };
        let by_index = match self.order.key(self.last) {
            Some(key) if key == index => Some(self.last),
            _ => self.order.find(index),
        };
        if let Some(at) = by_index {
            let known = self
                .response
                .output
                .get(at)
                .and_then(Item::id)
                .unwrap_or_default();
            if id.is_empty() || known.is_empty() || known == id {
                self.last = at;
                return fits(at, &self.response.output);
            }
        }
        if let Some(at) = self.ids.get(id).and_then(|key| self.order.find(*key)) {
            self.last = at;
            return fits(at, &self.response.output);
        }
        if let Some(at) = by_index.and_then(|at| fits(at, &self.response.output)) {
            return Some(at);
        }
        let key = if by_index.is_some() {
            self.order.next()
        } else {
            index
        };
        Some(self.add(key, kind.blank(id)))
    }

    /// The item of this kind that an event is about, as [`find`](Self::find).
    pub(super) fn named(&mut self, index: u32, id: &str, kind: Kind) -> Option<&mut Item> {
        let at = self.find(index, id, kind)?;
        self.response.output.get_mut(at)
    }

    /// The same, and what is known beside it.
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
            None => self.add(self.order.next(), Kind::Message.blank("")),
        };
        self.touched = Some(at);
        Some((self.response.output.get_mut(at)?, self.slots.get_mut(at)?))
    }
}
