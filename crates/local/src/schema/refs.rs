//! Resolves references within their document.

use serde_json::Value;

use super::change::{entry, member};

/// Returns the node that a reference names, and its path. `None` if the document does not contain
/// it.
pub(super) fn resolve<'a>(document: &'a Value, reference: &str) -> Option<(&'a Value, String)> {
    let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let (start, path) = match base {
        "" => (document, String::new()),
        base => {
            let named = |node: &Value| {
                ["$id", "id"].iter().any(|key| {
                    let id = node.get(*key).and_then(Value::as_str);
                    id.is_some_and(|id| id.trim_end_matches('#') == base)
                })
            };
            find(document, String::new(), &named)?
        }
    };
    match fragment.strip_prefix('/') {
        // Both `#` and `#/` are in use for the whole document.
        _ if fragment.is_empty() || fragment == "/" => Some((start, path)),
        Some(pointer) => follow(start, path, pointer),
        None => {
            let named = |node: &Value| {
                let is = |key: &str, name: &str| node.get(key).is_some_and(|value| value == name);
                is("$anchor", fragment)
                    || is("$dynamicAnchor", fragment)
                    || is("$id", &format!("#{fragment}"))
                    || is("id", &format!("#{fragment}"))
            };
            find(start, path, &named)
        }
    }
}

/// Follows a JSON pointer, given without its first slash.
fn follow<'a>(start: &'a Value, path: String, pointer: &str) -> Option<(&'a Value, String)> {
    let mut node = start;
    let mut path = path;
    for segment in pointer.split('/') {
        let name = decoded(segment);
        match node {
            Value::Object(members) => {
                // Some generators do not escape names.
                let (name, next) = match members.get(&name) {
                    Some(next) => (name.as_str(), next),
                    None => (segment, members.get(segment)?),
                };
                path = member(&path, name);
                node = next;
            }
            Value::Array(nodes) => {
                let index = name.parse().ok()?;
                path = entry(&path, index);
                node = nodes.get(index)?;
            }
            _ => return None,
        }
    }
    Some((node, path))
}

/// Decodes a segment of a pointer in a URI fragment: percent-encoding, then `~0` and `~1`.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes)
        .replace("~1", "/")
        .replace("~0", "~")
}

/// Returns the first node that passes the test, in document order.
fn find<'a>(
    node: &'a Value,
    path: String,
    test: &dyn Fn(&Value) -> bool,
) -> Option<(&'a Value, String)> {
    if node.is_object() && test(node) {
        return Some((node, path));
    }
    match node {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, child)| find(child, member(&path, name), test)),
        Value::Array(nodes) => nodes
            .iter()
            .enumerate()
            .find_map(|(index, child)| find(child, entry(&path, index), test)),
        _ => None,
    }
}
