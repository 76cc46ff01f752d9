//! [`Slot`]: an item that has been announced to the client.

use orouter_wire::Item;

use super::part_lists::PartLists;

/// An item that has been announced. Its position in the list of slots is its `output_index`.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// The upstream's index of the item; `None` if it did not send one.
    pub(super) upstream_index: Option<u32>,
    /// The upstream's id of the item; empty if it did not send one.
    pub(super) upstream_id: String,
    /// The id that the client knows; empty for an item of an unknown kind until an event has one.
    pub(super) id: String,
    /// `true` if the upstream names the item differently in its events.
    pub(super) ids_vary: bool,
    pub(super) kind: String,
    pub(super) call_id: String,
    /// `true` once the client has been sent the beginning of the item.
    pub(super) announced: bool,
    pub(super) parts: PartLists,
    /// The item with the content that the upstream sent in its announcement. The announcement for
    /// the client has no content, because later deltas may repeat it.
    pub(super) given: Option<Item>,
    /// The item as the client has been sent it at its end.
    pub(super) done: Option<Item>,
}

impl Slot {
    pub(super) fn is_open(&self) -> bool {
        self.done.is_none()
    }

    /// Returns `true` if the call ids allow that an item is the one in this slot.
    pub(super) fn may_be_call(&self, call_id: Option<&str>) -> bool {
        match call_id {
            Some(id) if !id.is_empty() && !self.call_id.is_empty() => id == self.call_id,
            _ => true,
        }
    }
}
