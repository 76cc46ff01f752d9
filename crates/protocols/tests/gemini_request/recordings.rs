//! Recorded requests: those for generateContent follow the rules, and are the same after a round trip
//! through the Responses API; those of the Responses API translate, or are refused with a reason.

use std::fs;
use std::path::{Path, PathBuf};

use orouter_protocols::Target;
use serde_json::{Map, Value, json};

use crate::rules::{Rules, broken};
use crate::support::{NEW, OLD, UNKNOWN, translate_for};

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

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn recorded_requests_for_the_api_follow_the_rules() {
    let mut failures = Vec::new();
    for (path, request) in recordings("gemini-request") {
        for rule in broken(&request, Rules::Accepted, false) {
            failures.push(format!("{}: {rule}", name(&path)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Returns a member under its name in camel case or with underscores.
fn get<'a>(value: &'a Value, camel: &str) -> &'a Value {
    let snake: String = camel
        .chars()
        .flat_map(|c| {
            let underscore = c.is_ascii_uppercase().then_some('_');
            underscore.into_iter().chain([c.to_ascii_lowercase()])
        })
        .collect();
    value
        .get(camel)
        .or_else(|| value.get(&snake))
        .unwrap_or(&Value::Null)
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// Converts a request for generateContent to the Responses API.
fn to_responses(gemini: &Value) -> Value {
    let mut request = Map::new();
    request.insert("model".to_owned(), json!("m"));
    let config = get(gemini, "generationConfig");
    for (from, to) in [
        ("temperature", "temperature"),
        ("topP", "top_p"),
        ("topK", "top_k"),
        ("maxOutputTokens", "max_output_tokens"),
        ("seed", "seed"),
        ("stopSequences", "stop"),
        ("logprobs", "top_logprobs"),
    ] {
        let value = get(config, from);
        if !value.is_null() {
            request.insert(to.to_owned(), value.clone());
        }
    }
    if get(config, "responseMimeType") == "application/json" {
        let schema = get(config, "responseJsonSchema");
        let format = json!({"type": "json_schema", "name": "answer", "schema": schema});
        request.insert("text".to_owned(), json!({"format": format}));
    }
    let texts: Vec<String> = list(&gemini["systemInstruction"]["parts"])
        .iter()
        .filter_map(|part| part["text"].as_str().map(str::to_owned))
        .collect();
    let mut items: Vec<Value> = texts
        .iter()
        .map(|text| json!({"role": "system", "content": text}))
        .collect();
    for content in list(&gemini["contents"]) {
        to_items(&content, &mut items);
    }
    request.insert("input".to_owned(), items.into());
    let functions = list(&gemini["tools"])
        .into_iter()
        .flat_map(|tool| list(get(&tool, "functionDeclarations")));
    let tools: Vec<Value> = functions
        .map(|function| {
            let schema = match get(&function, "parametersJsonSchema") {
                Value::Null => &function["parameters"],
                schema => schema,
            };
            json!({
                "type": "function",
                "name": function["name"],
                "description": function["description"],
                "parameters": schema,
            })
        })
        .collect();
    if !tools.is_empty() {
        request.insert("tools".to_owned(), tools.into());
    }
    let calling = get(get(gemini, "toolConfig"), "functionCallingConfig");
    let mode = calling["mode"].as_str().unwrap_or_default().to_uppercase();
    let names = list(get(calling, "allowedFunctionNames"));
    let choice = match (mode.as_str(), names.as_slice()) {
        ("ANY", [name]) => json!({"type": "function", "name": name}),
        ("ANY", []) => json!("required"),
        ("ANY", names) => {
            let tools = names
                .iter()
                .map(|name| json!({"type": "function", "name": name}));
            json!({"type": "allowed_tools", "mode": "required", "tools": tools.collect::<Vec<_>>()})
        }
        ("AUTO", _) => json!("auto"),
        ("NONE", _) => json!("none"),
        _ => return Value::Object(request),
    };
    request.insert("tool_choice".to_owned(), choice);
    Value::Object(request)
}

fn to_items(content: &Value, items: &mut Vec<Value>) {
    let role = match content["role"].as_str() {
        Some("model") => "assistant",
        _ => "user",
    };
    for part in list(&content["parts"]) {
        let signature = get(&part, "thoughtSignature");
        let call = get(&part, "functionCall");
        let result = get(&part, "functionResponse");
        if !call.is_null() {
            let count = items
                .iter()
                .filter(|item| item["type"] == "function_call")
                .count();
            let id = match &call["id"] {
                Value::Null => json!(format!("call_{count}")),
                id => id.clone(),
            };
            let mut item = json!({
                "type": "function_call",
                "call_id": id,
                "name": call["name"],
                "arguments": call["args"].to_string(),
            });
            if !signature.is_null() {
                item["extra_content"] = json!({"google": {"thought_signature": signature}});
            }
            items.push(item);
            continue;
        }
        if !signature.is_null() {
            items.push(json!({
                "type": "reasoning",
                "summary": [],
                "encrypted_content": signature,
                "format": "google-gemini-v1",
            }));
        }
        if !result.is_null() {
            let count = items
                .iter()
                .filter(|item| item["type"] == "function_call_output")
                .count();
            let id = match &result["id"] {
                Value::Null => json!(format!("call_{count}")),
                id => id.clone(),
            };
            let mut output = vec![json!({
                "type": "input_text", "text": result["response"].to_string(),
            })];
            output.extend(list(&result["parts"]).iter().map(to_part));
            let output = json!({"type": "function_call_output", "call_id": id, "output": output});
            items.push(output);
            continue;
        }
        let text = part["text"].as_str();
        let is_thought = part["thought"] == true;
        match text {
            Some("") => {}
            _ if is_thought => {}
            Some(text) => items.push(json!({"role": role, "content": text})),
            None => items.push(json!({"role": role, "content": [to_part(&part)]})),
        }
    }
}

fn to_part(part: &Value) -> Value {
    let inline = get(part, "inlineData");
    let file = get(part, "fileData");
    if file.is_null() {
        let kind = get(inline, "mimeType").as_str().unwrap();
        let data = inline["data"].as_str().unwrap();
        let url = format!("data:{kind};base64,{data}");
        return match kind.split('/').next().unwrap() {
            "image" => json!({"type": "input_image", "image_url": url}),
            "video" => json!({"type": "input_video", "video_url": url}),
            "audio" => json!({"type": "input_file", "file_data": url}),
            _ => json!({"type": "input_file", "file_data": url}),
        };
    }
    json!({"type": "input_file", "file_id": get(file, "fileUri")})
}

/// Returns the parts of a request without the freedoms that the API has: `role` and what the part
/// says.
fn plain(gemini: &Value) -> Vec<(String, Value)> {
    let mut parts = Vec::new();
    for part in list(&gemini["systemInstruction"]["parts"]) {
        if part["text"].as_str().is_some_and(|text| !text.is_empty()) {
            parts.push(("system".to_owned(), part["text"].clone()));
        }
    }
    for content in list(&gemini["contents"]) {
        let role = content["role"].as_str().unwrap_or("user").to_owned();
        for part in list(&content["parts"]) {
            let call = get(&part, "functionCall");
            let result = get(&part, "functionResponse");
            let inline = get(&part, "inlineData");
            let file = get(&part, "fileData");
            let signature = get(&part, "thoughtSignature");
            let says = if !call.is_null() {
                json!([call["name"], call["args"], signature])
            } else if !result.is_null() {
                let blobs = list(&result["parts"]);
                let data = blobs.iter().map(|part| &get(part, "inlineData")["data"]);
                let data: Vec<&Value> = data.filter(|data| !data.is_null()).collect();
                json!([result["name"], result["response"], data])
            } else if !inline.is_null() {
                json!([get(inline, "mimeType"), inline["data"]])
            } else if !file.is_null() {
                // Only Vertex AI has files in results. They are sent after the result.
                get(file, "fileUri").clone()
            } else if part["thought"] == true
                || part["text"] == "" && signature.is_null()
                || is_head(&part["text"])
            {
                continue;
            } else {
                json!([part["text"], signature])
            };
            parts.push((role.clone(), says));
            let blobs = list(&result["parts"]);
            let files = blobs
                .iter()
                .map(|part| get(get(part, "fileData"), "fileUri"));
            let files = files.filter(|file| !file.is_null());
            parts.extend(files.map(|file| (role.clone(), file.clone())));
        }
    }
    parts
}

/// Returns `true` for the text before the files of a result.
fn is_head(text: &Value) -> bool {
    text.as_str()
        .is_some_and(|text| text.starts_with("Output of the tool call "))
}

/// Returns the functions by name and description.
fn functions(gemini: &Value) -> Vec<Value> {
    let tools = list(&gemini["tools"]);
    let functions = tools
        .iter()
        .flat_map(|tool| list(get(tool, "functionDeclarations")));
    functions
        .map(|function| json!([function["name"], function["description"]]))
        .collect()
}

#[test]
fn recorded_requests_for_the_api_are_the_same_after_a_round_trip() {
    let mut failures = Vec::new();
    for (path, gemini) in recordings("gemini-request") {
        let name = name(&path);
        let converted = to_responses(&gemini);
        // The model has the abilities that the recorded request uses.
        let text = gemini.to_string();
        let signed = text.contains("thoughtSignature") || text.contains("thought_signature");
        let combined = text.contains("application/json") && text.contains("unctionDeclarations");
        let model = if signed || combined { NEW } else { OLD };
        let translated = match translate_for(&converted, &Target::new(model)) {
            Ok(translated) => translated,
            Err(refusal) => {
                failures.push(format!("{name}: refused: {refusal}"));
                continue;
            }
        };
        let body = &translated.body;
        let (expected, sent) = (plain(&gemini), plain(body));
        if expected != sent {
            let differs = expected.iter().zip(&sent).find(|(a, b)| a != b);
            let mut shown = format!("{name}: contents: {differs:?}");
            shown.truncate(2_000);
            failures.push(shown);
        }
        if functions(&gemini) != functions(body) {
            failures.push(format!("{name}: functions"));
        }
        for member in [
            "temperature",
            "topP",
            "topK",
            "maxOutputTokens",
            "seed",
            "logprobs",
        ] {
            let value = |request: &Value| get(get(request, "generationConfig"), member).as_f64();
            if value(&gemini) != value(body) {
                failures.push(format!("{name}: {member}"));
            }
        }
        let stops =
            |request: &Value| get(get(request, "generationConfig"), "stopSequences").clone();
        if stops(&gemini) != stops(body) {
            failures.push(format!("{name}: stopSequences"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn recorded_requests_translate_or_are_refused_with_a_reason() {
    let mut translated = 0;
    for (path, request) in recordings("responses-request") {
        for model in [
            UNKNOWN,
            OLD,
            NEW,
            "gemini-2.0-flash",
            "gemma-3-27b-it",
            "gemini-flash-latest",
        ] {
            match translate_for(&request, &Target::new(model)) {
                Ok(_) => translated += 1,
                Err(refusal) => {
                    let name = name(&path);
                    println!("{name}: {}: {}", refusal.param, refusal.message);
                    assert!(!refusal.param.is_empty(), "{name}");
                    assert!(refusal.message.len() > 20, "{name}: {refusal}");
                    let head = refusal.param.split(['.', '[']).next().unwrap();
                    assert!(refusal.message.contains(head), "{name}: {refusal}");
                }
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
                json!({"type": "function_call", "call_id": "x", "name": "f g", "arguments": "["}),
                json!({"type": "reasoning", "summary": [], "encrypted_content": "AAAA"}),
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
        for round in 0..20 {
            let mut damaged = request.clone();
            for _ in 0..3 {
                mutate(&mut damaged, &mut seed);
            }
            if !damaged.is_object() {
                continue;
            }
            let model = [NEW, OLD, UNKNOWN][round % 3];
            if let Err(refusal) = translate_for(&damaged, &Target::new(model)) {
                let name = name(&path);
                assert!(!refusal.message.is_empty(), "{name}");
                assert!(refusal.message.len() < 600, "{name}: {refusal}");
            }
        }
    }
}
