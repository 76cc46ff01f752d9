//! Values that a schema accepts, generated at random from the schema alone, and a check of values against
//! a schema.

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

/// Number of references that are followed before generated values end: then only lists without items and
/// alternatives without references are chosen.
const DEPTH: usize = 3;

/// Returns a strategy for values that satisfy the schema.
pub(crate) fn values(schema: &Value) -> BoxedStrategy<Value> {
    strategy(schema, schema, 0).expect("the schema has finite values")
}

/// Returns `None` if all values nest deeper than the limit.
fn strategy(root: &Value, node: &Value, depth: usize) -> Option<BoxedStrategy<Value>> {
    if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(&reference[1..]).expect(reference);
        return (depth < DEPTH)
            .then(|| strategy(root, target, depth + 1))
            .flatten();
    }
    if let Some(alternatives) = node.get("anyOf").and_then(Value::as_array) {
        let possible: Vec<_> = alternatives
            .iter()
            .filter_map(|alternative| strategy(root, alternative, depth))
            .collect();
        return (!possible.is_empty()).then(|| Union::new(possible).boxed());
    }
    if let Some(values) = node.get("enum").and_then(Value::as_array) {
        return Some(proptest::sample::select(values.clone()).boxed());
    }
    let types: Vec<&str> = match &node["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        one => vec![one.as_str().expect("a type")],
    };
    let possible: Vec<_> = types
        .into_iter()
        .filter_map(|name| of_type(root, node, name, depth))
        .collect();
    (!possible.is_empty()).then(|| Union::new(possible).boxed())
}

fn of_type(root: &Value, node: &Value, name: &str, depth: usize) -> Option<BoxedStrategy<Value>> {
    let number = |keyword: &str, default: f64| node[keyword].as_f64().unwrap_or(default);
    let count = |keyword: &str| node[keyword].as_u64().map(|count| count as usize);
    // Integers that a double represents exactly.
    let exact = (1_i64 << 53) as f64;
    Some(match name {
        "null" => Just(Value::Null).boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" => (number("minimum", -exact) as i64..=number("maximum", exact) as i64)
            .prop_map(Value::from)
            .boxed(),
        "number" => (number("minimum", -1e9)..=number("maximum", 1e9))
            .prop_map(Value::from)
            .boxed(),
        "string" => string(node).prop_map(Value::from).boxed(),
        "array" => {
            let least = count("minItems").unwrap_or(0);
            let most = count("maxItems").unwrap_or(least + 2);
            match strategy(root, &node["items"], depth) {
                Some(items) => proptest::collection::vec(items, least..=most)
                    .prop_map(Value::from)
                    .boxed(),
                None if least == 0 => Just(json!([])).boxed(),
                None => return None,
            }
        }
        "object" => {
            let mut members = Just(Map::new()).boxed();
            for (name, member) in node["properties"].as_object().expect("members") {
                let member = strategy(root, member, depth)?;
                let name = name.clone();
                members = (members, member)
                    .prop_map(move |(mut members, member)| {
                        members.insert(name.clone(), member);
                        members
                    })
                    .boxed();
            }
            members.prop_map(Value::from).boxed()
        }
        other => panic!("type {other}"),
    })
}

fn string(node: &Value) -> BoxedStrategy<String> {
    let day = "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])";
    let time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";
    let pattern = match (node["format"].as_str(), node["pattern"].as_str()) {
        (None, None) => "(?s).{0,12}".to_owned(),
        (None, Some(pattern)) => pattern.trim_matches(['^', '$']).to_owned(),
        (Some("date"), None) => day.to_owned(),
        (Some("date-time"), None) => format!("{day}T{time}(Z|[+-]0[0-9]:30)"),
        (Some("uuid"), None) => "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}".to_owned(),
        other => panic!("a string with {other:?}"),
    };
    string_regex(&pattern).expect("a pattern").boxed()
}

/// Returns `true` if the schema accepts the value, patterns and formats aside.
pub(crate) fn accepts(root: &Value, node: &Value, value: &Value) -> bool {
    if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
        return accepts(root, root.pointer(&reference[1..]).expect(reference), value);
    }
    if let Some(alternatives) = node.get("anyOf").and_then(Value::as_array) {
        return alternatives.iter().any(|node| accepts(root, node, value));
    }
    if let Some(values) = node.get("enum").and_then(Value::as_array) {
        return values.contains(value);
    }
    let named = |name: &str| match &node["type"] {
        Value::Array(names) => names.contains(&json!(name)),
        one => one == name,
    };
    match value {
        Value::Null => named("null"),
        Value::Bool(_) => named("boolean"),
        Value::Number(number) => {
            let number_value = number.as_f64().expect("a number");
            let typed = named("number") || named("integer") && !number.is_f64();
            typed
                && node["minimum"]
                    .as_f64()
                    .is_none_or(|least| number_value >= least)
                && node["maximum"]
                    .as_f64()
                    .is_none_or(|most| number_value <= most)
        }
        Value::String(_) => named("string"),
        Value::Array(items) => {
            named("array")
                && items.iter().all(|item| accepts(root, &node["items"], item))
                && node["minItems"]
                    .as_u64()
                    .is_none_or(|least| items.len() as u64 >= least)
                && node["maxItems"]
                    .as_u64()
                    .is_none_or(|most| items.len() as u64 <= most)
        }
        Value::Object(members) => {
            let Some(described) = node["properties"].as_object() else {
                return false;
            };
            named("object")
                && members.len() == described.len()
                && described.iter().all(|(name, node)| {
                    members
                        .get(name)
                        .is_some_and(|value| accepts(root, node, value))
                })
        }
    }
}
