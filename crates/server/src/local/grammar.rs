//! The shape that the model's answer is held to: a call of a function, JSON of a schema, text.
//!
//! Calls are written as the prompt asks for them, `<tool_call>` and a line of JSON; the grammar
//! fixes every byte of it but the arguments, so that [`super::answer`] can stream these as they
//! come.

use orouter_local::{Constraint, Engine};
use serde_json::{Map, Value, json};

use super::custom;
use super::schema::{Refused, Schema};
use super::tools::Offer;
use crate::notes::Notes;

/// What a call starts with.
pub(super) const CALL: &str = "<tool_call>\n";

/// What a call ends with, after the arguments.
pub(super) const CALL_END: &str = "}";

/// What stands between [`CALL`] and the arguments of a call of `name`.
pub(super) fn call_head(name: &str) -> String {
    format!("{{\"name\": {}, \"arguments\": ", Value::from(name))
}

/// Text that is not the beginning of a call.
const TEXT: &str = r"/([^<]|<[^t]|<t[^o])(.|\n)*/";

/// Texts of this form that an answer does not contain, except where the grammar has them.
pub(super) const MARKUP: [&str; 4] = [
    "<tool_call",
    "</tool_call",
    "<tool_response",
    "</tool_response",
];

/// The constraint for an answer that may or must call one of the tools on offer, and whose
/// text, where it has any, must be JSON that satisfies `schema`.
///
/// Only what the answer may contain is compiled: nothing for tools that `tool_choice` leaves out.
pub(super) fn constraint(
    engine: &Engine,
    offer: &Offer,
    schema: Option<&Schema>,
    notes: &Notes,
) -> Result<Option<Constraint>, Refused> {
    let text = match schema {
        None => None,
        Some(schema) => Some(closed(schema.enforceable(engine, None, notes)?)),
    };
    if offer.is_empty() {
        return Ok(text.map(Constraint::JsonSchema));
    }
    let mut arguments = Vec::with_capacity(offer.functions.len());
    for function in &offer.functions {
        let schema = &function.parameters;
        let relaxed = schema.enforceable(engine, Some(&function.name), notes)?;
        arguments.push(closed(relaxed));
    }
    let whole = grammar(offer, text.as_ref(), &arguments);
    let Err(error) = engine.check(&whole) else {
        return Ok(Some(whole));
    };
    // Each schema can be enforced: the grammar of a custom tool cannot, or all of them together.
    let (offer, paths) = custom::without_grammars(offer);
    let offer = &offer;
    for path in paths {
        let why = "the input is free text: the engine cannot enforce the grammar";
        notes.ignored(path, why);
    }
    let whole = grammar(offer, text.as_ref(), &arguments);
    if engine.check(&whole).is_ok() {
        return Ok(Some(whole));
    }
    for (function, arguments) in offer.functions.iter().zip(&mut arguments) {
        let schema = &function.parameters;
        if schema.strict {
            return Err(error.into());
        }
        notes.adjusted(&schema.path, "relaxed: the tools together are too large");
        *arguments = json!({"type": "object"});
    }
    Ok(Some(grammar(offer, text.as_ref(), &arguments)))
}

/// The grammar for an answer that is a call, or text that satisfies the schema `text`.
fn grammar(offer: &Offer, text: Option<&Value>, arguments: &[Value]) -> Constraint {
    let mut grammar = String::new();
    match (offer.must_call, text) {
        (true, _) => grammar.push_str("start: call\n"),
        (false, Some(schema)) => {
            grammar.push_str(&format!(
                "start: call | json\njson: {}\n",
                Constraint::lark_json(schema)
            ));
        }
        (false, None) => grammar.push_str(&format!("start: call | TEXT?\nTEXT: {TEXT}\n")),
    }
    let functions = (0..offer.functions.len()).map(|n| format!("call_{n}"));
    let customs = (0..offer.customs.len()).map(|n| format!("custom_{n}"));
    let calls: Vec<String> = functions.chain(customs).collect();
    grammar.push_str(&format!(
        "call: {} ({})\n",
        literal(CALL),
        calls.join(" | ")
    ));
    for (n, (function, arguments)) in offer.functions.iter().zip(arguments).enumerate() {
        let head = literal(&call_head(&function.name));
        let end = literal(CALL_END);
        let json = Constraint::lark_json(arguments);
        grammar.push_str(&format!(
            "call_{n}: {head} args_{n} {end}\nargs_{n}: {json}\n"
        ));
    }
    for (n, tool) in offer.customs.iter().enumerate() {
        grammar.push_str(&custom::rules(n, tool));
    }
    Constraint::Lark(grammar)
}

/// A Lark string literal.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// The schema with less freedom where freedom only leads a small model astray: no members but the
/// declared ones, unless the schema speaks of others. What satisfies the result satisfies the
/// schema.
fn closed(mut schema: Value) -> Value {
    if !composes(&schema) {
        close(&mut schema);
    }
    schema
}

/// Whether the schema combines subschemas in a way in which closing one of them could change what
/// another one accepts.
fn composes(schema: &Value) -> bool {
    const COMBINERS: [&str; 12] = [
        "allOf",
        "oneOf",
        "not",
        "if",
        "dependentSchemas",
        "dependentRequired",
        "dependencies",
        "minProperties",
        "unevaluatedProperties",
        "patternProperties",
        "$dynamicRef",
        "$recursiveRef",
    ];
    // Alone these say all there is to say of a value; beside each other, or beside the members of
    // an object, every one of them has to hold.
    const ALTERNATIVES: [&str; 4] = ["anyOf", "$ref", "enum", "const"];
    const MEMBERS: [&str; 3] = ["properties", "required", "additionalProperties"];
    match schema {
        Value::Object(map) => {
            let has = |key: &&&str| map.contains_key(**key);
            let alternatives = ALTERNATIVES.iter().filter(has).count();
            COMBINERS.iter().any(|key| has(&key))
                || alternatives > 1
                || (alternatives == 1 && MEMBERS.iter().any(|key| has(&key)))
                || map.values().any(composes)
        }
        Value::Array(values) => values.iter().any(composes),
        _ => false,
    }
}

/// Whether the object declares members, and all that it requires are among them.
fn declares_all(schema: &Map<String, Value>) -> bool {
    let Some(Value::Object(declared)) = schema.get("properties") else {
        return false;
    };
    let required = schema.get("required").and_then(Value::as_array);
    let known = |name: &Value| {
        name.as_str()
            .is_some_and(|name| declared.contains_key(name))
    };
    !declared.is_empty() && required.is_none_or(|names| names.iter().all(known))
}

/// Forbids members that are not declared, in every object that declares some.
fn close(schema: &mut Value) {
    let Value::Object(map) = schema else { return };
    if declares_all(map) {
        map.entry("additionalProperties")
            .or_insert(Value::Bool(false));
    }
    for key in ["properties", "$defs", "definitions"] {
        if let Some(Value::Object(children)) = map.get_mut(key) {
            children.values_mut().for_each(close);
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(child) = map.get_mut(key) {
            close(child);
        }
    }
    for key in ["anyOf", "prefixItems"] {
        if let Some(Value::Array(children)) = map.get_mut(key) {
            children.iter_mut().for_each(close);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tools::Function;
    use super::*;

    #[test]
    fn objects_are_closed_where_that_narrows_and_nothing_else() {
        let person = json!({
            "type": "object",
            "properties": {"name": {"type": "string"}, "home": {"type": "object", "properties": {"city": {}}}},
            "required": ["name"],
        });
        let narrow = closed(person);
        assert_eq!(narrow["additionalProperties"], false);
        assert_eq!(narrow["properties"]["home"]["additionalProperties"], false);
        for open in [
            json!({"type": "object"}),
            json!({"properties": {"a": {}}, "required": ["b"]}),
            json!({"properties": {"a": {}}, "additionalProperties": {"type": "string"}}),
            json!({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}),
            json!({"properties": {"a": {}}, "patternProperties": {"^x": {}}}),
            json!({"properties": {"a": {}}, "minProperties": 2}),
            json!({
                "type": "object",
                "properties": {"a": {"type": "integer"}},
                "required": ["a"],
                "anyOf": [
                    {"properties": {"b": {"type": "integer"}}, "required": ["b"]},
                    {"properties": {"c": {"type": "integer"}}, "required": ["c"]},
                ],
            }),
            json!({
                "$ref": "#/$defs/base",
                "properties": {"b": {"type": "integer"}},
                "required": ["b"],
                "$defs": {"base": {
                    "type": "object",
                    "properties": {"a": {"type": "integer"}},
                    "required": ["a"],
                }},
            }),
        ] {
            assert_eq!(closed(open.clone()), open);
        }
    }

    #[test]
    fn the_grammar_fixes_all_of_a_call_but_its_arguments() {
        let function = Function {
            name: "get_time".to_owned(),
            description: None,
            parameters: Schema::any_object("tools[0].parameters"),
        };
        let mut offer = Offer {
            functions: vec![function],
            must_call: true,
            ..Offer::default()
        };
        let arguments = [json!({"type": "object"})];
        let Constraint::Lark(forced) = grammar(&offer, None, &arguments) else {
            panic!()
        };
        assert!(forced.starts_with("start: call\n"), "{forced}");
        assert!(
            forced.contains(r#""{\"name\": \"get_time\", \"arguments\": " args_0 "}""#),
            "{forced}"
        );
        offer.must_call = false;
        let Constraint::Lark(free) = grammar(&offer, None, &arguments) else {
            panic!()
        };
        assert!(free.starts_with("start: call | TEXT?\n"), "{free}");
    }
}
