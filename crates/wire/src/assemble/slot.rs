//! [`Slot`]: the assembler's state beside an item.

use crate::item::Item;

use super::order::Order;
use super::parts;
use super::spans::Preview;

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
    pub(super) fn from_item(item: &Item) -> Self {
        Slot {
            parts: Order::from_length(parts::count(item)),
            summary: Order::from_length(parts::summary_count(item)),
            ..Slot::default()
        }
    }

    /// Takes over the numbers of an item's parts after a whole item was joined with it.
    pub(super) fn renumber(&mut self, item: &Item) {
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
