//! Relaxes endless recursion: an object that requires an object of the same schema in itself.

use serde_json::Value;

use super::change::{Change, member, record};
use super::tree::{Tree, each_child, original_path, referenced};

/// Relaxes all definitions that only infinite values satisfy.
pub(super) fn end(tree: &mut Tree, changes: &mut Vec<Change>) {
    // A definition that no value satisfies even if its references were satisfied is another error.
    let possible: Vec<bool> = {
        let all = vec![true; tree.definitions.len()];
        let finite = |node| is_finite(node, tree, &all);
        tree.definitions.iter().map(finite).collect()
    };
    for index in 0..tree.definitions.len() {
        let known = finite(tree);
        let endless =
            |index: usize| possible.get(index) == Some(&true) && known.get(index) == Some(&false);
        if !endless(index) {
            continue;
        }
        let Some(mut node) = tree.definitions.get(index).cloned() else {
            continue;
        };
        require_less(&mut node, tree, &known, changes);
        let path = original_path(&node).to_owned();
        if let Some(definition) = tree.definitions.get_mut(index) {
            *definition = node;
        }
        if finite(tree).get(index) == Some(&false) {
            record(changes, &path, "refers to itself without end");
            if let Some(definition) = tree.definitions.get_mut(index) {
                *definition = Value::Bool(true);
            }
        }
    }
}

/// Makes members optional whose values would be infinite.
fn require_less(node: &mut Value, tree: &Tree, known: &[bool], changes: &mut Vec<Change>) {
    each_child(node, &mut |child| require_less(child, tree, known, changes));
    let path = member(original_path(node), "required");
    let Value::Object(members) = node else { return };
    let properties = members.get("properties").cloned();
    let Some(Value::Array(names)) = members.get_mut("required") else {
        return;
    };
    let before = names.len();
    names.retain(|name| {
        let declared = properties
            .as_ref()
            .and_then(|nodes| nodes.get(name.as_str()?));
        declared.is_none_or(|node| is_finite(node, tree, known))
    });
    if names.len() < before {
        record(changes, &path, "requires a value that never ends");
    }
    if names.is_empty() {
        members.remove("required");
    }
}

/// Returns `true` for each definition that a finite value satisfies.
fn finite(tree: &Tree) -> Vec<bool> {
    let mut known = vec![false; tree.definitions.len()];
    loop {
        let next: Vec<bool> = tree
            .definitions
            .iter()
            .map(|node| is_finite(node, tree, &known))
            .collect();
        if next == known {
            return known;
        }
        known = next;
    }
}

/// Returns `true` if a finite value satisfies the node. `known` marks the definitions that a finite
/// value satisfies.
fn is_finite(node: &Value, tree: &Tree, known: &[bool]) -> bool {
    let members = match node {
        Value::Object(members) => members,
        node => return *node != false,
    };
    let finite = |node: &Value| is_finite(node, tree, known);
    if let Some(target) = referenced(members, &tree.definitions) {
        let index = tree
            .definitions
            .iter()
            .position(|definition| std::ptr::eq(definition, target));
        return index.is_some_and(|index| known.get(index) == Some(&true));
    }
    let list = |key: &str| members.get(key).and_then(Value::as_array);
    if let Some(parts) = list("allOf") {
        return parts.iter().all(finite);
    }
    if let Some(parts) = list("anyOf").or_else(|| list("oneOf")) {
        return parts.iter().any(finite);
    }
    match members.get("type").and_then(Value::as_str) {
        Some("object") => list("required").into_iter().flatten().all(|name| {
            let nodes = members.get("properties");
            let declared = name.as_str().and_then(|name| nodes?.get(name));
            declared.is_none_or(finite)
        }),
        Some("array") => {
            let least = members.get("minItems").and_then(Value::as_u64).unwrap_or(0);
            let prefix = list("prefixItems").map(Vec::as_slice).unwrap_or_default();
            let needed = usize::try_from(least).unwrap_or(usize::MAX);
            prefix.iter().take(needed).all(finite)
                && (needed <= prefix.len() || members.get("items").is_none_or(finite))
        }
        _ => true,
    }
}
