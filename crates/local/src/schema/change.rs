//! Changes that relax a schema, and the paths of its nodes.

use serde_json::Value;

/// A constraint that the engine cannot enforce.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Path in the schema, such as `properties.email.pattern`; empty for the whole schema.
    pub path: String,
    /// Reason, such as `is not supported`.
    pub reason: &'static str,
}

/// Adds a change to the list.
pub(super) fn record(changes: &mut Vec<Change>, path: &str, reason: &'static str) {
    let path = path.to_owned();
    changes.push(Change { path, reason });
}

/// Returns the path of a member of the node at `at`.
pub(super) fn member(at: &str, name: &str) -> String {
    const MAX_CHARACTERS: usize = 64;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-');
    let dot = if at.is_empty() { "" } else { "." };
    if !name.is_empty() && name.len() <= MAX_CHARACTERS && name.chars().all(plain) {
        return format!("{at}{dot}{name}");
    }
    let short: String = name.chars().take(MAX_CHARACTERS).collect();
    format!("{at}[{}]", Value::from(short))
}

/// Returns the path of an entry of the list at `at`.
pub(super) fn entry(at: &str, index: usize) -> String {
    format!("{at}[{index}]")
}
