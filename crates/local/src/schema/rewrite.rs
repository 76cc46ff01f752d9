//! Rewrites a schema with the keywords that llguidance implements, node by node.
//!
//! The node's own constraints and its combinators (`$ref`, `allOf`, `anyOf`, ..) become entries of
//! one `allOf`, because llguidance loses constraints next to a combinator.

use serde_json::{Map, Value, json};

use super::change::{Change, entry, member, record};
use super::compiler::SchemaCompiler;
use super::refs::resolve;
use super::tree::{ORIGINAL_PATH, Tree};

pub(super) const UNSUPPORTED: &str = "is not supported";
pub(super) const CONFLICT: &str = "contradicts the keywords beside it";

const TYPES: [&str; 7] = [
    "null", "boolean", "integer", "number", "string", "array", "object",
];

/// Keywords beside which `unevaluatedProperties` and `unevaluatedItems` depend on other nodes.
const COMBINATORS: [&str; 10] = [
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependentSchemas",
    "dependencies",
];

/// Rewrites one document.
pub(super) struct Rewriter<'a> {
    pub(super) document: &'a Value,
    pub(super) compiler: &'a dyn SchemaCompiler,
    pub(super) changes: Vec<Change>,
    /// Nodes that references name, with their paths.
    targets: Vec<(&'a Value, String)>,
}

/// Types that a node allows; `None` for all.
pub(super) type Types = Option<Vec<&'static str>>;

impl<'a> Rewriter<'a> {
    pub(super) fn new(
        document: &'a Value,
        compiler: &'a dyn SchemaCompiler,
        changes: Vec<Change>,
    ) -> Self {
        Self {
            document,
            compiler,
            changes,
            targets: Vec::new(),
        }
    }

    /// Rewrites the document and the nodes that it refers to.
    pub(super) fn rewrite(&mut self) -> Tree {
        let root = self.node(self.document, "");
        let mut definitions = Vec::new();
        // Definitions may refer to further ones.
        while let Some((target, path)) = self.targets.get(definitions.len()).cloned() {
            definitions.push(self.node(target, &path));
        }
        Tree { root, definitions }
    }

    pub(super) fn change(&mut self, at: &str, reason: &'static str) {
        record(&mut self.changes, at, reason);
    }

    /// Rewrites the node at the path `at`.
    pub(super) fn node(&mut self, schema: &Value, at: &str) -> Value {
        let members = match schema {
            Value::Object(members) => members,
            Value::Bool(_) => return schema.clone(),
            _ => {
                self.change(at, "is not a schema");
                return Value::Bool(true);
            }
        };
        // Generators write `null` for keywords that they leave out.
        let members: Map<String, Value> = members
            .iter()
            .filter(|(key, value)| !value.is_null() || key.as_str() == "const")
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if let Some(constant) = self.negation(&members, at) {
            return Value::Bool(constant);
        }
        self.unsupported(&members, at);

        let mut types = self.types(&members, at);
        let values = self.values(&members, &mut types, at);
        let mut own = Map::new();
        let has = |name| {
            types
                .as_ref()
                .is_none_or(|types: &Vec<_>| types.contains(&name))
        };
        let (string, array, object) = (has("string"), has("array"), has("object"));
        if string {
            self.strings(&members, &mut own, at);
        }
        if has("number") || has("integer") {
            self.numbers(&members, has("number"), &mut own, at);
        }
        if array {
            self.arrays(&members, &mut own, at);
        }
        if object {
            self.objects(&members, &mut own, at);
        }

        let mut parts = Vec::new();
        if let Some(values) = values {
            parts.push(json!({ORIGINAL_PATH: at, "enum": values}));
        }
        self.references(&members, &mut parts, at);
        self.combinations(&members, &mut parts, at);

        let bare = own.is_empty();
        match types.as_deref() {
            // The type is redundant if the values have it, or if the referenced node declares it.
            Some(_) if bare && parts.iter().any(|part| part.get("enum").is_some()) => {}
            Some([name]) if bare && self.refers_to_type(&parts, name) => {}
            Some([name]) => {
                own.insert("type".to_owned(), json!(name));
            }
            Some(names) => {
                own.insert("type".to_owned(), json!(names));
            }
            None => {}
        }
        own.insert(ORIGINAL_PATH.to_owned(), json!(at));
        if own.len() > 1 || parts.is_empty() {
            parts.insert(0, Value::Object(own));
        }
        match parts.len() {
            1 => parts.swap_remove(0),
            _ => json!({ORIGINAL_PATH: at, "allOf": parts}),
        }
    }

    /// Returns the boolean schema that is equivalent to a node with `not`, if any. Generators write
    /// `not: {}` for "no value".
    fn negation(&mut self, members: &Map<String, Value>, at: &str) -> Option<bool> {
        let negated = members.get("not")?;
        let empty = negated.as_object().is_some_and(Map::is_empty);
        if *negated == true || empty {
            return Some(false);
        }
        if *negated != false {
            self.change(&member(at, "not"), UNSUPPORTED);
        }
        None
    }

    /// Reports keywords that are dropped without a replacement.
    fn unsupported(&mut self, members: &Map<String, Value>, at: &str) {
        if members.contains_key("if") && ["then", "else"].iter().any(|k| members.contains_key(*k)) {
            self.change(&member(at, "if"), UNSUPPORTED);
        }
        for key in ["dependentRequired", "dependentSchemas", "dependencies"] {
            let empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
            if members.get(key).is_some_and(|value| !empty(value)) {
                self.change(&member(at, key), UNSUPPORTED);
            }
        }
    }

    fn types(&mut self, members: &Map<String, Value>, at: &str) -> Types {
        let path = || member(at, "type");
        let names = match members.get("type") {
            None => return inferred(members),
            Some(Value::Array(names)) => names.as_slice(),
            Some(name) => std::slice::from_ref(name),
        };
        let known = |name: &Value| {
            let name = name.as_str()?;
            TYPES
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(name))
        };
        let mut types: Vec<_> = names.iter().filter_map(known).collect();
        if types.len() < names.len() || types.is_empty() {
            self.change(&path(), "is not a type of JSON Schema");
        }
        // With an unknown type in the list, values of other types must be allowed.
        if types.len() < names.len() {
            return inferred(members);
        }
        types.sort_unstable();
        types.dedup();
        (!types.is_empty()).then_some(types)
    }

    /// Returns the values that `const` and `enum` allow. Removes the types if no value has one of
    /// them.
    fn values(
        &mut self,
        members: &Map<String, Value>,
        types: &mut Types,
        at: &str,
    ) -> Option<Vec<Value>> {
        let constant = members.get("const").map(|value| vec![value.clone()]);
        let listed = match members.get("enum") {
            Some(Value::Array(values)) if !values.is_empty() => Some(values.clone()),
            None => None,
            Some(_) => {
                self.change(&member(at, "enum"), "must be a list of at least one value");
                None
            }
        };
        let values = match (constant, listed) {
            (Some(constant), Some(listed)) if !constant.iter().all(|v| listed.contains(v)) => {
                self.change(&member(at, "enum"), CONFLICT);
                constant
            }
            (Some(values), _) | (None, Some(values)) => values,
            (None, None) => return None,
        };
        let Some(allowed) = types else {
            return Some(values);
        };
        let typed: Vec<Value> = values
            .iter()
            .filter(|value| allowed.iter().any(|name| has_type(value, name)))
            .cloned()
            .collect();
        if typed.is_empty() {
            self.change(&member(at, "type"), "is the type of none of the values");
            *types = None;
            return Some(values);
        }
        Some(typed)
    }

    fn references(&mut self, members: &Map<String, Value>, parts: &mut Vec<Value>, at: &str) {
        for key in ["$ref", "$dynamicRef", "$recursiveRef"] {
            let Some(reference) = members.get(key) else {
                continue;
            };
            let target = reference
                .as_str()
                .and_then(|text| resolve(self.document, text));
            let Some((target, path)) = target else {
                self.change(&member(at, key), "refers to nothing in the schema");
                continue;
            };
            let known = self.targets.iter().position(|(_, known)| *known == path);
            let index = known.unwrap_or(self.targets.len());
            if known.is_none() {
                self.targets.push((target, path));
            }
            parts.push(json!({ORIGINAL_PATH: at, "$ref": format!("#/$defs/d{index}")}));
        }
    }

    /// Returns `true` if the only part is a reference to a node that declares this type.
    fn refers_to_type(&self, parts: &[Value], name: &str) -> bool {
        let [part] = parts else { return false };
        let index = part
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|text| text.strip_prefix("#/$defs/d"))
            .and_then(|index| index.parse::<usize>().ok());
        index
            .and_then(|index| self.targets.get(index))
            .and_then(|(target, _)| target.get("type"))
            .is_some_and(|declared| declared == name)
    }

    fn combinations(&mut self, members: &Map<String, Value>, parts: &mut Vec<Value>, at: &str) {
        for key in ["allOf", "anyOf", "oneOf"] {
            let path = member(at, key);
            let nodes = match members.get(key) {
                None => continue,
                Some(Value::Array(nodes)) if !nodes.is_empty() => nodes,
                Some(_) => {
                    self.change(&path, "must be a list of at least one schema");
                    continue;
                }
            };
            let nodes: Vec<Value> = nodes
                .iter()
                .enumerate()
                .map(|(index, node)| self.node(node, &entry(&path, index)))
                .collect();
            match key {
                "allOf" => parts.extend(nodes),
                _ => parts.push(json!({ORIGINAL_PATH: at, key: nodes})),
            }
        }
    }

    /// Reads a count, which some generators write as a float.
    pub(super) fn count(
        &mut self,
        members: &Map<String, Value>,
        key: &str,
        at: &str,
    ) -> Option<u64> {
        let value = members.get(key)?;
        let whole = |number: f64| (0.0..1e15).contains(&number) && number.fract() == 0.0;
        let number = value
            .as_u64()
            .or_else(|| value.as_f64().filter(|n| whole(*n)).map(|n| n as u64));
        if number.is_none() {
            self.change(&member(at, key), "must be a whole number, at least 0");
        }
        number
    }

    /// Writes a minimum and a maximum count, unless they contradict each other.
    pub(super) fn counts(
        &mut self,
        members: &Map<String, Value>,
        keys: [&str; 2],
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        let [low, high] = keys.map(|key| self.count(members, key, at));
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return self.change(&member(at, keys[0]), CONFLICT);
        }
        for (key, number) in keys.iter().zip([low, high]) {
            if let Some(number) = number {
                own.insert((*key).to_owned(), json!(number));
            }
        }
    }
}

/// Returns `true` if a keyword of the node refers to or combines other nodes.
pub(super) fn combines(members: &Map<String, Value>) -> bool {
    COMBINATORS.iter().any(|key| members.contains_key(*key))
}

/// Infers the types of a node without `type` from its other keywords.
fn inferred(members: &Map<String, Value>) -> Types {
    let any = |keys: &[&str]| keys.iter().any(|key| members.contains_key(*key));
    if combines(members) || any(&["enum", "const"]) {
        None
    } else if any(&["properties"]) {
        Some(vec!["object"])
    } else if any(&["items", "prefixItems"]) {
        Some(vec!["array"])
    } else {
        None
    }
}

/// Returns `true` if the value has the type.
fn has_type(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
        Value::Number(number) => {
            let whole = number.as_f64().is_some_and(|number| number.fract() == 0.0);
            name == "number" || (name == "integer" && whole)
        }
    }
}
