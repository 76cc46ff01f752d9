//! Recorded requests: those of Chat Completions are converted to the Responses API and translated
//! back without a loss; those of the Responses API translate, or are refused with a reason.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::support::{text, translate};

/// Returns the recordings in a folder, or an empty list with a message if they are absent.
fn recordings(folder: &str) -> Vec<(PathBuf, Value)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures");
    let Ok(entries) = fs::read_dir(PathBuf::from(root).join(folder)) else {
        println!("skipped: no recorded requests, ../shared is not there");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        serde_json::from_str(&text).ok().map(|value| (path, value))
    };
    files.into_iter().filter_map(read).collect()
}

/// Converts a request for Chat Completions to the Responses API.
fn to_responses(chat: &Value) -> Value {
    let mut request = Map::new();
    for name in [
        "model",
        "stream",
        "temperature",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
        "seed",
        "stop",
        "user",
        "safety_identifier",
        "service_tier",
        "parallel_tool_calls",
        "top_logprobs",
        "prompt_cache_key",
        "reasoning",
    ] {
        if let Some(value) = chat.get(name) {
            request.insert(name.to_owned(), value.clone());
        }
    }
    for name in ["max_tokens", "max_completion_tokens"] {
        if let Some(value) = chat.get(name) {
            request.insert("max_output_tokens".to_owned(), value.clone());
        }
    }
    if let Some(effort) = chat.get("reasoning_effort") {
        request.insert("reasoning".to_owned(), json!({"effort": effort}));
    }
    if let Some(format) = chat.get("response_format") {
        let mut flat = format["json_schema"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        flat.insert("type".to_owned(), format["type"].clone());
        request.insert("text".to_owned(), json!({"format": flat}));
    }
    if let Some(tools) = chat["tools"].as_array() {
        let flat = tools.iter().map(|tool| {
            let mut flat = tool["function"].as_object().cloned().unwrap();
            flat.insert("type".to_owned(), json!("function"));
            Value::Object(flat)
        });
        request.insert("tools".to_owned(), flat.collect());
    }
    match &chat["tool_choice"] {
        Value::Object(choice) => {
            let choice = json!({"type": "function", "name": choice["function"]["name"]});
            request.insert("tool_choice".to_owned(), choice);
        }
        // Mistral's word for it.
        Value::String(mode) if mode == "any" => {
            request.insert("tool_choice".to_owned(), json!("required"));
        }
        Value::String(mode) => {
            request.insert("tool_choice".to_owned(), json!(mode));
        }
        _ => {}
    }
    let mut items = Vec::new();
    for message in chat["messages"].as_array().unwrap() {
        to_items(message, &mut items);
    }
    request.insert("input".to_owned(), items.into());
    Value::Object(request)
}

fn to_items(message: &Value, items: &mut Vec<Value>) {
    let role = message["role"].as_str().unwrap();
    if role == "tool" {
        let output = match &message["content"] {
            Value::Array(parts) => parts
                .iter()
                .map(|part| json!({"type": "input_text", "text": part["text"]}))
                .collect(),
            other => other.clone(),
        };
        items.push(json!({
            "type": "function_call_output",
            "call_id": message["tool_call_id"],
            "output": output,
        }));
        return;
    }
    let reasoning = ["reasoning", "reasoning_content"].map(|name| message.get(name));
    if let Some(reasoning) = reasoning.into_iter().flatten().next() {
        let part = json!({"type": "reasoning_text", "text": reasoning});
        items.push(json!({"type": "reasoning", "summary": [], "content": [part]}));
    }
    let content = match &message["content"] {
        Value::Array(parts) => parts.iter().map(|part| to_part(role, part)).collect(),
        other => other.clone(),
    };
    let calls = message["tool_calls"].as_array();
    let empty = content.is_null() || calls.is_some() && content == "";
    if !empty {
        items.push(json!({"type": "message", "role": role, "content": content}));
    }
    for call in calls.into_iter().flatten() {
        items.push(json!({
            "type": "function_call",
            "call_id": call["id"],
            "name": call["function"]["name"],
            "arguments": call["function"]["arguments"],
        }));
    }
}

fn to_part(role: &str, part: &Value) -> Value {
    match part["type"].as_str().unwrap() {
        "text" if role == "assistant" => json!({"type": "output_text", "text": part["text"]}),
        "text" => {
            let mut text = json!({"type": "input_text", "text": part["text"]});
            if let Some(mark) = part.get("cache_control") {
                text["cache_control"] = mark.clone();
            }
            text
        }
        "image_url" => {
            let image = &part["image_url"];
            let url = image.get("url").unwrap_or(image);
            let mut flat = json!({"type": "input_image", "image_url": url});
            if let Some(detail) = image.get("detail") {
                flat["detail"] = detail.clone();
            }
            flat
        }
        "file" => {
            let mut flat = part["file"].clone();
            flat["type"] = json!("input_file");
            flat
        }
        "input_audio" => part.clone(),
        other => panic!("a part of type {other}"),
    }
}

/// A message without the freedoms that Chat Completions has.
#[derive(Debug, PartialEq)]
struct Plain {
    role: String,
    text: String,
    others: Vec<Value>,
    calls: Vec<(Value, Value, Value)>,
    call_id: Value,
    reasoning: Value,
}

fn plain(chat: &Value) -> Vec<Plain> {
    let mut messages: Vec<Plain> = Vec::new();
    for message in chat["messages"].as_array().unwrap() {
        let role = match message["role"].as_str().unwrap() {
            "developer" => "system",
            role => role,
        };
        let parts = message["content"].as_array().into_iter().flatten();
        let mut others: Vec<Value> = parts
            .filter(|part| part["type"] != "text")
            .cloned()
            .collect();
        for part in &mut others {
            if part["type"] == "image_url" && part["image_url"].is_string() {
                *part = json!({"type": "image_url", "image_url": {"url": part["image_url"]}});
            }
        }
        let calls = message["tool_calls"].as_array().into_iter().flatten();
        let calls = calls.map(|call| {
            let arguments = match call["function"]["arguments"].as_str() {
                Some("") => json!("{}"),
                _ => call["function"]["arguments"].clone(),
            };
            (
                call["id"].clone(),
                call["function"]["name"].clone(),
                arguments,
            )
        });
        let reasoning = ["reasoning", "reasoning_content"].map(|name| message.get(name));
        let next = Plain {
            role: role.to_owned(),
            text: text(&message["content"]),
            others,
            calls: calls.collect(),
            call_id: message["tool_call_id"].clone(),
            reasoning: reasoning
                .into_iter()
                .flatten()
                .next()
                .cloned()
                .unwrap_or_default(),
        };
        if role == "system" && messages.len() == 1 && messages[0].role == "system" {
            messages[0].text.push_str("\n\n");
            messages[0].text.push_str(&next.text);
            continue;
        }
        if next.text.is_empty() && next.others.is_empty() && next.calls.is_empty() && role != "tool"
        {
            continue;
        }
        messages.push(next);
    }
    messages
}

/// Returns the tools by name, description, schema and strictness.
fn tools(chat: &Value) -> Vec<Value> {
    let tools = chat["tools"].as_array().into_iter().flatten();
    let tools = tools.map(|tool| {
        let function = &tool["function"];
        json!([
            function["name"],
            function["description"],
            function["parameters"],
            function["strict"] == true
        ])
    });
    tools.collect()
}

/// Returns the members in which the request for the upstream differs from the client's.
fn differences(name: &str, chat: &Value, body: &Value) -> Vec<String> {
    let mut failures = Vec::new();
    if plain(chat) != plain(body) {
        failures.push(format!(
            "{name}: messages\n{:?}\n{:?}",
            plain(chat),
            plain(body)
        ));
    }
    if tools(chat) != tools(body) {
        failures.push(format!("{name}: tools"));
    }
    for member in [
        "stream",
        "temperature",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
        "seed",
        "stop",
        "user",
        "safety_identifier",
        "service_tier",
        "parallel_tool_calls",
        "response_format",
        "reasoning_effort",
    ] {
        let number = |value: &Value| value.as_f64();
        let (sent, expected) = (&body[member], &chat[member]);
        if !expected.is_null() && sent != expected && number(sent) != number(expected) {
            failures.push(format!("{name}: {member}: {expected} became {sent}"));
        }
    }
    let limit = |chat: &Value| {
        let limits = ["max_tokens", "max_completion_tokens"].map(|name| chat[name].as_u64());
        limits.into_iter().flatten().next()
    };
    if limit(chat) != limit(body) {
        failures.push(format!("{name}: the output limit"));
    }
    match (&chat["tool_choice"], &body["tool_choice"]) {
        (Value::String(any), Value::String(required)) if any == "any" => {
            assert_eq!(required, "required", "{name}");
        }
        (expected, sent) if expected != sent => {
            failures.push(format!("{name}: tool_choice: {expected} became {sent}"));
        }
        _ => {}
    }
    if let Some(effort) = chat["reasoning"].get("effort") {
        assert_eq!(&body["reasoning_effort"], effort, "{name}");
    }
    if body["stream"] == true {
        assert_eq!(body["stream_options"]["include_usage"], true, "{name}");
    }
    failures
}

#[test]
fn recorded_chat_requests_are_the_same_after_a_round_trip() {
    let mut failures = Vec::new();
    for (path, chat) in recordings("chat-request") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match translate(&to_responses(&chat)) {
            Ok(translated) => failures.extend(differences(&name, &chat, &translated.body)),
            Err(refusal) => failures.push(format!("{name}: refused: {refusal}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Returns the encrypted texts and the signatures of the reasoning in a request.
fn seals(chat: &Value) -> Vec<Value> {
    let messages = chat["messages"].as_array().unwrap();
    let details = messages
        .iter()
        .flat_map(|message| message["reasoning_details"].as_array())
        .flatten();
    let seals = details.flat_map(|detail| [&detail["data"], &detail["signature"]]);
    seals.filter(|seal| !seal.is_null()).cloned().collect()
}

#[test]
fn requests_of_chat_clients_are_the_same_at_a_chat_upstream() {
    let mut failures = Vec::new();
    for (path, chat) in recordings("chat-request") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let notes = orouter_protocols::Notes::default();
        let client = orouter_protocols::chat_client::request(chat.to_string().as_bytes(), &notes);
        let client = client.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let request: Value = serde_json::from_slice(&client.body).unwrap();
        match translate(&request) {
            Ok(translated) => {
                failures.extend(differences(&name, &chat, &translated.body));
                assert_eq!(seals(&chat), seals(&translated.body), "{name}");
            }
            Err(refusal) => failures.push(format!("{name}: refused: {refusal}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn recorded_requests_translate_or_are_refused_with_a_reason() {
    let mut translated = 0;
    for (path, request) in recordings("responses-request") {
        match translate(&request) {
            Ok(_) => translated += 1,
            Err(refusal) => {
                let name = path.file_name().unwrap().to_string_lossy();
                println!("{name}: {}: {}", refusal.param, refusal.message);
                assert!(!refusal.param.is_empty(), "{name}");
                assert!(refusal.message.len() > 20, "{name}: {refusal}");
                let head = refusal.param.split(['.', '[']).next().unwrap();
                assert!(refusal.message.contains(head), "{name}: {refusal}");
            }
        }
    }
    println!("{translated} requests were translated");
}

/// Replaces one value of the request, chosen by `seed`, by another one.
fn mutate(value: &mut Value, seed: &mut u64) {
    let next = |seed: &mut u64, limit: usize| {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(*seed >> 33).unwrap() % limit
    };
    let inside = next(seed, 5) > 0;
    match value {
        Value::Object(members) if inside && !members.is_empty() => {
            let index = next(seed, members.len());
            let name = members.keys().nth(index).unwrap().clone();
            if next(seed, 8) == 0 {
                members.remove(&name);
            } else {
                mutate(members.get_mut(&name).unwrap(), seed);
            }
        }
        Value::Array(elements) if inside && !elements.is_empty() => {
            let index = next(seed, elements.len());
            match next(seed, 6) {
                0 => {
                    elements.remove(index);
                }
                1 => elements.push(elements[index].clone()),
                2 => elements.swap(0, index),
                _ => mutate(&mut elements[index], seed),
            }
        }
        other => {
            let values = [
                json!(null),
                json!(""),
                json!(" "),
                json!(-1.5),
                json!(true),
                json!([]),
                json!({}),
                json!(["x", 1, null]),
                json!({"type": "input_text", "text": "x"}),
                json!({"type": "function_call", "call_id": "x", "name": "f", "arguments": ""}),
            ];
            *other = values[next(seed, values.len())].clone();
        }
    }
}

#[test]
fn damaged_requests_are_refused_or_follow_the_rules() {
    let mut seed = 1;
    for (path, request) in recordings("responses-request") {
        // Each translation checks the rules. Large requests take long and are not different.
        if request.to_string().len() > 50_000 {
            continue;
        }
        for _ in 0..40 {
            let mut damaged = request.clone();
            for _ in 0..3 {
                mutate(&mut damaged, &mut seed);
            }
            if !damaged.is_object() {
                continue;
            }
            if let Err(refusal) = translate(&damaged) {
                let name = path.file_name().unwrap().to_string_lossy();
                assert!(!refusal.message.is_empty(), "{name}");
                assert!(refusal.message.len() < 600, "{name}: {refusal}");
            }
        }
    }
}
