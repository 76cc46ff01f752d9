//! Refuses functions whose `parameters` are not the JSON Schema of an object. Providers refuse them
//! too, each in its own words and after a call. Members that JSON Schema does not define are not
//! checked.

use orouter_wire::{FunctionTool, Raw};

use crate::json_text::{elements, get, members, string};
use crate::quote::quote;
use crate::refusal::Refusal;

/// Maximum nesting of a schema that is checked. Deeper parts are accepted.
const MAX_DEPTH: usize = 32;

/// The form of a member of a schema.
enum Form {
    Schema,
    /// A schema, or the schemas of the elements of a list.
    SchemaOrSchemas,
    Schemas,
    NamedSchemas,
    Strings,
    StringOrStrings,
    List,
}

/// Refuses a function whose parameters are not a schema. `path` is that of the tool.
pub(crate) fn check(tool: &FunctionTool, path: &str) -> Result<(), Refusal> {
    match tool.parameters.as_ref().filter(|raw| !raw.is_null()) {
        Some(parameters) => check_parameters(parameters, &format!("{path}.parameters")),
        None => Ok(()),
    }
}

fn check_parameters(parameters: &Raw, path: &str) -> Result<(), Refusal> {
    let text = parameters.get();
    if !text.starts_with('{') {
        return Err(Refusal::new(
            path,
            format!("`{path}` must be a JSON Schema object, such as `{{\"type\": \"object\"}}`"),
        ));
    }
    check_schema(text, path, 0)?;
    let types = get(text, "type").filter(|value| *value != "null");
    if types.is_none_or(allows_objects) {
        return Ok(());
    }
    let path = format!("{path}.type");
    let message = format!("`{path}` must be `object`: the arguments of a function are an object");
    Err(Refusal::new(path, message))
}

/// Returns `true` if a `type` allows objects. Gemini's names of types are in upper case.
fn allows_objects(types: &str) -> bool {
    let list = elements(types).unwrap_or_else(|| vec![types]);
    let is_object =
        |name: &str| string(name).is_some_and(|name| name.eq_ignore_ascii_case("object"));
    list.into_iter().any(is_object)
}

fn check_schema(text: &str, path: &str, depth: usize) -> Result<(), Refusal> {
    if depth > MAX_DEPTH || matches!(text, "true" | "false") {
        return Ok(());
    }
    let Some(members) = members(text) else {
        return Err(must_be(path, "a JSON Schema: an object or a boolean"));
    };
    for member in members {
        let value = text.get(member.value).unwrap_or_default();
        // Some encoders write `null` for a member that is not set.
        let Some(form) = form(&member.name).filter(|_| value != "null") else {
            continue;
        };
        check_member(&form, value, &format!("{path}.{}", member.name), depth)?;
    }
    Ok(())
}

/// Returns the form of the members that JSON Schema defines as schemas, names and types.
fn form(name: &str) -> Option<Form> {
    Some(match name {
        "type" => Form::StringOrStrings,
        "required" => Form::Strings,
        "enum" => Form::List,
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
            Form::NamedSchemas
        }
        "anyOf" | "oneOf" | "allOf" | "prefixItems" => Form::Schemas,
        "items" => Form::SchemaOrSchemas,
        "additionalProperties"
        | "additionalItems"
        | "contains"
        | "not"
        | "if"
        | "then"
        | "else"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Form::Schema,
        _ => return None,
    })
}

fn check_member(form: &Form, value: &str, path: &str, depth: usize) -> Result<(), Refusal> {
    let is_string = |value: &str| value.starts_with('"');
    let strings = || elements(value).is_some_and(|list| list.into_iter().all(is_string));
    match form {
        Form::Schema => check_schema(value, path, depth + 1),
        Form::SchemaOrSchemas if !value.starts_with('[') => check_schema(value, path, depth + 1),
        Form::Schemas | Form::SchemaOrSchemas => {
            let Some(list) = elements(value) else {
                return Err(must_be(path, "a list of schemas"));
            };
            for (index, schema) in list.into_iter().enumerate() {
                check_schema(schema, &format!("{path}[{index}]"), depth + 1)?;
            }
            Ok(())
        }
        Form::NamedSchemas => {
            let Some(named) = members(value) else {
                return Err(must_be(path, "an object of schemas"));
            };
            for member in named {
                let schema = value.get(member.value).unwrap_or_default();
                let path = format!("{path}.{}", quote(&member.name));
                check_schema(schema, &path, depth + 1)?;
            }
            Ok(())
        }
        Form::Strings if strings() => Ok(()),
        Form::Strings => Err(must_be(path, "a list of strings")),
        Form::StringOrStrings if is_string(value) || strings() => Ok(()),
        Form::StringOrStrings => Err(must_be(path, "a string or a list of strings")),
        Form::List if value.starts_with('[') => Ok(()),
        Form::List => Err(must_be(path, "a list")),
    }
}

fn must_be(path: &str, expected: &str) -> Refusal {
    let message = format!("`{path}` must be {expected}, so that `parameters` are a JSON Schema");
    Refusal::new(path, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(parameters: &str) -> Result<(), Refusal> {
        let tool = format!(r#"{{"type":"function","name":"f","parameters":{parameters}}}"#);
        check(&orouter_wire::from_str(&tool).unwrap(), "tools[0]")
    }

    #[test]
    fn schemas_that_providers_take_are_accepted() {
        for parameters in [
            json!(null),
            json!({}),
            json!({"type": "object"}),
            json!({"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}),
            json!({"type": ["object", "null"], "properties": {}}),
            json!({"type": null, "properties": null, "required": null, "items": null}),
            json!({"properties": {"a": {}, "b": true, "type": {"type": "string"}, "required": {"type": "boolean"}}}),
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}}),
            json!({"anyOf": [{"type": "object"}, {"type": "string"}]}),
            json!({"properties": {"a": {"type": "array", "items": [{"type": "string"}, true]}}}),
            json!({"properties": {"a": {"enum": [1, "x", null], "default": {"type": 7}, "const": {"required": 1}, "examples": [{"type": 1}]}}}),
            json!({"properties": {"a": {"type": "string", "format": "new", "x-own": {"type": 7}}}, "additionalProperties": false}),
            json!({"required": [], "dependentRequired": {"a": ["b"]}}),
        ] {
            checked(&parameters.to_string())
                .unwrap_or_else(|refusal| panic!("{parameters}: {refusal}"));
        }
        check(&FunctionTool::without_parameters("f"), "tools[0]").unwrap();
        checked(&format!(
            "{}1{}",
            r#"{"not":"#.repeat(5_000),
            "}".repeat(5_000)
        ))
        .unwrap();
    }

    #[test]
    fn other_parameters_are_refused_with_their_path() {
        for (parameters, path) in [
            (json!("x"), ""),
            (json!("{\"type\":\"object\"}"), ""),
            (json!(7), ""),
            (json!(true), ""),
            (json!([]), ""),
            (json!({"type": "string"}), ".type"),
            (json!({"type": ["string", "null"]}), ".type"),
            (json!({"type": []}), ".type"),
            (json!({"type": 7}), ".type"),
            (json!({"type": "object", "properties": []}), ".properties"),
            (json!({"properties": {"a": "string"}}), ".properties.a"),
            (
                json!({"properties": {"a": {"type": {"x": 1}}}}),
                ".properties.a.type",
            ),
            (
                json!({"properties": {"a": {"required": true}}}),
                ".properties.a.required",
            ),
            (json!({"required": "a"}), ".required"),
            (json!({"required": [1]}), ".required"),
            (
                json!({"properties": {"a": {"items": "string"}}}),
                ".properties.a.items",
            ),
            (
                json!({"properties": {"a": {"items": [{}, 1]}}}),
                ".properties.a.items[1]",
            ),
            (
                json!({"properties": {"a": {"enum": "x"}}}),
                ".properties.a.enum",
            ),
            (json!({"anyOf": {"type": "object"}}), ".anyOf"),
            (json!({"allOf": [{}, "x"]}), ".allOf[1]"),
            (
                json!({"additionalProperties": "no"}),
                ".additionalProperties",
            ),
            (json!({"$defs": {"a": 7}}), ".$defs.a"),
        ] {
            let refusal = checked(&parameters.to_string()).expect_err(&parameters.to_string());
            let path = format!("tools[0].parameters{path}");
            assert_eq!(refusal.param, path, "{parameters}");
            assert!(refusal.message.contains(&path), "{refusal}");
        }
    }
}
