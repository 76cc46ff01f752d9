//! [`Given`]: the text of an item that readers have, before a whole item replaces the item.

use crate::item::Item;

use super::slot::Slot;
use super::spans::{Part, Span, placed, remaining, text_of};

/// The text of an item that readers got before a whole item replaces it. Made only if the new text
/// does not simply continue the old.
pub(super) struct Given {
    whole: String,
    /// The numbers and texts of the parts; none if they are not what was given.
    parts: Option<Vec<(u32, String)>>,
}

impl Given {
    pub(super) fn from_item(item: &Item, slot: &Slot) -> Self {
        if let Some(told) = &slot.told {
            return Given {
                whole: told.clone(),
                parts: None,
            };
        }
        let parts = placed(item, 0).map(|(_, part, text)| {
            let number = match part {
                Part::At(at) => slot.parts.key(at).unwrap_or(u32::MAX),
                _ => 0,
            };
            (number, text.to_owned())
        });
        Given {
            whole: text_of(item),
            parts: Some(parts.filter(|(_, text)| !text.is_empty()).collect()),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.whole
    }

    /// Adds a span for each new text of the item that took the place. Returns what was given where
    /// the new text contradicts it.
    pub(super) fn compare(self, new: &Item, item: usize, spans: &mut Vec<Span>) -> Option<String> {
        if !remaining(&self.whole, new, item, spans) {
            return None;
        }
        let first = spans.len();
        match self.parts {
            Some(parts) if continues(&parts, new, item, spans) => None,
            _ => {
                spans.truncate(first);
                Some(self.whole)
            }
        }
    }
}

/// Compares part by part. False if a part contradicts the earlier one with its number.
fn continues(old: &[(u32, String)], new: &Item, item: usize, spans: &mut Vec<Span>) -> bool {
    let mut found = 0;
    for (item, part, text) in placed(new, item) {
        let at = match part {
            Part::At(at) => at,
            _ => 0,
        };
        let earlier = old.iter().find(|(number, _)| *number as usize == at);
        let start = match earlier {
            Some((_, earlier)) if text.starts_with(earlier.as_str()) => {
                found += 1;
                earlier.len()
            }
            Some(_) => return false,
            None => 0,
        };
        if start < text.len() {
            spans.push(Span { item, part, start });
        }
    }
    found == old.len()
}
