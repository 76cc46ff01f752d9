//! [`SentItems`]: the items and parts whose beginning or end the client has been sent. The response
//! snapshot does not contain these facts.

use std::collections::HashSet;

use orouter_wire::{Item, StreamEvent};

/// The items and parts whose beginning or end the client has been sent.
#[derive(Default)]
pub(super) struct SentItems {
    items: Vec<SentItem>,
    boundaries: HashSet<Boundary>,
}

/// An item whose beginning the client has been sent.
struct SentItem {
    index: Option<u32>,
    id: String,
    done: bool,
}

/// The beginning or the end of a part or a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Boundary {
    kind: BoundaryKind,
    output_index: u32,
    /// The index of the part in its item.
    part_index: u32,
}

/// The kind of a [`Boundary`], by the event that reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum BoundaryKind {
    Added,
    Done,
    TextDone,
    SummaryAdded,
    SummaryDone,
    SummaryTextDone,
    CallDone,
}

impl Boundary {
    pub(super) fn new(kind: BoundaryKind, output_index: u32, part_index: u32) -> Self {
        Self {
            kind,
            output_index,
            part_index,
        }
    }
}

impl SentItems {
    /// Records an event that is sent to the client.
    pub(super) fn push(&mut self, event: &StreamEvent) {
        let (event, done) = match event {
            StreamEvent::OutputItemAdded(event) => (event, false),
            StreamEvent::OutputItemDone(event) => (event, true),
            event => {
                self.boundaries.extend(boundary(event));
                return;
            }
        };
        let id = event.item.as_ref().and_then(|item| item.id());
        let id = id.unwrap_or_default();
        let has_id = |item: &&mut SentItem| !id.is_empty() && item.id == id;
        let is_open = |item: &&mut SentItem| {
            done && !item.done && item.index.is_some() && item.index == event.output_index
        };
        let known = match self.items.iter_mut().find(has_id) {
            Some(item) => Some(item),
            None => self.items.iter_mut().find(is_open),
        };
        match known {
            Some(item) => item.done |= done,
            None => self.items.push(SentItem {
                index: event.output_index,
                id: id.to_owned(),
                done,
            }),
        }
    }

    /// Returns `true` if the client has been sent this boundary. The end of a part includes the end
    /// of its text.
    pub(super) fn has(&self, boundary: &Boundary) -> bool {
        let including = match boundary.kind {
            BoundaryKind::TextDone => Some(BoundaryKind::Done),
            BoundaryKind::SummaryTextDone => Some(BoundaryKind::SummaryDone),
            BoundaryKind::Added
            | BoundaryKind::Done
            | BoundaryKind::SummaryAdded
            | BoundaryKind::SummaryDone
            | BoundaryKind::CallDone => None,
        };
        self.boundaries.contains(boundary)
            || including
                .is_some_and(|kind| self.boundaries.contains(&Boundary { kind, ..*boundary }))
    }

    /// Returns `true` if the client has been sent the end of the item at this position of the
    /// output.
    pub(super) fn is_done(&self, position: usize, item: &Item) -> bool {
        self.find(position, item).is_some_and(|sent| sent.done)
    }

    /// Returns the `output_index` of the item at this position of the output, or that of a new
    /// item.
    pub(super) fn index(&self, position: usize, streamed: Option<&Item>) -> u32 {
        let position_index = u32::try_from(position).unwrap_or(u32::MAX);
        match streamed {
            Some(item) => self
                .find(position, item)
                .and_then(|sent| sent.index)
                .unwrap_or(position_index),
            None => {
                let last = self.items.iter().filter_map(|sent| sent.index).max();
                let next = last.map_or(0, |last| last.saturating_add(1));
                next.max(position_index)
            }
        }
    }

    /// Finds an item by its id, or else by its position in the output.
    fn find(&self, position: usize, item: &Item) -> Option<&SentItem> {
        let id = item.id().unwrap_or_default();
        let has_id = |sent: &&SentItem| !id.is_empty() && sent.id == id;
        let has_index =
            |sent: &&SentItem| sent.index.is_some_and(|index| index as usize == position);
        let found = self.items.iter().find(has_id);
        found.or_else(|| self.items.iter().find(has_index))
    }
}

/// Returns the boundary that an event reports; `None` for other events.
pub(super) fn boundary(event: &StreamEvent) -> Option<Boundary> {
    use BoundaryKind as Kind;
    use StreamEvent as E;
    let (kind, output_index, part_index) = match event {
        E::ContentPartAdded(e) | E::ReasoningPartAdded(e) => {
            (Kind::Added, e.output_index, e.content_index)
        }
        E::ContentPartDone(e) | E::ReasoningPartDone(e) => {
            (Kind::Done, e.output_index, e.content_index)
        }
        E::OutputTextDone(e) | E::ReasoningTextDone(e) | E::ReasoningDone(e) => {
            (Kind::TextDone, e.output_index, e.content_index)
        }
        E::RefusalDone(e) => (Kind::TextDone, e.output_index, e.content_index),
        E::ReasoningSummaryPartAdded(e) => (Kind::SummaryAdded, e.output_index, e.summary_index),
        E::ReasoningSummaryPartDone(e) => (Kind::SummaryDone, e.output_index, e.summary_index),
        E::ReasoningSummaryTextDone(e) | E::ReasoningSummaryDone(e) => {
            (Kind::SummaryTextDone, e.output_index, e.summary_index)
        }
        E::FunctionCallArgumentsDone(e) | E::McpCallArgumentsDone(e) => {
            (Kind::CallDone, e.output_index, 0)
        }
        E::CustomToolCallInputDone(e) => (Kind::CallDone, e.output_index, 0),
        _ => return None,
    };
    Some(Boundary::new(kind, output_index, part_index))
}
