//! Data of server-sent events that is not JSON.

/// Returns `true` for data that stands for nothing: some servers keep a connection alive with it.
pub(crate) fn is_harmless(data: &str) -> bool {
    data.is_empty() || data == "null" || data.starts_with(':')
}
