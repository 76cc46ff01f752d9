//! Requests that are built to be slow or to nest deeply are translated or refused.

use serde_json::{Map, Value, json};

use crate::support::{call, conversation, output, translate, user};

fn with_schema(
    strict: bool,
    parameters: Value,
) -> Result<crate::support::Translated, orouter_protocols::Refusal> {
    translate(&json!({
        "model": "m", "input": "Hi",
        "tools": [{"type": "function", "name": "f", "strict": strict, "parameters": parameters}],
    }))
}

fn named(count: usize, schema: impl Fn(usize) -> Value) -> Value {
    let members = (0..count).map(|n| (format!("n{n}"), schema(n)));
    Value::Object(members.collect::<Map<_, _>>())
}

#[test]
fn schemas_with_many_members_and_definitions_are_read_once() {
    let count = 20_000;
    let required: Vec<String> = (0..count).map(|n| format!("n{n}")).collect();
    let wide = json!({"type": "object", "properties": named(count, |_| json!({"type": "string"})), "required": required});
    with_schema(true, wide.clone()).unwrap();
    with_schema(false, json!({"anyOf": [wide, wide]})).unwrap();
    // Each definition refers to the next, the last one to the first.
    let chain = |last: Value| {
        let defs = named(count, |n| {
            if n + 1 == count {
                last.clone()
            } else {
                json!({"$ref": format!("#/$defs/n{}", n + 1)})
            }
        });
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/n0"}}, "$defs": defs, "required": ["a"]})
    };
    with_schema(true, chain(json!({"type": "string"}))).unwrap();
    let refusal = with_schema(true, chain(json!({"$ref": "#/$defs/n0"}))).unwrap_err();
    assert!(refusal.message.contains("contains itself"), "{refusal}");
}

#[test]
fn schemas_that_multiply_are_combined_up_to_a_limit() {
    let level = |n: usize| {
        let list: Vec<Value> = (0..50)
            .map(|_| json!({"$ref": format!("#/$defs/n{}", n + 1)}))
            .collect();
        json!({"allOf": list, "properties": {format!("p{n}"): {"type": "string"}}})
    };
    let schema = json!({"allOf": [{"$ref": "#/$defs/n0"}], "$defs": named(12, level)});
    let translated = with_schema(false, schema).unwrap();
    let properties = &translated.body["tools"][0]["input_schema"]["properties"];
    assert!(properties.get("p0").is_some());
}

#[test]
fn deep_schemas_are_sent_or_refused() {
    let mut deep = json!({"type": "string"});
    for _ in 0..100 {
        deep = json!({"type": "array", "items": deep});
    }
    let schema = json!({"type": "object", "properties": {"a": deep}});
    with_schema(false, schema.clone()).unwrap();
    let refusal = with_schema(true, schema).unwrap_err();
    assert!(refusal.message.contains("nested too deeply"), "{refusal}");
}

#[test]
fn long_conversations_are_read_once() {
    let count = 5000;
    let mut items = vec![user("Go")];
    for n in 0..count {
        // The same id everywhere, and text between the calls.
        items.push(call("c"));
        items.push(json!({"role": "assistant", "content": format!("t{n}")}));
    }
    items.extend((0..count).map(|n| output("c", &format!("r{n}"))));
    let translated = conversation(items.into());
    assert_eq!(translated.messages().len(), 2 * count + 2);
    assert_eq!(translated.outline()[2], "user: =c(\"r0\")");
}
