//! The end of a response: the items that its last event has, compared with those that were streamed.

use std::collections::{HashMap, VecDeque};

use orouter_wire::Item;
use orouter_wire::item::ItemStatus;

use super::compare::equal;
use super::slot::Slot;
use super::state::{Repair, Send, item_id, streamed_at};
use crate::reply::UpstreamEvent;

/// The output of a response that has ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Output {
    /// The items, as the client has them.
    pub items: Vec<Item>,
    /// `true` if the output of the last event is the same.
    pub is_last: bool,
}

/// Maximum number of items that are compared with one streamed item by kind.
const MAX_SEARCHED: usize = 64;

impl Repair {
    /// Ends the response. `last` is the output of the upstream's last event.
    ///
    /// Sends the parts of `last` that the client does not have yet. Items that have not ended are
    /// ended with `status`: all of them if `end_all`, else only those that are in `last`.
    pub fn finish(
        &mut self,
        last: Vec<Item>,
        status: &ItemStatus,
        end_all: bool,
        send: &mut dyn FnMut(UpstreamEvent),
    ) -> Output {
        let length = last.len();
        let pairs = self.pair(&last);
        let mut last: Vec<Option<Item>> = last.into_iter().map(Some).collect();
        let mut in_order = length == pairs.len();
        let mut paired = Vec::with_capacity(pairs.len());
        for (at, found) in pairs.iter().enumerate() {
            in_order &= *found == Some(at);
            let item = found.and_then(|found| last.get_mut(found)?.take());
            self.end_open(at, item.as_ref(), status, end_all, send);
            paired.push(item);
        }
        for item in last.into_iter().flatten() {
            self.add_whole(&item, status, send);
        }
        let streamed = std::mem::take(&mut self.items).into_response().output;
        let mut items = Vec::with_capacity(self.slots.len());
        for (at, slot) in self.slots.iter().enumerate() {
            let open = || streamed.get(streamed_at(&streamed, at, slot));
            items.extend(slot.done.as_ref().or_else(open).cloned());
        }
        let same = |(item, last): (&Item, &Option<Item>)| {
            last.as_ref().is_some_and(|last| equal(item, last))
        };
        let is_last = in_order && items.len() == length && items.iter().zip(&paired).all(same);
        Output { items, is_last }
    }

    /// Returns `true` if the item at this position of the output has not ended.
    #[must_use]
    pub fn is_open(&self, position: usize) -> bool {
        self.slots.get(position).is_some_and(Slot::is_open)
    }

    fn end_open(
        &mut self,
        at: usize,
        last: Option<&Item>,
        status: &ItemStatus,
        end_all: bool,
        send: Send<'_>,
    ) {
        if self.is_open(at) && (end_all || last.is_some()) {
            self.end_item(at, last, status, send);
        }
    }

    /// Sends an item of which the client has nothing.
    fn add_whole(&mut self, item: &Item, status: &ItemStatus, send: Send<'_>) {
        let (at, item) = self.begin(None, item);
        self.end_item(at, Some(&item), status, send);
    }

    /// Returns the position in `last` of the item in each slot.
    fn pair(&self, last: &[Item]) -> Vec<Option<usize>> {
        let mut pairs: Vec<Option<usize>> = vec![None; self.slots.len()];
        let mut taken = vec![false; last.len()];
        // Most upstreams send the same items in the same order.
        for (at, (slot, item)) in self.slots.iter().zip(last).enumerate() {
            let id = item_id(item).unwrap_or_default();
            let same = id == slot.upstream_id && !id.is_empty();
            if same && slot.kind == item.kind() && slot.may_be_call(item.call_id()) {
                take(&mut pairs, &mut taken, at, at);
            }
        }
        for (position, item) in last.iter().enumerate() {
            let at = self.named(&item_id(item).unwrap_or_default());
            let same = at.and_then(|at| self.slots.get(at));
            let fits = |slot: &Slot| slot.kind == item.kind() && slot.may_be_call(item.call_id());
            if same.is_some_and(fits)
                && let Some(at) = at
            {
                take(&mut pairs, &mut taken, at, position);
            }
        }
        let mut by_call = HashMap::new();
        let mut by_kind: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for (position, item) in last
            .iter()
            .enumerate()
            .filter(|(at, _)| taken.get(*at) == Some(&false))
        {
            if let Some(call_id) = item.call_id().filter(|id| !id.is_empty()) {
                by_call.entry((item.kind(), call_id)).or_insert(position);
            }
            by_kind.entry(item.kind()).or_default().push_back(position);
        }
        for (at, slot) in self.slots.iter().enumerate() {
            let call = by_call.get(&(slot.kind.as_str(), slot.call_id.as_str()));
            if let Some(position) = call {
                take(&mut pairs, &mut taken, at, *position);
            }
        }
        for (at, slot) in self.slots.iter().enumerate() {
            if pairs.get(at).is_some_and(Option::is_some) {
                continue;
            }
            let Some(left) = by_kind.get_mut(slot.kind.as_str()) else {
                continue;
            };
            while left.front().is_some_and(|at| taken.get(*at) == Some(&true)) {
                left.pop_front();
            }
            let fits = |position: usize| {
                let call_id = last.get(position).and_then(Item::call_id);
                taken.get(position) == Some(&false) && slot.may_be_call(call_id)
            };
            let found = left.iter().take(MAX_SEARCHED).copied().find(|at| fits(*at));
            if let Some(position) = found {
                take(&mut pairs, &mut taken, at, position);
            }
        }
        pairs
    }
}

/// Pairs the slot `at` with the item at `position`, unless one of them is paired.
fn take(pairs: &mut [Option<usize>], taken: &mut [bool], at: usize, position: usize) {
    if let (Some(pair), Some(taken)) = (pairs.get_mut(at), taken.get_mut(position))
        && pair.is_none()
        && !*taken
    {
        *pair = Some(position);
        *taken = true;
    }
}
