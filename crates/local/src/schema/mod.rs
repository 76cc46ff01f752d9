//! Relaxes a JSON schema to one that the engine enforces, and lists what was relaxed.
//!
//! [`rewrite`] writes the schema with the keywords that llguidance implements and drops the
//! constraints that it does not, each at its own place. [`one_of`] and [`recursion`] look at the
//! result as a whole. [`mend`] compiles it, and relaxes the parts that do not compile.

mod array;
mod mend;
mod object;
mod one_of;
mod recursion;
mod refs;
mod rewrite;
mod scalar;

use serde_json::{Map, Value, json};

use self::mend::Mender;
use self::rewrite::Rewriter;

/// A keyword that holds the place of a node in the original schema, until the schema is done.
const PLACE: &str = "$comment";

/// The values that a schema is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaRoot {
    /// Any JSON value.
    Any,
    /// An object, whatever the schema says: the arguments of a function.
    Object,
}

/// A schema that the engine enforces.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Relaxed {
    /// The schema. What satisfied the original satisfies it.
    pub schema: Value,
    /// The constraints of the original that it lacks; empty if it is as strict as the original.
    /// Annotations and unknown keywords constrain nothing and are not listed.
    pub changes: Vec<Change>,
}

/// A constraint that cannot be enforced.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Its place in the schema, such as `properties.email.pattern`; empty for the whole schema.
    pub path: String,
    /// The reason, in a few words: `is not supported`.
    pub reason: &'static str,
}

/// Compiles schemas, for [`relax`] to try.
pub(crate) trait Compile {
    /// Checks that a schema is understood and can be satisfied. Takes microseconds.
    fn parses(&self, schema: &Value) -> bool;

    /// Checks that the engine can enforce a schema, within its limits. Takes milliseconds.
    fn compiles(&self, schema: &Value) -> bool;
}

/// Relaxes a schema as little as possible.
pub(crate) fn relax(schema: &Value, root: SchemaRoot, compile: &dyn Compile) -> Relaxed {
    let mut changes = Vec::new();
    let document = match root {
        SchemaRoot::Any => schema.clone(),
        SchemaRoot::Object => object_root(schema, &mut changes),
    };
    let mut rewriter = Rewriter::new(&document, compile, changes);
    let mut tree = rewriter.rewrite();
    let mut changes = rewriter.changes;
    one_of::replace(&mut tree, &mut changes);
    recursion::end(&mut tree, &mut changes);
    let mut mender = Mender::new(compile, &mut changes);
    mender.mend(&mut tree);
    if root == SchemaRoot::Object && !is_object(&tree.root, &tree.definitions, 0) {
        let both = json!({"allOf": [{"type": "object"}, tree.root]});
        tree.root = if compile.compiles(&tree.whole(&both)) {
            both
        } else {
            change(&mut changes, "", "does not describe an object");
            json!({"type": "object"})
        };
    }
    let mut schema = tree.whole(&tree.root);
    strip(&mut schema);
    Relaxed { schema, changes }
}

/// A schema and the definitions that it refers to as `#/$defs/d0` and so on.
struct Tree {
    root: Value,
    definitions: Vec<Value>,
}

impl Tree {
    /// A schema of its own, for a part of the tree.
    fn whole(&self, part: &Value) -> Value {
        let mut whole = match part {
            Value::Object(members) => members.clone(),
            Value::Bool(true) => Map::new(),
            _ => return part.clone(),
        };
        if !self.definitions.is_empty() {
            let definitions = self.definitions.iter().enumerate();
            let named = definitions.map(|(index, node)| (format!("d{index}"), node.clone()));
            whole.insert("$defs".to_owned(), Value::Object(named.collect()));
        }
        Value::Object(whole)
    }
}

/// The definition that a rewritten `$ref` names.
fn referenced<'a>(node: &Map<String, Value>, definitions: &'a [Value]) -> Option<&'a Value> {
    let index = node.get("$ref")?.as_str()?.strip_prefix("#/$defs/d")?;
    definitions.get(index.parse::<usize>().ok()?)
}

fn change(changes: &mut Vec<Change>, path: &str, reason: &'static str) {
    let path = path.to_owned();
    changes.push(Change { path, reason });
}

/// The place of a rewritten node in the original schema.
fn place(node: &Value) -> &str {
    node.get(PLACE).and_then(Value::as_str).unwrap_or_default()
}

/// The path of a member of the node at `at`.
fn member(at: &str, name: &str) -> String {
    const LONGEST: usize = 64;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-');
    let dot = if at.is_empty() { "" } else { "." };
    if !name.is_empty() && name.len() <= LONGEST && name.chars().all(plain) {
        return format!("{at}{dot}{name}");
    }
    let short: String = name.chars().take(LONGEST).collect();
    format!("{at}[{}]", Value::from(short))
}

/// The path of an entry of the list at `at`.
fn entry(at: &str, index: usize) -> String {
    format!("{at}[{index}]")
}

/// The schema of a function's arguments, with the type that they have to have.
fn object_root(schema: &Value, changes: &mut Vec<Change>) -> Value {
    let mut members = match schema {
        Value::Object(members) => members.clone(),
        Value::Bool(true) | Value::Null => Map::new(),
        _ => {
            change(changes, "", "does not describe an object");
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
        change(changes, "type", "must be `object`");
    }
    members.insert("type".to_owned(), json!("object"));
    let objects = |list: &Value| {
        list.as_array()
            .is_some_and(|list| list.iter().any(Value::is_object))
    };
    if members.get("enum").is_some_and(|list| !objects(list)) {
        members.remove("enum");
        change(changes, "enum", "must hold objects");
    }
    if members.get("const").is_some_and(|value| !value.is_object()) {
        members.remove("const");
        change(changes, "const", "must be an object");
    }
    Value::Object(members)
}

/// Whether only objects satisfy a rewritten node.
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

/// Calls `visit` for each subschema that a rewritten node holds itself.
fn each_child(node: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    let Value::Object(members) = node else { return };
    for (key, value) in members.iter_mut() {
        match (key.as_str(), value) {
            ("properties" | "patternProperties", Value::Object(children)) => {
                children.values_mut().for_each(&mut *visit);
            }
            ("items" | "additionalProperties", child) => visit(child),
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(children)) => {
                children.iter_mut().for_each(&mut *visit);
            }
            _ => {}
        }
    }
}

/// Removes the places from a schema that is done.
fn strip(schema: &mut Value) {
    if let Value::Object(members) = schema {
        members.remove(PLACE);
        if let Some(Value::Object(definitions)) = members.get_mut("$defs") {
            definitions.values_mut().for_each(strip);
        }
    }
    each_child(schema, &mut strip);
}

#[cfg(test)]
mod tests;
