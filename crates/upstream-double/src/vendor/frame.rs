//! Frames of server-sent events, and the usage that all replies report.

use serde_json::Value;

/// Tokens of the prompt and of the output that replies report.
pub(super) const USAGE: (u64, u64) = (11, 5);

/// Returns a frame without a name.
pub(super) fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}

/// Returns a frame that is named as its `type`.
pub(super) fn named(event: &Value) -> String {
    let name = event
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    format!("event: {name}\n{}", data(event))
}
