//! [`ClientIds`]: the ids of a response's items for the client.

use std::collections::HashSet;

use super::item_kind::id_prefix;

/// The ids that the client knows. No two items have the same.
#[derive(Debug)]
pub(super) struct ClientIds {
    known: HashSet<String>,
    /// The beginning of the random part of generated ids.
    seed: String,
}

impl ClientIds {
    pub(super) fn new(seed: &str) -> Self {
        Self {
            known: HashSet::new(),
            seed: seed.chars().filter(char::is_ascii_alphanumeric).collect(),
        }
    }

    /// Returns the id for the item at position `at`: `upstream_id`, or a new id if `upstream_id` is
    /// empty or that of another item.
    pub(super) fn assign(&mut self, upstream_id: &str, kind: &str, at: usize) -> String {
        let id = if upstream_id.is_empty() || self.known.contains(upstream_id) {
            self.generate(kind, at)
        } else {
            upstream_id.to_owned()
        };
        self.known.insert(id.clone());
        id
    }

    fn generate(&self, kind: &str, mut number: usize) -> String {
        loop {
            let id = format!("{}{}{number:04}", id_prefix(kind), self.seed);
            if !self.known.contains(&id) {
                return id;
            }
            number += 1;
        }
    }
}
