//! Recorded requests: those of Anthropic Messages are converted to the Responses API and translated
//! back without a loss; those of the Responses API translate, or are refused with a reason.

use std::fs;
use std::path::PathBuf;

use orouter_protocols::Target;
use serde_json::{Map, Value, json};

use crate::support::{blocks, translate_for};

/// Returns the recordings in a folder, or an empty list with a message if they are absent.
fn recordings(folder: &str) -> Vec<(PathBuf, Value)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures");
    let Ok(entries) = fs::read_dir(PathBuf::from(root).join(folder)) else {
        eprintln!("skipped: no recorded requests, ../shared is not there");
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

/// Blocks that only the service's own tools make. A client of the Responses API does not have them.
const HOSTED: &[&str] = &[
    "server_tool_use",
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
    "advisor_tool_result",
    "container_upload",
    "tool_addition",
    "tool_reference",
    "compaction",
    "mcp_tool_use",
    "mcp_tool_result",
    "search_result",
];

fn is_hosted(value: &Value) -> bool {
    let text = value.to_string();
    HOSTED
        .iter()
        .any(|kind| text.contains(&format!("\"type\":\"{kind}\"")))
}

/// Converts a request for Anthropic Messages to the Responses API.
fn to_responses(body: &Value) -> Value {
    let mut request = Map::new();
    for name in [
        "model",
        "stream",
        "temperature",
        "top_p",
        "top_k",
        "cache_control",
    ] {
        if let Some(value) = body.get(name) {
            request.insert(name.to_owned(), value.clone());
        }
    }
    for (name, own) in [
        ("max_tokens", "max_output_tokens"),
        ("stop_sequences", "stop"),
    ] {
        if let Some(value) = body.get(name) {
            request.insert(own.to_owned(), value.clone());
        }
    }
    if let Some(user) = body["metadata"].get("user_id") {
        request.insert("user".to_owned(), user.clone());
    }
    match body["thinking"]["type"].as_str() {
        Some("enabled") => {
            let reasoning = json!({"max_tokens": body["thinking"]["budget_tokens"]});
            request.insert("reasoning".to_owned(), reasoning);
        }
        Some("adaptive") => {
            request.insert("reasoning".to_owned(), json!({"enabled": true}));
        }
        _ => {}
    }
    if let Some(schema) = body["output_config"]["format"].get("schema") {
        let format = json!({"type": "json_schema", "name": "out", "schema": schema});
        request.insert("text".to_owned(), json!({"format": format}));
    }
    let tools: Vec<Value> = body["tools"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(to_tool)
        .collect();
    if !tools.is_empty() {
        request.insert("tools".to_owned(), tools.into());
        let choice = match body["tool_choice"]["type"].as_str() {
            Some("any") => json!("required"),
            Some("tool") => json!({"type": "function", "name": body["tool_choice"]["name"]}),
            Some(mode) => json!(mode),
            None => Value::Null,
        };
        if !choice.is_null() {
            request.insert("tool_choice".to_owned(), choice);
        }
        if let Some(disabled) = body["tool_choice"]["disable_parallel_tool_use"].as_bool() {
            request.insert("parallel_tool_calls".to_owned(), json!(!disabled));
        }
    }
    let mut items = Vec::new();
    for block in blocks(&body["system"]) {
        let part = to_part(&block);
        items.push(json!({"type": "message", "role": "developer", "content": [part]}));
    }
    for message in body["messages"].as_array().unwrap() {
        for block in blocks(&message["content"]) {
            items.push(to_item(message["role"].as_str().unwrap(), &block));
        }
    }
    request.insert("input".to_owned(), items.into());
    Value::Object(request)
}

fn to_tool(tool: &Value) -> Option<Value> {
    let schema = tool.get("input_schema")?;
    let mut flat = json!({"type": "function", "name": tool["name"], "parameters": schema});
    for name in ["description", "strict", "cache_control"] {
        if let Some(value) = tool.get(name) {
            flat[name] = value.clone();
        }
    }
    Some(flat)
}

fn to_item(role: &str, block: &Value) -> Value {
    match block["type"].as_str().unwrap() {
        "tool_use" => json!({
            "type": "function_call", "call_id": block["id"], "name": block["name"],
            "arguments": block["input"].to_string(),
        }),
        "tool_result" => {
            let output = match &block["content"] {
                Value::Array(parts) => parts.iter().map(to_part).collect(),
                Value::Null => json!(""),
                text => text.clone(),
            };
            let status = if block["is_error"] == true {
                "failed"
            } else {
                "completed"
            };
            json!({
                "type": "function_call_output", "call_id": block["tool_use_id"], "output": output,
                "status": status, "cache_control": block["cache_control"],
            })
        }
        "thinking" => json!({
            "type": "reasoning", "summary": [], "signature": block["signature"],
            "content": [{"type": "reasoning_text", "text": block["thinking"]}],
            "format": "anthropic-claude-v1",
        }),
        "redacted_thinking" => json!({
            "type": "reasoning", "summary": [], "encrypted_content": block["data"],
            "format": "anthropic-claude-v1",
        }),
        _ => json!({"type": "message", "role": role, "content": [to_part(block)]}),
    }
}

fn to_part(block: &Value) -> Value {
    let source = &block["source"];
    let data_url = || {
        format!(
            "data:{};base64,{}",
            source["media_type"].as_str().unwrap(),
            source["data"].as_str().unwrap()
        )
    };
    let mut part = match (block["type"].as_str().unwrap(), source["type"].as_str()) {
        ("image", Some("base64")) => json!({"type": "input_image", "image_url": data_url()}),
        ("image", Some("url")) => json!({"type": "input_image", "image_url": source["url"]}),
        ("image", Some("file")) => json!({"type": "input_image", "file_id": source["file_id"]}),
        ("document", Some("base64")) => json!({"type": "input_file", "file_data": data_url()}),
        ("document", Some("url")) => json!({"type": "input_file", "file_url": source["url"]}),
        ("document", Some("file")) => json!({"type": "input_file", "file_id": source["file_id"]}),
        ("document", Some("text")) => {
            let text = source["data"].as_str().unwrap();
            json!({"type": "input_file", "file_data": text, "filename": "unnamed.txt"})
        }
        _ => json!({"type": "input_text", "text": block["text"]}),
    };
    if let Some(mark) = block.get("cache_control") {
        part["cache_control"] = mark.clone();
    }
    if let Some(title) = block
        .get("title")
        .filter(|title| title.is_string() && source["type"] != "text")
    {
        part["filename"] = title.clone();
    }
    part
}

/// Returns the blocks of all messages, each as `role` and what the block says.
fn flat(messages: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for message in messages.as_array().unwrap() {
        for block in blocks(&message["content"]) {
            if block["type"] == "text" && block["text"].as_str().unwrap().trim().is_empty() {
                continue;
            }
            all.push(json!([message["role"], bare(&block)]));
        }
    }
    all
}

/// Returns a block without what the Responses API has no place for.
fn bare(block: &Value) -> Value {
    let mut block = block.clone();
    let object = block.as_object_mut().unwrap();
    for name in ["citations", "context", "caller", "cache_control", "title"] {
        object.remove(name);
    }
    if object.get("is_error") == Some(&json!(false)) {
        object.remove("is_error");
    }
    if let Some(content) = object.get("content").filter(|content| !content.is_null()) {
        let content: Vec<Value> = blocks(content).iter().map(bare).collect();
        object.insert("content".to_owned(), content.into());
    }
    block
}

#[test]
fn recorded_requests_of_the_api_are_the_same_after_a_round_trip() {
    let mut compared = 0;
    let all = recordings("anthropic-request");
    let count = all.len();
    for (path, body) in all {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let request = to_responses(&body);
        let model = body["model"].as_str().unwrap_or("claude-haiku-4-5");
        let translated = match translate_for(&request, &Target::new(model)) {
            Ok(translated) => translated,
            Err(refusal) => {
                assert!(
                    !refusal.param.is_empty() && !refusal.message.contains('\n'),
                    "{name}"
                );
                assert!(
                    request.to_string().contains("\"strict\":true"),
                    "{name}: {refusal}"
                );
                continue;
            }
        };
        let sent = &translated.body;
        if is_hosted(&body["messages"]) {
            continue;
        }
        compared += 1;
        assert_eq!(flat(&sent["messages"]), flat(&body["messages"]), "{name}");
        let system =
            |body: &Value| -> Vec<Value> { blocks(&body["system"]).iter().map(bare).collect() };
        let forced = translated.has_note("converted text.format");
        if !forced {
            assert_eq!(system(sent), system(&body), "{name}");
        }
        for member in ["max_tokens", "stream", "stop_sequences"] {
            let expected = body.get(member).filter(|value| !value.is_null());
            assert_eq!(sent.get(member), expected, "{name}: {member}");
        }
        if body["thinking"]["type"] == "enabled" {
            assert_eq!(sent["thinking"], body["thinking"], "{name}");
        }
        let names = |body: &Value| -> Vec<Value> {
            let tools = body["tools"].as_array().into_iter().flatten();
            let tools = tools.filter(|tool| tool.get("input_schema").is_some());
            tools.map(|tool| tool["name"].clone()).collect()
        };
        if !forced {
            assert_eq!(names(sent), names(&body), "{name}");
        }
    }
    assert!(
        count == 0 || compared >= count / 2,
        "only {compared} of {count} were compared"
    );
}

#[test]
fn recorded_requests_of_the_responses_api_translate_or_are_refused_with_a_reason() {
    let (mut translated, mut refused) = (0, 0);
    for (path, request) in recordings("responses-request") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for model in [
            "claude-3-5-haiku-20241022",
            "claude-haiku-4-5",
            "claude-opus-4-8",
            "claude-sonnet-5-5",
        ] {
            match translate_for(&request, &Target::new(model)) {
                Ok(_) => translated += 1,
                Err(refusal) => {
                    refused += 1;
                    assert!(!refusal.param.is_empty(), "{name}");
                    assert!(!refusal.message.contains('\n'), "{name}: {refusal}");
                    println!("{name}: {refusal}");
                }
            }
        }
    }
    println!("{translated} translated, {refused} refused");
    assert!(translated >= 4 * refused);
}

#[test]
fn damaged_requests_are_refused_or_follow_the_rules() {
    let mut random = fastrand::Rng::with_seed(7);
    let requests = recordings("responses-request");
    for _ in 0..600 {
        let Some((_, request)) = random.choice(&requests) else {
            return;
        };
        let mut request = request.clone();
        for _ in 0..random.usize(1..4) {
            damage(&mut request, &mut random);
        }
        let text = request.to_string();
        if orouter_wire::from_str::<orouter_wire::ResponsesRequest>(&text).is_ok() {
            // The rules are checked inside.
            for model in ["claude-haiku-4-5", "claude-opus-5-5"] {
                let _ = translate_for(&request, &Target::new(model));
            }
        }
    }
}

/// Changes one value somewhere in the request.
fn damage(value: &mut Value, random: &mut fastrand::Rng) {
    let children = match value {
        Value::Array(list) => list.len(),
        Value::Object(object) => object.len(),
        _ => 0,
    };
    if children > 0 && random.u8(..) > 40 {
        let index = random.usize(..children);
        return match value {
            Value::Array(list) => damage(&mut list[index], random),
            Value::Object(object) => damage(object.values_mut().nth(index).unwrap(), random),
            _ => {}
        };
    }
    match (value, random.u8(..6)) {
        (Value::Array(list), 0) => {
            list.pop();
        }
        (Value::Array(list), 1) => list.reverse(),
        (Value::Array(list), 2) if !list.is_empty() => list.push(list[0].clone()),
        (value, 3) => *value = Value::Null,
        (value, 4) => *value = json!(" "),
        (value, _) => *value = json!({"type": "x"}),
    }
}
