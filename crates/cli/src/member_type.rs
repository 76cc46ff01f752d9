//! Finds members of a request that have another type than the request has for them.
//!
//! The types of the wire take any JSON: a member that they do not know, and one of the wrong type, are
//! both sent as they are. They differ in that a member of the wrong type is decoded once its value has
//! another type, so values of each type are tried in its place.

use orouter::{ResponsesRequest, Wire as _};
use serde_json::{Value, json};

/// A member of the wrong type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// Names of the members on the way to it, with dots between them.
    pub(crate) path: String,
    /// The types that it may have, in words.
    pub(crate) expected: String,
    /// The type that it has, in words.
    pub(crate) found: &'static str,
}

/// Returns the first member of the wrong type at the path, on the way to it, or below it.
pub(crate) fn mismatch(request: &Value, path: &[String]) -> Option<Mismatch> {
    let at = pointer(path);
    let untyped = decoded(request)?.unknown();
    let below = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // A map with a value of the wrong type is untyped as a whole: the path names that value.
    let on_the_way = untyped.iter().any(|untyped| below(untyped, &at));
    let own = on_the_way.then_some(&at);
    let others = untyped
        .iter()
        .filter(|untyped| below(&at, untyped) || below(untyped, &at));
    own.into_iter()
        .chain(others)
        .find_map(|pointer| wrong_type(request, pointer))
}

fn wrong_type(request: &Value, pointer: &str) -> Option<Mismatch> {
    let value = request.pointer(pointer)?;
    if value.is_null() || accepts(request, pointer, value) {
        return None;
    }
    let takes = |value: Value| accepts(request, pointer, &value);
    let mut expected = Vec::new();
    if takes(json!("")) {
        expected.push("a string");
    }
    match (takes(json!(1)), takes(json!(-1)), takes(json!(0.5))) {
        (true, _, true) => expected.push("a number"),
        (true, true, false) => expected.push("a whole number"),
        (true, false, false) => expected.push("a whole number that is not negative"),
        (false, ..) => {}
    }
    if takes(json!(true)) {
        expected.push("true or false");
    }
    if takes(json!([])) {
        expected.push("a list");
    }
    if takes(json!({})) {
        expected.push("an object");
    }
    if expected.is_empty() {
        return None; // the request has no such member
    }
    let found = kind(value);
    let mut expected = expected.join(" or ");
    if matches!(value, Value::Array(_) | Value::Object(_)) && expected.contains(found) {
        expected.push_str(" whose values have the right types");
    }
    Some(Mismatch {
        path: pointer
            .split('/')
            .skip(1)
            .map(|name| name.replace("~1", "/").replace("~0", "~"))
            .collect::<Vec<_>>()
            .join("."),
        expected,
        found,
    })
}

/// Returns `true` if a value in this place is decoded into a typed field. An unknown variant is, too:
/// newer services may know it.
fn accepts(request: &Value, pointer: &str, value: &Value) -> bool {
    let mut request = request.clone();
    let Some(place) = request.pointer_mut(pointer) else {
        return false;
    };
    *place = value.clone();
    let typed = decoded(&request)
        .and_then(|request| serde_json::from_str::<Value>(&request.typed_json()).ok());
    typed
        .as_ref()
        .and_then(|typed| typed.pointer(pointer))
        .is_some_and(|typed| typed.is_null() || kind(typed) == kind(value))
}

fn decoded(request: &Value) -> Option<ResponsesRequest> {
    orouter::from_str(&request.to_string()).ok()
}

/// Returns the type of a value in words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn pointer(path: &[String]) -> String {
    path.iter()
        .map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(request: &Value, path: &str) -> Option<(String, String)> {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        mismatch(request, &path).map(|found| (found.path, found.expected))
    }

    #[test]
    fn members_of_the_wrong_type_are_found() {
        for (request, option, path, expected) in [
            (json!({"top_p": "high"}), "top_p", "top_p", "a number"),
            (
                json!({"max_output_tokens": -5}),
                "max_output_tokens",
                "max_output_tokens",
                "a whole number that is not negative",
            ),
            (json!({"user": 7}), "user", "user", "a string"),
            (json!({"store": "yes"}), "store", "store", "true or false"),
            (json!({"tools": "x"}), "tools", "tools", "a list"),
            (
                json!({"reasoning": "high"}),
                "reasoning",
                "reasoning",
                "an object",
            ),
            (
                json!({"reasoning": {"effort": 5}}),
                "reasoning.effort",
                "reasoning.effort",
                "a string",
            ),
            (
                json!({"reasoning": {"effort": "high", "max_tokens": "x"}}),
                "reasoning",
                "reasoning.max_tokens",
                "a whole number that is not negative",
            ),
            (
                json!({"tools": [{"type": "function", "name": 5}]}),
                "tools",
                "tools.0.name",
                "a string",
            ),
            (
                json!({"metadata": {"run": 7}}),
                "metadata.run",
                "metadata.run",
                "a string",
            ),
        ] {
            let expected = Some((path.to_owned(), expected.to_owned()));
            assert_eq!(find(&request, option), expected, "{request}");
        }
    }

    #[test]
    fn a_map_with_a_wrong_value_is_described() {
        let (path, expected) = find(&json!({"metadata": {"run": 7}}), "metadata").unwrap();
        assert!(path.starts_with("metadata"), "{path}");
        assert!(
            expected == "a string" || expected.contains("right types"),
            "{expected}"
        );
    }

    #[test]
    fn unknown_members_and_variants_are_accepted() {
        for (request, path) in [
            (json!({"seed": 5}), "seed"),
            (json!({"vendor": {"a": [1, "x"]}}), "vendor"),
            (
                json!({"reasoning": {"effort": "extreme"}}),
                "reasoning.effort",
            ),
            (json!({"reasoning": {"depth": 3}}), "reasoning.depth"),
            (json!({"tools": [{"type": "new_tool", "name": 5}]}), "tools"),
            (json!({"top_p": 1, "temperature": null}), "top_p"),
            (json!({"temperature": null}), "temperature"),
            (json!({"metadata": {"run": "7"}}), "metadata.run"),
            (json!({"user": 7, "seed": 1}), "seed"),
        ] {
            assert_eq!(find(&request, path), None, "{request}");
        }
    }
}
