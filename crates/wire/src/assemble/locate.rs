//! Which item of the response an event is about.
//!
//! Senders are trusted in this order: the index and the id together, the id, the index. An item
//! that cannot be the one under its index gets a place of its own behind that one.

use crate::event::kind::Kind;
use crate::item::Item;

use super::assembler::Assembler;
use super::identity::{alike, differ, same_call, same_id, same_kind};

/// How many items are looked at: of those that share an index the latest, and of the response the
/// last. It bounds the time for streams that put thousands of items in one place.
const LOOKED_AT: usize = 64;

impl Assembler {
    /// The position of the item of this kind that an event about a part of it is about, begun if
    /// there is none; `None` if the event is about an item of another kind, or comes after the end.
    pub(super) fn find(&mut self, index: u32, id: &str, kind: Kind) -> Option<usize> {
        let at = self.seek(index, id, kind);
        self.touched = at.is_some();
        if let Some(at) = at {
            self.last = at;
        }
        at
    }

    fn seek(&mut self, index: u32, id: &str, kind: Kind) -> Option<usize> {
        if self.is_finished() {
            return None;
        }
        let has_id = |item: &Item| id.is_empty() || item.id() == Some(id);
        // Most events are about the same item as the one before.
        if self
            .places
            .at(self.last)
            .is_some_and(|it| it.index == index)
        {
            let item = self.response.output.get(self.last);
            if item.is_some_and(|item| has_id(item) && kind.fits(item)) {
                return Some(self.last);
            }
        }
        let same_index = self.places.with_index(index);
        let fits = |at: usize| self.response.output.get(at).is_some_and(|it| kind.fits(it));
        let latest = |that: &dyn Fn(usize) -> bool| {
            let mut range = same_index.clone().rev().take(LOOKED_AT);
            range.find(|at| that(*at))
        };
        if !id.is_empty() {
            let at = latest(&|at| {
                let item = self.response.output.get(at);
                item.is_some_and(|item| has_id(item) && kind.fits(item))
            });
            if at.is_some() {
                return at;
            }
        }
        let named = self.named_position(id);
        if let Some(at) = named.filter(|at| fits(*at)) {
            return Some(at);
        }
        let by_index = latest(&|at| fits(at) && self.is_open(at)).or_else(|| latest(&fits));
        if by_index.is_some() {
            return by_index;
        }
        let is_unknown = |at: usize| {
            let item = self.response.output.get(at);
            matches!(item, Some(Item::Unknown(_)))
        };
        if latest(&|_| true).is_some_and(is_unknown) {
            return None;
        }
        if let Some(named) = named.and_then(|at| self.response.output.get(at)) {
            // The id is another item's. Text under the id of a call is kept all the same. The
            // parts of reasoning may be of any kind, and are not text. A call that no event
            // announced would be one that the model did not make.
            let is_text = kind == Kind::Message && !matches!(named, Item::Reasoning(_));
            return is_text.then(|| self.add(index, kind.blank("")));
        }
        if id.is_empty() && !same_index.is_empty() {
            let open = self.latest_open(|item| kind.fits(item));
            if open.is_some() {
                return open;
            }
        }
        Some(self.add(index, kind.blank(id)))
    }

    /// The position of the item that a whole item continues or replaces; `None` if it is new.
    pub(super) fn locate(&self, index: Option<u32>, item: &Item, done: bool) -> Option<usize> {
        let same_index = index.map_or(0..0, |index| self.places.with_index(index));
        let output = &self.response.output;
        let latest = |that: &dyn Fn(usize, &Item) -> bool| {
            let mut range = same_index.clone().rev().take(LOOKED_AT);
            range.find(|at| output.get(*at).is_some_and(|known| that(*at, known)))
        };
        let same = latest(&|_, known| same_id(known, item) && !differ(known, item));
        if same.is_some() {
            return same;
        }
        let named = item.id().and_then(|id| self.named_position(id));
        let named = named.filter(|at| {
            output.get(*at).is_some_and(|known| {
                let elsewhere = index.is_none() || !same_index.is_empty();
                same_kind(known, item)
                    && !differ(known, item)
                    && (elsewhere || self.is_open(*at) || same_call(known, item))
            })
        });
        let by_index = || {
            latest(&|_, known| same_call(known, item))
                .or_else(|| latest(&|at, known| self.is_open(at) && !differ(known, item)))
                // An item that is done comes again only under its id, or as it was.
                .or_else(|| latest(&|_, known| !differ(known, item) && alike(known, item)))
        };
        named.or_else(by_index).or_else(|| {
            let misplaced = done && (index.is_none() || !same_index.is_empty());
            if !misplaced {
                return None;
            }
            self.latest_open(|known| {
                let ids_tell = index.is_some() && known.id().is_some() && item.id().is_some();
                same_kind(known, item) && !differ(known, item) && !ids_tell
            })
        })
    }

    fn named_position(&self, id: &str) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        self.places.find(*self.ids.get(id)?)
    }

    fn is_open(&self, at: usize) -> bool {
        self.slots.get(at).is_some_and(|slot| !slot.done)
    }

    fn latest_open(&self, that: impl Fn(&Item) -> bool) -> Option<usize> {
        let output = &self.response.output;
        let mut last = (0..output.len()).rev().take(LOOKED_AT);
        last.find(|at| self.is_open(*at) && output.get(*at).is_some_and(&that))
    }
}
