//! The rules of Anthropic Messages, as its documentation and its error messages have them. Written from
//! these, not from the translator.

use std::collections::HashSet;

use serde_json::{Map, Value};

type Checked = Result<(), String>;

macro_rules! ensure {
    ($condition:expr, $($message:tt)*) => {
        if !$condition {
            return Err(format!($($message)*));
        }
    };
}

/// Checks a body.
pub(crate) fn check(body: &Value) -> Checked {
    let body = body.as_object().ok_or("the body is not an object")?;
    only(
        body,
        "the body",
        &[
            "model",
            "max_tokens",
            "messages",
            "system",
            "stream",
            "temperature",
            "top_p",
            "top_k",
            "stop_sequences",
            "metadata",
            "service_tier",
            "thinking",
            "output_config",
            "tools",
            "tool_choice",
            "cache_control",
        ],
    )?;
    ensure!(is_text(body.get("model")), "no `model`");
    let limit = body.get("max_tokens").and_then(Value::as_u64);
    let limit = limit.ok_or("`max_tokens` is not a whole number")?;
    let messages = body.get("messages").and_then(Value::as_array);
    let messages = messages.ok_or("`messages` is not a list")?;
    check_messages(messages)?;
    check_end(body, messages)?;
    if let Some(system) = body.get("system") {
        check_system(system)?;
    }
    let tools = check_tools(body)?;
    check_choice(body, &tools)?;
    check_thinking(body, limit)?;
    check_settings(body)?;
    check_marks(body)
}

fn is_text(value: Option<&Value>) -> bool {
    value
        .and_then(Value::as_str)
        .is_some_and(|text| !text.trim().is_empty())
}

fn only(object: &Map<String, Value>, place: &str, names: &[&str]) -> Checked {
    for name in object.keys() {
        ensure!(
            names.contains(&name.as_str()),
            "{place}: `{name}` is not permitted"
        );
    }
    Ok(())
}

fn kind(block: &Value) -> &str {
    block["type"].as_str().unwrap_or_default()
}

fn check_system(system: &Value) -> Checked {
    match system {
        Value::String(text) => ensure!(!text.is_empty(), "an empty `system`"),
        Value::Array(blocks) => {
            ensure!(!blocks.is_empty(), "an empty `system`");
            for block in blocks {
                ensure!(kind(block) == "text", "system: {} is not text", kind(block));
                check_block(block, "system")?;
            }
        }
        other => return Err(format!("system: {other}")),
    }
    Ok(())
}

fn check_messages(messages: &[Value]) -> Checked {
    ensure!(
        !messages.is_empty(),
        "messages: at least one message is required"
    );
    let role = |index: usize| {
        messages
            .get(index)
            .map_or("", |message| message["role"].as_str().unwrap_or("?"))
    };
    ensure!(
        role(0) == "user",
        "messages: first message must use the \"user\" role"
    );
    let mut ids = HashSet::new();
    for (index, message) in messages.iter().enumerate() {
        let place = format!("messages.{index}");
        let object = message
            .as_object()
            .ok_or("a message that is not an object")?;
        only(object, &place, &["role", "content"])?;
        match role(index) {
            "user" | "assistant" => {
                ensure!(
                    index == 0 || role(index - 1) != role(index),
                    "{place}: the roles do not alternate"
                );
            }
            "system" => {
                ensure!(
                    role(index - 1) == "user",
                    "{place}: a system message must follow the user's"
                );
                ensure!(
                    matches!(role(index + 1), "" | "assistant"),
                    "{place}: a system message must precede the model's"
                );
            }
            other => return Err(format!("{place}: the role {other}")),
        }
        let content = &message["content"];
        match content {
            Value::String(text) => ensure!(
                !text.trim().is_empty(),
                "{place}: text content must be non-empty"
            ),
            Value::Array(blocks) => {
                ensure!(!blocks.is_empty(), "{place}: must have non-empty content");
            }
            _ => return Err(format!("{place}: no content")),
        }
        let blocks = content.as_array().map_or(&[][..], Vec::as_slice);
        for block in blocks {
            check_block(block, &place)?;
        }
        check_roles(blocks, role(index), &place)?;
        let calls = ids_of(blocks, "tool_use", "id");
        for id in &calls {
            ensure!(
                ids.insert(id.clone()),
                "{place}: `tool_use` ids must be unique"
            );
        }
        let next = messages
            .get(index + 1)
            .map_or(&Value::Null, |next| &next["content"]);
        let next = next.as_array().map_or(&[][..], Vec::as_slice);
        if role(index) == "assistant" {
            let results: HashSet<String> = ids_of(next, "tool_result", "tool_use_id")
                .into_iter()
                .collect();
            let calls: HashSet<String> = calls.into_iter().collect();
            ensure!(
                calls == results,
                "{place}: calls {calls:?} and results {results:?} do not match"
            );
            if index + 1 == messages.len() {
                let last = match content {
                    Value::String(text) => text,
                    _ => blocks
                        .last()
                        .and_then(|block| block["text"].as_str())
                        .unwrap_or_default(),
                };
                ensure!(
                    last.trim_end() == last,
                    "final assistant content cannot end with trailing whitespace"
                );
            }
        }
    }
    Ok(())
}

/// Returns `true` if the model of a request has one of these families and versions in its name.
fn is_of(body: &Map<String, Value>, versions: &[&str]) -> bool {
    let name = body["model"].as_str().unwrap_or_default();
    let name = name.to_lowercase().replace('.', "-");
    name.contains("claude") && versions.iter().any(|version| name.contains(version))
}

/// Checks the turn with which the model goes on.
fn check_end(body: &Map<String, Value>, messages: &[Value]) -> Checked {
    let is_of_model = |message: &Value| message["role"] == "assistant";
    let later = [
        "opus-4-6",
        "opus-4-7",
        "opus-4-8",
        "sonnet-4-6",
        "opus-5",
        "sonnet-5",
        "haiku-5",
        "fable",
        "mythos",
    ];
    ensure!(
        !(is_of(body, &later) && messages.last().is_some_and(is_of_model)),
        "This model does not support assistant message prefill. The conversation must end with a \
         user message."
    );
    if body.get("thinking").map(kind) != Some("enabled") {
        return Ok(());
    }
    // The turn begins after the last message of the user that is not about its calls.
    let answers = |message: &Value| {
        let blocks = message["content"].as_array();
        blocks.is_some_and(|blocks| blocks.iter().any(|block| kind(block) == "tool_result"))
    };
    let own = messages
        .iter()
        .rposition(|message| !is_of_model(message) && !answers(message));
    let turn = &messages[own.map_or(0, |own| own + 1)..];
    if let Some(first) = turn.iter().find(|message| is_of_model(message)) {
        ensure!(
            kind(&first["content"][0]).ends_with("thinking"),
            "Expected `thinking` or `redacted_thinking` at the beginning of the final turn"
        );
    }
    Ok(())
}

fn ids_of(blocks: &[Value], wanted: &str, member: &str) -> Vec<String> {
    let found = blocks.iter().filter(|block| kind(block) == wanted);
    found
        .map(|block| block[member].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn check_roles(blocks: &[Value], role: &str, place: &str) -> Checked {
    let allowed: &[&str] = match role {
        "user" => &["text", "image", "document", "tool_result"],
        "assistant" => &["text", "thinking", "redacted_thinking", "tool_use"],
        _ => &["text"],
    };
    let mut results_ended = false;
    for block in blocks {
        ensure!(
            allowed.contains(&kind(block)),
            "{place}: {} in a message of the {role}",
            kind(block)
        );
        let is_result = kind(block) == "tool_result";
        ensure!(
            !(is_result && results_ended),
            "{place}: `tool_result` blocks must come first"
        );
        results_ended |= !is_result;
    }
    let mut called = false;
    for block in blocks {
        ensure!(
            !called || kind(block) == "tool_use",
            "{place}: {} after a call",
            kind(block)
        );
        called |= kind(block) == "tool_use";
    }
    if let Some(last) = blocks.last() {
        ensure!(
            !kind(last).ends_with("thinking"),
            "{place}: the final block in an assistant message cannot be `thinking`"
        );
    }
    Ok(())
}

fn check_block(block: &Value, place: &str) -> Checked {
    let object = block.as_object().ok_or("a block that is not an object")?;
    let place = format!("{place}.{}", kind(block));
    match kind(block) {
        "text" => {
            only(object, &place, &["type", "text", "cache_control"])?;
            ensure!(
                is_text(object.get("text")),
                "{place}: text content blocks must contain non-whitespace text"
            );
        }
        "image" => {
            only(object, &place, &["type", "source", "cache_control"])?;
            let source = &block["source"];
            match kind(source) {
                "base64" => {
                    let media = source["media_type"].as_str().unwrap_or_default();
                    let known = ["image/jpeg", "image/png", "image/gif", "image/webp"];
                    ensure!(known.contains(&media), "{place}: the media type {media}");
                    ensure!(is_text(source.get("data")), "{place}: no data");
                }
                _ => check_reference(source, &place)?,
            }
        }
        "document" => {
            only(
                object,
                &place,
                &["type", "source", "title", "cache_control"],
            )?;
            let source = &block["source"];
            match kind(source) {
                "base64" => {
                    ensure!(
                        source["media_type"] == "application/pdf",
                        "{place}: {source}"
                    );
                    ensure!(is_text(source.get("data")), "{place}: no data");
                }
                "text" => {
                    ensure!(source["media_type"] == "text/plain", "{place}: {source}");
                    ensure!(is_text(source.get("data")), "{place}: no text");
                }
                _ => check_reference(source, &place)?,
            }
        }
        "thinking" => {
            only(object, &place, &["type", "thinking", "signature"])?;
            ensure!(block["thinking"].is_string(), "{place}: no text");
            ensure!(is_text(object.get("signature")), "{place}: no signature");
        }
        "redacted_thinking" => {
            only(object, &place, &["type", "data"])?;
            ensure!(is_text(object.get("data")), "{place}: no data");
        }
        "tool_use" => {
            only(object, &place, &["type", "id", "name", "input"])?;
            ensure!(
                is_id(&block["id"], usize::MAX),
                "{place}: the id {}",
                block["id"]
            );
            ensure!(
                is_id(&block["name"], 64),
                "{place}: the name {}",
                block["name"]
            );
            ensure!(
                block["input"].is_object(),
                "{place}: `input` must be an object"
            );
        }
        "tool_result" => {
            only(
                object,
                &place,
                &[
                    "type",
                    "tool_use_id",
                    "content",
                    "is_error",
                    "cache_control",
                ],
            )?;
            let content = object.get("content");
            for part in content.and_then(Value::as_array).into_iter().flatten() {
                ensure!(
                    matches!(kind(part), "text" | "image" | "document"),
                    "{place}: {part}"
                );
                check_block(part, &place)?;
                let is_error = block["is_error"] == true;
                ensure!(
                    !is_error || kind(part) == "text",
                    "{place}: an error must be text"
                );
                ensure!(
                    part.get("cache_control").is_none(),
                    "{place}: a mark in a result"
                );
            }
            ensure!(
                content.is_none_or(|content| !content.is_null()),
                "{place}: null"
            );
            ensure!(
                block["is_error"] != true || content.is_some(),
                "{place}: an error without content"
            );
        }
        other => return Err(format!("{place}: the block {other:?}")),
    }
    Ok(())
}

fn check_reference(source: &Value, place: &str) -> Checked {
    match kind(source) {
        "url" => {
            let url = source["url"].as_str().unwrap_or_default();
            ensure!(
                url.to_lowercase().starts_with("https:"),
                "{place}: the URL {url}"
            );
        }
        "file" => ensure!(is_text(source.get("file_id")), "{place}: no id"),
        other => return Err(format!("{place}: the source {other:?}")),
    }
    Ok(())
}

/// `^[a-zA-Z0-9_-]{1,limit}$`
fn is_id(value: &Value, limit: usize) -> bool {
    let text = value.as_str().unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !text.is_empty() && text.len() <= limit && text.chars().all(allowed)
}

/// Checks the tools, and returns their names.
fn check_tools(body: &Map<String, Value>) -> Result<HashSet<String>, String> {
    let mut names = HashSet::new();
    let Some(tools) = body.get("tools") else {
        return Ok(names);
    };
    let tools = tools.as_array().ok_or("`tools` is not a list")?;
    if tools.is_empty() {
        return Err("an empty list of tools".to_owned());
    }
    let mut strict = 0;
    for (index, tool) in tools.iter().enumerate() {
        let place = format!("tools.{index}");
        let object = tool.as_object().ok_or("a tool that is not an object")?;
        only(
            object,
            &place,
            &[
                "name",
                "description",
                "input_schema",
                "strict",
                "cache_control",
            ],
        )?;
        if !is_id(&tool["name"], 64) {
            return Err(format!("{place}: the name {}", tool["name"]));
        }
        if !names.insert(tool["name"].as_str().unwrap().to_owned()) {
            return Err(format!("{place}: tool names must be unique"));
        }
        let schema = &tool["input_schema"];
        if schema["type"] != "object" {
            return Err(format!("{place}.input_schema.type: {}", schema["type"]));
        }
        for name in ["anyOf", "oneOf", "allOf", "$ref"] {
            if schema.get(name).is_some() {
                return Err(format!(
                    "{place}: input_schema does not support {name} at the top level"
                ));
            }
        }
        if tool["strict"] == true {
            strict += 1;
            check_strict(schema, &place)?;
        }
    }
    if strict > 20 {
        return Err(format!("Too many strict tools ({strict})"));
    }
    Ok(names)
}

/// Checks a schema that the API enforces.
fn check_strict(schema: &Value, place: &str) -> Checked {
    let object = schema
        .as_object()
        .ok_or_else(|| format!("{place}: {schema} is no schema"))?;
    if object.contains_key("$ref") {
        return only(object, place, &["$ref", "$defs", "definitions"]);
    }
    only(
        object,
        place,
        &[
            "type",
            "title",
            "description",
            "enum",
            "const",
            "default",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minItems",
            "anyOf",
            "allOf",
            "$defs",
            "definitions",
            "format",
        ],
    )?;
    let types: Vec<&Value> = match object.get("type") {
        Some(Value::Array(types)) => types.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    if types.iter().any(|name| *name == "object") {
        ensure!(
            schema["additionalProperties"] == false,
            "{place}: `additionalProperties` must be false"
        );
    } else {
        ensure!(
            schema.get("properties").is_none(),
            "{place}: `properties` of no object"
        );
    }
    for list in ["properties", "$defs", "definitions"] {
        for (name, schema) in schema[list].as_object().into_iter().flatten() {
            check_strict(schema, &format!("{place}.{name}"))?;
        }
    }
    for list in ["anyOf", "allOf"] {
        for schema in schema[list].as_array().into_iter().flatten() {
            check_strict(schema, place)?;
        }
    }
    if let Some(items) = schema.get("items") {
        check_strict(items, &format!("{place}[]"))?;
    }
    Ok(())
}

fn check_choice(body: &Map<String, Value>, tools: &HashSet<String>) -> Checked {
    let Some(choice) = body.get("tool_choice") else {
        return Ok(());
    };
    ensure!(!tools.is_empty(), "`tool_choice` without tools");
    let object = choice.as_object().ok_or("`tool_choice` is not an object")?;
    match kind(choice) {
        "auto" | "any" => only(
            object,
            "tool_choice",
            &["type", "disable_parallel_tool_use"],
        )?,
        "none" => only(object, "tool_choice", &["type"])?,
        "tool" => {
            only(
                object,
                "tool_choice",
                &["type", "name", "disable_parallel_tool_use"],
            )?;
            let name = choice["name"].as_str().unwrap_or_default();
            ensure!(
                tools.contains(name),
                "Tool '{name}' not found in provided tools"
            );
        }
        other => return Err(format!("tool_choice: {other:?}")),
    }
    let both = !is_of(body, &["opus-4-6", "opus-4-7", "sonnet-4-6"]);
    let thinks = match body.get("thinking").map(kind) {
        Some("enabled") => true,
        Some("adaptive") => !both,
        _ => false,
    };
    let forces = matches!(kind(choice), "any" | "tool");
    ensure!(
        !(thinks && forces),
        "Thinking may not be enabled when tool_choice forces tool use"
    );
    Ok(())
}

fn check_thinking(body: &Map<String, Value>, limit: u64) -> Checked {
    let Some(thinking) = body.get("thinking") else {
        return Ok(());
    };
    let object = thinking.as_object().ok_or("`thinking` is not an object")?;
    match kind(thinking) {
        "disabled" | "between_tools" => only(object, "thinking", &["type"]),
        "adaptive" => {
            only(object, "thinking", &["type", "display", "block_binding"])?;
            check_sampling(body)
        }
        "enabled" => {
            only(object, "thinking", &["type", "budget_tokens"])?;
            let budget = thinking["budget_tokens"].as_u64().unwrap_or_default();
            ensure!(budget >= 1024, "thinking.budget_tokens: {budget}");
            ensure!(
                budget < limit,
                "`max_tokens` must be greater than `thinking.budget_tokens`"
            );
            check_sampling(body)
        }
        other => Err(format!("thinking: {other:?}")),
    }
}

/// Checks the sampling parameters beside thinking.
fn check_sampling(body: &Map<String, Value>) -> Checked {
    let temperature = body.get("temperature").and_then(Value::as_f64);
    ensure!(
        temperature.is_none_or(|value| value == 1.0),
        "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode"
    );
    ensure!(body.get("top_k").is_none(), "`top_k` must be unset");
    let top_p = body.get("top_p").and_then(Value::as_f64);
    ensure!(
        top_p.is_none_or(|value| value >= 0.95),
        "`top_p` must be at least 0.95"
    );
    Ok(())
}

fn check_settings(body: &Map<String, Value>) -> Checked {
    for name in ["temperature", "top_p"] {
        if let Some(value) = body.get(name) {
            let value = value.as_f64().unwrap_or(-1.0);
            ensure!((0.0..=1.0).contains(&value), "{name}: {value}");
        }
    }
    for text in body
        .get("stop_sequences")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        ensure!(
            is_text(Some(text)),
            "stop_sequences: each must contain non-whitespace"
        );
    }
    if let Some(metadata) = body.get("metadata") {
        only(
            metadata.as_object().ok_or("`metadata`")?,
            "metadata",
            &["user_id"],
        )?;
    }
    if let Some(tier) = body.get("service_tier") {
        ensure!(
            *tier == "auto" || *tier == "standard_only",
            "service_tier: {tier}"
        );
    }
    if let Some(output) = body.get("output_config") {
        only(
            output.as_object().ok_or("`output_config`")?,
            "output_config",
            &["effort", "format"],
        )?;
        if let Some(effort) = output.get("effort") {
            let effort = effort.as_str().unwrap_or_default();
            let known = if is_of(body, &["opus-4-5"]) {
                &["low", "medium", "high"][..]
            } else if is_of(body, &["opus-4-6", "sonnet-4-6"]) {
                &["low", "medium", "high", "max"][..]
            } else {
                &["low", "medium", "high", "xhigh", "max"][..]
            };
            ensure!(known.contains(&effort), "output_config.effort: {effort:?}");
        }
        if let Some(format) = output.get("format") {
            ensure!(
                kind(format) == "json_schema",
                "output_config.format: {format}"
            );
            check_strict(&format["schema"], "output_config.format.schema")?;
        }
    }
    Ok(())
}

/// Checks the marks for the prompt cache: their form, their number, and their order.
fn check_marks(body: &Map<String, Value>) -> Checked {
    let mut marks = Vec::new();
    for name in ["tools", "system", "messages"] {
        if let Some(value) = body.get(name) {
            add_marks(value, &mut marks);
        }
    }
    marks.extend(body.get("cache_control"));
    ensure!(
        marks.len() <= 4,
        "a maximum of 4 blocks with cache_control may be provided"
    );
    let mut short = false;
    for mark in marks {
        only(
            mark.as_object().ok_or("a mark that is not an object")?,
            "cache_control",
            &["type", "ttl"],
        )?;
        ensure!(mark["type"] == "ephemeral", "cache_control: {mark}");
        match mark.get("ttl").map(Value::as_str) {
            Some(Some("1h")) => {
                ensure!(!short, "a mark of 1h after one of 5m");
            }
            None | Some(Some("5m")) => short = true,
            _ => return Err(format!("cache_control: {mark}")),
        }
    }
    Ok(())
}

fn add_marks<'a>(value: &'a Value, marks: &mut Vec<&'a Value>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| add_marks(value, marks)),
        Value::Object(object) => {
            for (name, value) in object {
                match name.as_str() {
                    "cache_control" => marks.push(value),
                    "input" | "input_schema" => {}
                    _ => add_marks(value, marks),
                }
            }
        }
        _ => {}
    }
}
