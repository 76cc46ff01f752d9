//! [`Items`]: the output of a reply so far.

use orouter_wire::{Item, ItemEvent, StreamEvent};

use crate::reply::UpstreamEvent;

/// Maximum number of output items of one reply.
const MAX_ITEMS: usize = 4096;

/// Maximum number of bytes of text, arguments and media that are kept of one reply.
const MAX_BYTES: usize = 128 << 20;

/// The output of a reply so far: items that are done, and places for those that are open. Numbers
/// the items in the order in which they are added.
#[derive(Debug, Default)]
pub(crate) struct Items {
    done: Vec<Option<Item>>,
    bytes: usize,
}

impl Items {
    /// Announces a new item and returns its `output_index`. `make` receives the index.
    pub(crate) fn add(&mut self, item: Item, events: &mut Vec<UpstreamEvent>) -> u32 {
        let index = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        self.done.push(None);
        events.push(StreamEvent::OutputItemAdded(ItemEvent::new(index, item)).into());
        index
    }

    /// Ends the item with this index.
    pub(crate) fn done(&mut self, index: u32, item: Item, events: &mut Vec<UpstreamEvent>) {
        let place = usize::try_from(index)
            .ok()
            .and_then(|at| self.done.get_mut(at));
        if let Some(place) = place {
            *place = Some(item.clone());
        }
        events.push(StreamEvent::OutputItemDone(ItemEvent::new(index, item)).into());
    }

    /// Adds an item that is complete, with all its events.
    pub(crate) fn add_whole(&mut self, item: Item, events: &mut Vec<UpstreamEvent>) {
        let index = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        let all = orouter_wire::assemble::events_of_item(&item, index);
        events.extend(all.into_iter().map(UpstreamEvent::from));
        self.done.push(Some(item));
    }

    /// Returns the number of items.
    pub(crate) fn len(&self) -> usize {
        self.done.len()
    }

    /// Returns `true` if no item was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.done.is_empty()
    }

    /// Returns `true` if an item that is done has this id.
    pub(crate) fn has_id(&self, id: &str) -> bool {
        self.done.iter().flatten().any(|item| item.id() == Some(id))
    }

    /// Counts bytes that the reply makes this process keep.
    pub(crate) fn count(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Returns the reason if the reply is larger than it may be.
    pub(crate) fn excess(&self) -> Option<String> {
        if self.done.len() > MAX_ITEMS {
            Some(format!(
                "the provider's reply has more than {MAX_ITEMS} output items"
            ))
        } else if self.bytes > MAX_BYTES {
            Some(format!(
                "the provider's reply is longer than {MAX_BYTES} bytes"
            ))
        } else {
            None
        }
    }

    /// Returns the items that are done.
    pub(crate) fn take(&mut self) -> Vec<Item> {
        std::mem::take(&mut self.done)
            .into_iter()
            .flatten()
            .collect()
    }
}
