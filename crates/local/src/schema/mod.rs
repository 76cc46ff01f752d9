//! Relaxes a JSON schema until the engine can enforce it, and lists the changes.
//!
//! [`rewrite`] keeps the keywords that llguidance implements and drops the others, node by node.
//! [`one_of`] and [`recursion`] change constraints that involve several nodes. [`repair`] compiles
//! the result and relaxes the parts that do not compile.

mod array;
mod change;
mod compiler;
mod object;
mod one_of;
mod recursion;
mod refs;
mod repair;
mod rewrite;
mod scalar;
mod tree;

use serde_json::{Map, Value, json};

pub use self::change::Change;
pub(crate) use self::compiler::SchemaCompiler;

use self::change::record;
use self::repair::Repairer;
use self::rewrite::Rewriter;
use self::tree::{referenced, strip};

/// Values that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaRoot {
    /// Any JSON value.
    Any,
    /// An object, such as the arguments of a function. Other values are not allowed, even if the
    /// schema allows them.
    Object,
}

/// A schema that the engine can enforce, and its differences from the original.
///
/// Returned by [`Engine::relax`](crate::Engine::relax).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Relaxed {
    /// The schema. Every value that satisfies the original satisfies it.
    pub schema: Value,
    /// Constraints of the original that the schema does not have; empty if it is as strict as the
    /// original. Annotations and unknown keywords are not constraints and are not listed.
    pub changes: Vec<Change>,
}

/// Relaxes a schema as little as possible.
pub(crate) fn relax(schema: &Value, root: SchemaRoot, compiler: &dyn SchemaCompiler) -> Relaxed {
    let mut changes = Vec::new();
    let document = match root {
        SchemaRoot::Any => schema.clone(),
        SchemaRoot::Object => object_root(schema, &mut changes),
    };
    let mut rewriter = Rewriter::new(&document, compiler, changes);
    let mut tree = rewriter.rewrite();
    let mut changes = rewriter.changes;
    one_of::replace(&mut tree, &mut changes);
    recursion::end(&mut tree, &mut changes);
    let mut repairer = Repairer::new(compiler, &mut changes);
    repairer.repair(&mut tree);
    if root == SchemaRoot::Object && !is_object(&tree.root, &tree.definitions, 0) {
        let both = json!({"allOf": [{"type": "object"}, tree.root]});
        tree.root = if compiler.compiles(&tree.whole(&both)) {
            both
        } else {
            record(&mut changes, "", "does not describe an object");
            json!({"type": "object"})
        };
    }
    let mut schema = tree.whole(&tree.root);
    strip(&mut schema);
    Relaxed { schema, changes }
}

/// Returns the schema of a function's arguments, restricted to objects.
fn object_root(schema: &Value, changes: &mut Vec<Change>) -> Value {
    let mut members = match schema {
        Value::Object(members) => members.clone(),
        Value::Bool(true) | Value::Null => Map::new(),
        _ => {
            record(changes, "", "does not describe an object");
            Map::new()
        }
    };
    let declared = match members.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let object = declared
        .iter()
        .any(|name| name.eq_ignore_ascii_case("object"));
    if !declared.is_empty() && !object {
        record(changes, "type", "must be `object`");
    }
    members.insert("type".to_owned(), json!("object"));
    let objects = |list: &Value| {
        list.as_array()
            .is_some_and(|list| list.iter().any(Value::is_object))
    };
    if members.get("enum").is_some_and(|list| !objects(list)) {
        members.remove("enum");
        record(changes, "enum", "must hold objects");
    }
    if members.get("const").is_some_and(|value| !value.is_object()) {
        members.remove("const");
        record(changes, "const", "must be an object");
    }
    Value::Object(members)
}

/// Returns `true` if only objects satisfy a rewritten node.
fn is_object(node: &Value, definitions: &[Value], depth: usize) -> bool {
    let Value::Object(members) = node else {
        return false;
    };
    let list = |key: &str| members.get(key).and_then(Value::as_array);
    let child = |node: &Value| depth < 16 && is_object(node, definitions, depth + 1);
    members.get("type").is_some_and(|name| name == "object")
        || list("enum").is_some_and(|values| values.iter().all(Value::is_object))
        || list("allOf").is_some_and(|nodes| nodes.iter().any(child))
        || list("anyOf").is_some_and(|nodes| nodes.iter().all(child))
        || referenced(members, definitions).is_some_and(child)
}

#[cfg(test)]
mod tests;
