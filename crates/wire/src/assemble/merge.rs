//! The last event's output joined with the items that were streamed.
//!
//! An item of the last event replaces the streamed one that it is; items that the last event leaves
//! out are kept.

use std::collections::{HashMap, VecDeque};

use crate::item::Item;

use super::fill;
use super::identity::{call_id, differ, id, same_id, same_kind};

/// Maximum number of streamed items compared with one that neither id nor content identifies.
const TRIED: usize = 64;

/// True if both lists hold the same items in the same order, by their ids.
pub(super) fn in_step(new: &[Item], old: &[Item]) -> bool {
    new.len() == old.len()
        && new
            .iter()
            .zip(old)
            .all(|(new, old)| same_id(new, old) && !differ(new, old) && same_kind(new, old))
}

/// Joins the streamed items into the last event's. Messages that the last event leaves out are
/// dropped if `text_is_covered`: then its other messages hold their text. Returns for each item
/// the position of the streamed item that it is.
pub(super) fn output(
    new: &mut Vec<Item>,
    old: Vec<Item>,
    text_is_covered: bool,
) -> Vec<Option<usize>> {
    let matched = matches(new, &old);
    // Behind which of the last event's items those stand that it leaves out.
    let mut place = vec![None; old.len()];
    for (at, origin) in matched.iter().enumerate() {
        if let Some(place) = origin.and_then(|origin| place.get_mut(origin)) {
            *place = Some(at);
        }
    }
    let mut left_out: HashMap<Option<usize>, Vec<(usize, Item)>> = HashMap::new();
    let mut before = None;
    for ((origin, item), at) in old.into_iter().enumerate().zip(place) {
        if let Some(place) = at.and_then(|at| new.get_mut(at)) {
            before = at;
            fill::item(place, item);
            continue;
        }
        let covered = text_is_covered
            && item
                .as_message()
                .is_some_and(|message| message.refusal().is_none());
        if !covered {
            left_out.entry(before).or_default().push((origin, item));
        }
    }
    if left_out.is_empty() {
        return matched;
    }
    let mut all = Vec::with_capacity(new.len() + left_out.len());
    let mut origins = Vec::with_capacity(all.capacity());
    let mut insert =
        |after: Option<usize>, all: &mut Vec<Item>, origins: &mut Vec<Option<usize>>| {
            for (origin, item) in left_out.remove(&after).unwrap_or_default() {
                all.push(item);
                origins.push(Some(origin));
            }
        };
    insert(None, &mut all, &mut origins);
    for (at, (item, origin)) in std::mem::take(new).into_iter().zip(matched).enumerate() {
        all.push(item);
        origins.push(origin);
        insert(Some(at), &mut all, &mut origins);
    }
    *new = all;
    origins
}

/// The position of the streamed item that each item of the last event is: by id, by `call_id`, by
/// content, or, unless ids tell items apart here, the next of its kind.
fn matches(new: &[Item], old: &[Item]) -> Vec<Option<usize>> {
    let mut found = Matches {
        origins: vec![None; new.len()],
        taken: vec![false; old.len()],
    };
    found.by(new, old, |item| {
        Some((item.kind().to_owned(), id(item)?.to_owned()))
    });
    let ids_tell = found.taken.contains(&true);
    found.by(new, old, |item| {
        Some((item.kind().to_owned(), call_id(item)?.to_owned()))
    });
    if found.taken.contains(&false) && found.origins.contains(&None) {
        found.by(new, old, |item| {
            Some((item.kind().to_owned(), content(item)))
        });
        found.in_order(new, old, ids_tell);
    }
    found.origins
}

struct Matches {
    origins: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Matches {
    fn take(&mut self, at: usize, origin: usize) {
        if let (Some(place), Some(taken)) = (self.origins.get_mut(at), self.taken.get_mut(origin)) {
            *place = Some(origin);
            *taken = true;
        }
    }

    fn is_taken(&self, origin: usize) -> bool {
        self.taken.get(origin).copied().unwrap_or_default()
    }

    fn by(&mut self, new: &[Item], old: &[Item], key: impl Fn(&Item) -> Option<(String, String)>) {
        let mut keys: HashMap<(String, String), VecDeque<usize>> = HashMap::new();
        for (origin, item) in old.iter().enumerate() {
            if let (false, Some(key)) = (self.is_taken(origin), key(item)) {
                keys.entry(key).or_default().push_back(origin);
            }
        }
        for (at, item) in new.iter().enumerate() {
            if self.origins.get(at).is_some_and(Option::is_some) {
                continue;
            }
            let Some(queue) = key(item).and_then(|key| keys.get_mut(&key)) else {
                continue;
            };
            let origin = queue.front().copied();
            let is_same = |origin: usize| {
                let old = old.get(origin);
                old.is_some_and(|old| !differ(old, item))
            };
            if let Some(origin) = origin.filter(|origin| is_same(*origin)) {
                queue.pop_front();
                self.take(at, origin);
            }
        }
    }

    fn in_order(&mut self, new: &[Item], old: &[Item], ids_tell: bool) {
        let mut kinds: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for (origin, item) in old.iter().enumerate() {
            if !self.is_taken(origin) {
                kinds.entry(item.kind()).or_default().push_back(origin);
            }
        }
        for (at, item) in new.iter().enumerate() {
            if self.origins.get(at).is_some_and(Option::is_some) {
                continue;
            }
            let Some(queue) = kinds.get_mut(item.kind()) else {
                continue;
            };
            let next = queue.iter().take(TRIED).position(|origin| {
                old.get(*origin).is_some_and(|old| {
                    let told_apart = ids_tell && id(old).is_some() && id(item).is_some();
                    !differ(old, item) && !told_apart
                })
            });
            if let Some(origin) = next.and_then(|next| queue.remove(next)) {
                self.take(at, origin);
            }
        }
    }
}

/// The content of an item: its JSON without id and status, or the text of a message.
fn content(item: &Item) -> String {
    if let Item::Message(message) = item {
        return message.text();
    }
    let mut item = item.clone();
    item.set_id("");
    item.set_status(crate::item::ItemStatus::Completed);
    crate::to_string(&item)
}
