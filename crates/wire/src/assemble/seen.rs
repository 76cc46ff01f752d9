//! What the auditor remembers of an item and its parts.

use std::collections::BTreeMap;

use crate::item::Item;

use super::finding::Violation;
use super::identity;
use crate::event::PartList;

/// What was seen of an item.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) index: u32,
    pub(super) id: Option<String>,
    /// Its id changed, and that was reported.
    pub(super) told_id: bool,
    /// Its index changed, and that was reported.
    pub(super) told_index: bool,
    pub(super) call_id: Option<String>,
    pub(super) kind: String,
    pub(super) done: Option<Box<Item>>,
    pub(super) parts: BTreeMap<(PartList, u32), Part>,
}

/// What was seen of a part of an item.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) added: bool,
    /// The text with which it was added, then the deltas.
    pub(super) text: String,
    /// How long the former is.
    pub(super) start: usize,
    pub(super) done: bool,
    /// A rule was found broken; it is not told again for every event that repeats the value.
    pub(super) told: bool,
}

impl Part {
    pub(super) fn makes(&self, whole: &str) -> bool {
        self.text.get(self.start..) == Some(whole) || self.text == whole
    }
}

impl Seen {
    /// Compares an id with the first one. A change is reported once.
    pub(super) fn check_id(&mut self, id: Option<&str>) -> Option<Violation> {
        let id = id?;
        match &self.id {
            Some(known) if known == id || self.told_id => None,
            Some(known) => {
                self.told_id = true;
                Some(Violation::ItemId {
                    index: self.index,
                    expected: known.clone(),
                    found: id.to_owned(),
                })
            }
            None => {
                self.id = Some(id.to_owned());
                None
            }
        }
    }

    /// True if an item under the same index is another item, by the rules of `identity.rs`.
    pub(super) fn differs(&self, item: &Item) -> bool {
        match (self.call_id.as_deref(), identity::call_id(item)) {
            (Some(a), Some(b)) if a != b => true,
            _ => {
                let id = identity::id(item);
                self.kind != item.kind()
                    && !self.kind.is_empty()
                    && (id.is_none() || self.id.as_deref() != id)
            }
        }
    }
}

/// The members in which two items differ. Encrypted content and the fingerprint of a program may
/// be made anew each time.
pub(super) fn members(a: &Item, b: &Item) -> Vec<String> {
    let is_program = matches!(a, Item::Program(_));
    let object = |item: &Item| -> BTreeMap<String, serde_json::Value> {
        serde_json::from_str(&crate::to_string(item)).unwrap_or_default()
    };
    let (a, b) = (object(a), object(b));
    let mut names: Vec<String> = a.keys().chain(b.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names.retain(|name| {
        let (a, b) = (a.get(name), b.get(name));
        let may_change = name == "encrypted_content" || (is_program && name == "fingerprint");
        a != b && !(may_change && a.is_some() && b.is_some())
    });
    names
}
