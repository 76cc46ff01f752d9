//! Compares the requests of a scenario with those of the reference.

use serde_json::{Map, Value};

use crate::play::Record;

/// Removes what differs in every scenario.
///
/// | Removed | Reason |
/// |---|---|
/// | `store: false`, `service_tier: "auto"` | the reference sends the server's defaults |
/// | an empty list of tools | the same as none |
/// | `$schema` of a tool's parameters, members that are null | the same without them |
/// | the `id` of the output of a call | the reference invents one; `call_id` identifies the call |
/// | a string as the content of a user's message, and as the input | two forms of the same message |
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut kept: Map<String, Value> = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .filter(|(name, _)| *name != "$schema")
                .map(|(name, value)| (name.clone(), normal(value)))
                .collect();
            if kept
                .get("type")
                .is_some_and(|kind| kind == "function_call_output")
            {
                kept.remove("id");
            }
            if kept.get("role").is_some_and(|role| role != "assistant") {
                kept.remove("type");
            }
            Value::Object(kept)
        }
        Value::Array(items) => Value::Array(items.iter().map(normal).collect()),
        other => other.clone(),
    }
}

fn request(value: &Value) -> Value {
    let mut request = normal(value);
    let members = request.as_object_mut().unwrap();
    for (name, default) in [
        ("store", Value::Bool(false)),
        ("service_tier", "auto".into()),
    ] {
        if members.get(name) == Some(&default) {
            members.remove(name);
        }
    }
    if members
        .get("tools")
        .is_some_and(|tools| tools.as_array().is_some_and(Vec::is_empty))
    {
        members.remove("tools");
    }
    if let Some(text) = members.get("input").filter(|input| input.is_string()) {
        let message = serde_json::json!({"role": "user", "content": text});
        members.insert("input".to_owned(), Value::Array(vec![message]));
    }
    request
}

/// Short JSON of a value.
fn short(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text,
    }
}

fn walk(path: &str, ours: Option<&Value>, theirs: Option<&Value>, lines: &mut Vec<String>) {
    if ours == theirs {
        return;
    }
    match (ours, theirs) {
        (Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
            let mut names: Vec<&String> = ours.keys().chain(theirs.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                walk(
                    &format!("{path}/{name}"),
                    ours.get(name),
                    theirs.get(name),
                    lines,
                );
            }
        }
        (Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
            for index in 0..ours.len().max(theirs.len()) {
                let path = format!("{path}/{index}");
                walk(&path, ours.get(index), theirs.get(index), lines);
            }
        }
        _ => lines.push(format!(
            "{path} ours: {} theirs: {}",
            short(ours),
            short(theirs)
        )),
    }
}

/// Returns the differences between our requests and outcomes and the reference's, one line each.
pub(crate) fn differences(ours: &Record, theirs: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let requests: Vec<Value> = ours.requests.iter().map(request).collect();
    let reference = theirs["requests"].as_array().unwrap();
    for index in 0..requests.len().max(reference.len()) {
        let path = format!("request {}", index + 1);
        let theirs = reference.get(index).map(request);
        match (requests.get(index), &theirs) {
            (Some(ours), Some(theirs)) => walk(&path, Some(ours), Some(theirs), &mut lines),
            (Some(_), None) => lines.push(format!("{path} only ours")),
            (None, _) => lines.push(format!("{path} only theirs")),
        }
    }
    for (index, ours) in ours.texts.iter().enumerate() {
        let theirs = theirs["outcomes"][index]["text"].as_str();
        if ours.as_deref() != theirs {
            let name = |text: Option<&str>| {
                text.map_or_else(|| "an error".to_owned(), |text| format!("{text:?}"))
            };
            let (ours, theirs) = (name(ours.as_deref()), name(theirs));
            lines.push(format!(
                "outcome {} ours: {ours} theirs: {theirs}",
                index + 1
            ));
        }
    }
    lines
}
