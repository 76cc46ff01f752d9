//! The grammar that constrains the model's output: a call of a tool, JSON of a schema, or text.
//!
//! A call has the form that the prompt describes: `<tool_call>` and a line of JSON. The grammar
//! fixes every byte of it except for the arguments, so that [`super::output_events`] can stream
//! them.

use orouter_local::{Constraint, Engine};
use serde_json::{Map, Value, json};

use super::custom;
use super::offer::Offer;
use super::schema::{Refusal, Schema};
use orouter_protocols::Notes;

/// The text at the start of a call.
pub(super) const CALL: &str = "<tool_call>\n";

/// The text at the end of a call, after the arguments.
pub(super) const CALL_END: &str = "}";

/// Returns the text between [`CALL`] and the arguments of a call of `name`.
pub(super) fn call_head(name: &str) -> String {
    format!("{{\"name\": {}, \"arguments\": ", Value::from(name))
}

/// The regular expression of text that does not begin like a call.
const TEXT: &str = r"/([^<]|<[^t]|<t[^o])(.|\n)*/";

/// Texts that the output must not contain, except where the grammar has them.
pub(super) const MARKUP: [&str; 4] = [
    "<tool_call",
    "</tool_call",
    "<tool_response",
    "</tool_response",
];

/// Returns the constraint of an output that may or must call one of the offered tools, and whose
/// text must be JSON that satisfies `schema`, if given.
///
/// Only offered tools are compiled, not those that `tool_choice` excludes.
pub(super) fn constraint(
    engine: &Engine,
    offer: &Offer,
    schema: Option<&Schema>,
    notes: &Notes,
) -> Result<Option<Constraint>, Refusal> {
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
    // Each schema can be enforced alone. The grammar of a custom tool cannot, or all together
    // cannot.
    let (offer, paths) = custom::without_grammars(offer);
    let offer = &offer;
    for path in paths {
        let reason = "the input is free text: the engine cannot enforce the grammar";
        notes.ignored(path, reason);
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

/// Returns the grammar of an output that is a call, or text that satisfies the schema `text`.
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

/// Returns a Lark string literal.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// Returns a narrower schema, because a small model makes fewer errors with it: members that are
/// not declared are forbidden, unless the schema allows them explicitly. Values that satisfy the
/// result satisfy the schema.
fn closed(mut schema: Value) -> Value {
    if !composes(&schema) {
        close(&mut schema);
    }
    schema
}

/// Returns `true` if the schema combines subschemas such that closing one of them could exclude
/// values that another one requires.
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
    // One of these alone describes a value completely. Several of them, or one with the members of
    // an object, must all hold.
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

/// Returns `true` if the object declares members, including all that it requires.
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

/// Forbids undeclared members in every object that declares members.
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
    use super::super::offer::Function;
    use super::*;

    #[test]
    fn objects_are_closed_only_if_that_narrows_the_schema() {
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
    fn the_grammar_fixes_a_call_except_for_its_arguments() {
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
