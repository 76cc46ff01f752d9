//! Merges a schema with the keywords beside a reference to it.

use serde_json::{Map, Value};

use super::super::error::{Fault, SchemaErrorKind};
use super::keywords;

/// Returns a schema of the values that satisfy both `target` and the keywords of `node` other than
/// `link`, which leads to `target`. The description of `node` replaces that of `target`.
///
/// This is the form of an internally tagged enum: a variant has the tag and a reference to its content.
pub(super) fn merge(
    target: &Value,
    node: &Map<String, Value>,
    link: &str,
    path: &str,
) -> Result<Value, Fault> {
    let beside = node.iter().filter(|(keyword, _)| *keyword != link);
    let mut merged = keywords::node(target, path)?.clone();
    for (keyword, value) in beside {
        match (keyword.as_str(), merged.get_mut(keyword)) {
            ("properties", Some(Value::Object(members))) => {
                let mut all = value.as_object().cloned().unwrap_or_default();
                for (name, member) in std::mem::take(members) {
                    all.entry(name).or_insert(member);
                }
                *members = all;
            }
            ("required", Some(Value::Array(names))) => {
                names.extend(value.as_array().cloned().unwrap_or_default());
            }
            (_, Some(same)) if same == value => {}
            (name, Some(_)) if keywords::is_constraint(name) => {
                let reason = format!("`{name}` differs between a type and a member of that type");
                return Err(Fault::new(SchemaErrorKind::Constraint, path, reason));
            }
            _ => {
                merged.insert(keyword.clone(), value.clone());
            }
        }
    }
    Ok(Value::Object(merged))
}
