//! Changes a schema so that it follows the rules of strict schemas.
//!
//! [`Strict`] walks the schema. The other files change single nodes and do not walk: [`keywords`] refuses
//! what strict schemas do not have, [`scalar`] changes strings, numbers and enums, [`union`] combines
//! alternatives, [`merge`] combines a reference with the keywords beside it, [`references`] names the
//! definitions, [`limits`] checks the size of the result.

mod keywords;
mod limits;
mod merge;
mod references;
mod scalar;
mod union;

use serde_json::{Map, Value, json};

use self::keywords::REFERENCE;
use self::references::References;
use super::error::{Fault, SchemaErrorKind};

/// Maximum depth of a schema's nodes. Deeper schemas exceed the limit on levels of objects, or are
/// hand-written.
const MAX_DEPTH: usize = 100;

/// Returns the strict form of a root schema.
pub(super) fn schema(type_name: &str, root: &Value) -> Result<Value, Fault> {
    let mut strict = Strict {
        references: References::new(type_name, root),
        members: 0,
    };
    let object = keywords::root_object(strict.references.target("#", "")?)?;
    let mut schema = strict.object_node(object, "", 0)?;
    let mut definitions = Map::new();
    while let Some(definition) = strict.references.next() {
        let node = strict.node(&definition.schema, &definition.path, 0)?;
        definitions.insert(definition.name, node);
    }
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    let schema = Value::Object(schema);
    limits::check(&schema)?;
    Ok(schema)
}

/// The walk through a schema.
struct Strict<'a> {
    references: References<'a>,
    /// Number of members of all objects so far.
    members: usize,
}

impl Strict<'_> {
    fn node(&mut self, schema: &Value, path: &str, depth: usize) -> Result<Value, Fault> {
        if depth > MAX_DEPTH {
            let reason = format!("the schema nests deeper than {MAX_DEPTH} levels");
            return Err(Fault::new(SchemaErrorKind::Limit, path, reason));
        }
        let node = keywords::node(schema, path)?;
        if let Some(reference) = node.get(REFERENCE).and_then(Value::as_str) {
            if keywords::has_constraints_beside(node, &[REFERENCE]) {
                let target = self.references.target(reference, path)?;
                let merged = merge::merge(target, node, REFERENCE, path)?;
                return self.node(&merged, path, depth + 1);
            }
            return self
                .references
                .link(reference, keywords::description(node), path);
        }
        if let Some((keyword, alternatives)) = keywords::alternatives(node, path)? {
            return self.alternatives(node, keyword, alternatives, path, depth);
        }
        if node.contains_key("enum") || node.contains_key("const") {
            return scalar::enumeration(node, path);
        }
        self.object_node(node, path, depth).map(Value::Object)
    }

    fn alternatives(
        &mut self,
        node: &Map<String, Value>,
        keyword: &str,
        alternatives: &[Value],
        path: &str,
        depth: usize,
    ) -> Result<Value, Fault> {
        let possible: Vec<&Value> = alternatives
            .iter()
            .filter(|alternative| **alternative != Value::Bool(false))
            .collect();
        if let [only] = possible.as_slice() {
            let merged = merge::merge(only, node, keyword, path)?;
            return self.node(&merged, path, depth + 1);
        }
        let changed: Result<Vec<Value>, Fault> = possible
            .into_iter()
            .map(|alternative| self.node(alternative, path, depth + 1))
            .collect();
        union::combine(keywords::description(node), changed?, path)
    }

    /// Changes a node with a type: a scalar, a list or an object.
    fn object_node(
        &mut self,
        node: &Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Result<Map<String, Value>, Fault> {
        let types = keywords::types(node, path)?;
        let mut changed = Map::new();
        if let Some(text) = keywords::description(node) {
            changed.insert("description".to_owned(), text.into());
        }
        let names: Value = match types.as_slice() {
            [one] => json!(one),
            several => json!(several),
        };
        changed.insert("type".to_owned(), names);
        for name in &types {
            match name.as_str() {
                "string" => scalar::string(node, &mut changed, path)?,
                "integer" | "number" => scalar::number(node, &mut changed),
                "array" => self.list(node, &mut changed, path, depth)?,
                "object" => self.object(node, &mut changed, path, depth)?,
                // `boolean` and `null` have no constraints.
                _ => {}
            }
        }
        Ok(changed)
    }

    fn list(
        &mut self,
        node: &Map<String, Value>,
        changed: &mut Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Result<(), Fault> {
        let path = format!("{path}[]");
        let items = node.get("items").unwrap_or(&Value::Bool(true));
        changed.insert("items".to_owned(), self.node(items, &path, depth + 1)?);
        keywords::copy(&["minItems", "maxItems"], node, changed);
        Ok(())
    }

    fn object(
        &mut self,
        node: &Map<String, Value>,
        changed: &mut Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Result<(), Fault> {
        let mut members = Map::new();
        for (name, member) in keywords::properties(node, path)? {
            self.members += 1;
            limits::members(self.members, path)?;
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            members.insert(name.clone(), self.node(member, &path, depth + 1)?);
        }
        let required: Vec<&String> = members.keys().collect();
        let required = json!(required);
        changed.insert("properties".to_owned(), Value::Object(members));
        changed.insert("required".to_owned(), required);
        changed.insert("additionalProperties".to_owned(), Value::Bool(false));
        Ok(())
    }
}
