//! Finds the slot of the item that an event is about.
//!
//! Upstreams are trusted in this order: the index and the id together, the id, the index, and then
//! the only open item of the right kind.

use orouter_wire::{Item, StreamEvent};

use super::compare::alike;
use super::item_kind::item_kind;
use super::slot::Slot;
use super::state::{Repair, item_id};
use super::texts::has_content;

/// Maximum number of slots searched, the latest first. Bounds the time for streams with thousands
/// of items.
const MAX_SEARCHED: usize = 64;

impl Repair {
    /// Returns the position of the slot that an event about a part of an item is about. `id` is not
    /// empty.
    pub(super) fn seek(&self, event: &StreamEvent, index: u32, id: Option<&str>) -> Option<usize> {
        let kind = item_kind(event);
        let fits = |slot: &Slot| kind.is_none_or(|kind| kind == slot.kind);
        let has_index = |slot: &Slot| slot.upstream_index == Some(index);
        if let Some(slot) = self.slots.get(self.latest)
            && slot.is_open()
            && has_index(slot)
            && id.unwrap_or_default() == slot.upstream_id
            && fits(slot)
        {
            return Some(self.latest);
        }
        if let Some(id) = id {
            let named = self
                .named(id)
                .filter(|at| self.slots.get(*at).is_some_and(fits));
            if named.is_some() {
                return named;
            }
        }
        let open = |slot: &Slot| slot.is_open() && fits(slot);
        let by_index = self.search(|slot| open(slot) && has_index(slot));
        if by_index.is_some() {
            return by_index;
        }
        if id.is_some() {
            // An item whose ids vary gets no new item for an event after its end.
            return self.search(|slot| slot.ids_vary && has_index(slot) && fits(slot));
        }
        // Upstreams that send no ids may send no index either.
        let any = self.search(open);
        any.or_else(|| self.search(|slot| has_index(slot) && fits(slot)))
    }

    /// Returns the position of the slot of a whole item. `done`: the event reports its end.
    pub(super) fn seek_item(&self, index: Option<u32>, item: &Item, done: bool) -> Option<usize> {
        let id = item_id(item).unwrap_or_default();
        let id = id.as_ref();
        let call_id = item.call_id().filter(|id| !id.is_empty());
        let fits = |slot: &Slot| slot.kind == item.kind() && slot.may_be_call(call_id);
        let has_index = |slot: &Slot| slot.upstream_index == index;
        if let Some(at) = self.named(id)
            && let Some(slot) = self.slots.get(at)
            && fits(slot)
            && (slot.is_open() || has_index(slot) || index.is_none())
        {
            return Some(at);
        }
        let ids_differ =
            |slot: &Slot| !id.is_empty() && !slot.upstream_id.is_empty() && id != slot.upstream_id;
        let same_call = |slot: &Slot| call_id == Some(slot.call_id.as_str());
        let open = |slot: &Slot| slot.is_open() && fits(slot);
        let by_index = self.search(|slot| {
            open(slot)
                && index.is_some()
                && has_index(slot)
                && (done || !ids_differ(slot) || same_call(slot))
        });
        by_index
            .or_else(|| self.search(|slot| fits(slot) && same_call(slot)))
            .or_else(|| {
                let misplaced = |slot: &Slot| open(slot) && !(index.is_some() && ids_differ(slot));
                self.search(misplaced).filter(|_| done)
            })
            .or_else(|| {
                // Some upstreams end an item twice. Items without content are too alike to tell.
                let repeated = |slot: &Slot| {
                    let told_apart = ids_differ(slot) && !has_content(item);
                    let known = slot
                        .done
                        .as_ref()
                        .filter(|_| has_index(slot) && !told_apart);
                    fits(slot) && known.is_some_and(|known| alike(known, item))
                };
                self.search(repeated).filter(|_| done)
            })
    }

    /// Returns the position of the latest slot with this id of the upstream.
    pub(super) fn named(&self, id: &str) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        self.by_id.get(id).copied()
    }

    /// Returns the position of the latest slot for which `matches` holds.
    pub(super) fn search(&self, matches: impl Fn(&Slot) -> bool) -> Option<usize> {
        let mut latest = self.slots.iter().enumerate().rev().take(MAX_SEARCHED);
        latest.find(|(_, slot)| matches(slot)).map(|(at, _)| at)
    }
}
