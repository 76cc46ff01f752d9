//! What the client has been told of the items so far, where the snapshot does not show it.

use std::collections::HashSet;

use orouter_wire::{Item, StreamEvent};

/// The items and parts that began or ended.
#[derive(Default)]
pub(super) struct Told {
    items: Vec<Place>,
    marks: HashSet<Mark>,
}

/// An item that was announced.
struct Place {
    index: Option<u32>,
    id: String,
    done: bool,
}

/// The beginning or the end of a part: its kind, the item's index, and its own index there.
pub(super) type Mark = (Part, u32, u32);

/// A part of an item that begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Added,
    Done,
    TextDone,
    SummaryAdded,
    SummaryDone,
    SummaryTextDone,
    CallDone,
}

impl Told {
    /// Takes an event that the client gets.
    pub(super) fn push(&mut self, event: &StreamEvent) {
        let (event, done) = match event {
            StreamEvent::OutputItemAdded(event) => (event, false),
            StreamEvent::OutputItemDone(event) => (event, true),
            event => {
                self.marks.extend(mark(event));
                return;
            }
        };
        let id = event.item.as_ref().and_then(|item| item.id());
        let id = id.unwrap_or_default();
        let same = |place: &&mut Place| !id.is_empty() && place.id == id;
        let open = |place: &&mut Place| {
            done && !place.done && place.index.is_some() && place.index == event.output_index
        };
        let known = match self.items.iter_mut().find(same) {
            Some(place) => Some(place),
            None => self.items.iter_mut().find(open),
        };
        match known {
            Some(place) => place.done |= done,
            None => self.items.push(Place {
                index: event.output_index,
                id: id.to_owned(),
                done,
            }),
        }
    }

    /// Whether a part began or ended. A part that has ended has no text to end any more.
    pub(super) fn has(&self, mark: &Mark) -> bool {
        let (part, index, at) = *mark;
        let whole = match part {
            Part::TextDone => Some(Part::Done),
            Part::SummaryTextDone => Some(Part::SummaryDone),
            Part::Added | Part::Done | Part::SummaryAdded | Part::SummaryDone | Part::CallDone => {
                None
            }
        };
        self.marks.contains(mark)
            || whole.is_some_and(|whole| self.marks.contains(&(whole, index, at)))
    }

    /// Whether the item at this position of the output has ended.
    pub(super) fn is_done(&self, position: usize, item: &Item) -> bool {
        self.place(position, item).is_some_and(|place| place.done)
    }

    /// The `output_index` of the item at this position of the output, or that of a new item.
    pub(super) fn index(&self, position: usize, streamed: Option<&Item>) -> u32 {
        let position_index = u32::try_from(position).unwrap_or(u32::MAX);
        match streamed {
            Some(item) => self
                .place(position, item)
                .and_then(|place| place.index)
                .unwrap_or(position_index),
            None => {
                let last = self.items.iter().filter_map(|place| place.index).max();
                let next = last.map_or(0, |last| last.saturating_add(1));
                next.max(position_index)
            }
        }
    }

    fn place(&self, position: usize, item: &Item) -> Option<&Place> {
        let id = item.id().unwrap_or_default();
        let same = |place: &&Place| !id.is_empty() && place.id == id;
        let there = |place: &&Place| place.index.is_some_and(|index| index as usize == position);
        let found = self.items.iter().find(same);
        found.or_else(|| self.items.iter().find(there))
    }
}

/// The mark that an event sets.
pub(super) fn mark(event: &StreamEvent) -> Option<Mark> {
    use StreamEvent as E;
    Some(match event {
        E::ContentPartAdded(e) | E::ReasoningPartAdded(e) => {
            (Part::Added, e.output_index, e.content_index)
        }
        E::ContentPartDone(e) | E::ReasoningPartDone(e) => {
            (Part::Done, e.output_index, e.content_index)
        }
        E::OutputTextDone(e) | E::ReasoningTextDone(e) | E::ReasoningDone(e) => {
            (Part::TextDone, e.output_index, e.content_index)
        }
        E::RefusalDone(e) => (Part::TextDone, e.output_index, e.content_index),
        E::ReasoningSummaryPartAdded(e) => (Part::SummaryAdded, e.output_index, e.summary_index),
        E::ReasoningSummaryPartDone(e) => (Part::SummaryDone, e.output_index, e.summary_index),
        E::ReasoningSummaryTextDone(e) | E::ReasoningSummaryDone(e) => {
            (Part::SummaryTextDone, e.output_index, e.summary_index)
        }
        E::FunctionCallArgumentsDone(e) | E::McpCallArgumentsDone(e) => {
            (Part::CallDone, e.output_index, 0)
        }
        E::CustomToolCallInputDone(e) => (Part::CallDone, e.output_index, 0),
        _ => return None,
    })
}
