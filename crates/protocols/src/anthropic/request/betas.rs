//! [`Betas`]: the header `anthropic-beta`, which turns features of the API on.

use crate::notes::Notes;

/// The name of the header.
pub(super) const HEADER: &str = "anthropic-beta";

/// Files that the upstream stores.
pub(super) const FILES: &str = "files-api-2025-04-14";

/// `thinking.block_binding`.
pub(super) const THINKING_BINDING: &str = "thinking-binding-controls-2026-08-01";

/// Maximum number of features, and of bytes of the name of one.
const MAX_FEATURES: usize = 32;
const MAX_NAME_BYTES: usize = 128;

/// The features that a request needs, each once.
#[derive(Debug, Default)]
pub(super) struct Betas(Vec<String>);

impl Betas {
    /// Reads the client's list. Words that are not the name of a feature are noted.
    pub(super) fn read(list: Option<&str>, notes: &Notes) -> Self {
        let mut betas = Self::default();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        for word in list.unwrap_or_default().split(',').map(str::trim) {
            if word.is_empty() {
                continue;
            }
            let is_name = word.len() <= MAX_NAME_BYTES && word.chars().all(allowed);
            if !is_name || betas.0.len() == MAX_FEATURES {
                let reason = "it can have 32 names of features, separated by commas";
                notes.ignored("x-anthropic-beta", reason);
                continue;
            }
            betas.add(word);
        }
        betas
    }

    /// Adds a feature.
    pub(super) fn add(&mut self, name: &str) {
        if !self.0.iter().any(|known| known == name) {
            self.0.push(name.to_owned());
        }
    }

    /// Returns the value of the header. `None` if the request needs no feature.
    pub(super) fn into_value(self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join(","))
    }
}
