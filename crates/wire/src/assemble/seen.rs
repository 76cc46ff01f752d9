//! What the auditor remembers of an item and its parts.

use std::collections::BTreeMap;

use crate::item::Item;

use super::finding::Violation;
use super::touch::List;

/// What was seen of an item.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) index: u32,
    pub(super) id: Option<String>,
    pub(super) kind: String,
    pub(super) done: Option<Box<Item>>,
    pub(super) parts: BTreeMap<(List, u32), Part>,
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
    /// Compares an id with the one so far, which it becomes.
    pub(super) fn check_id(&mut self, id: Option<&str>) -> Option<Violation> {
        let id = id?;
        match &mut self.id {
            Some(known) if known == id => None,
            Some(known) => {
                let expected = std::mem::replace(known, id.to_owned());
                Some(Violation::ItemId {
                    index: self.index,
                    expected,
                    found: id.to_owned(),
                })
            }
            None => {
                self.id = Some(id.to_owned());
                None
            }
        }
    }
}

/// The members in which two items differ. What is encrypted may differ and say the same: it is
/// encrypted anew each time.
pub(super) fn members(a: &Item, b: &Item) -> Vec<String> {
    let object = |item: &Item| -> BTreeMap<String, serde_json::Value> {
        serde_json::from_str(&crate::to_string(item)).unwrap_or_default()
    };
    let (a, b) = (object(a), object(b));
    let mut names: Vec<String> = a.keys().chain(b.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names.retain(|name| {
        let (a, b) = (a.get(name), b.get(name));
        let encrypted = name == "encrypted_content" && a.is_some() && b.is_some();
        a != b && !encrypted
    });
    names
}
