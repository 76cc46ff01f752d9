//! The rules of generateContent that its documentation and its errors name, checked without the
//! translator. Each broken rule is a line.

use std::collections::HashSet;

use serde_json::{Map, Value};

/// The degree to which a request must follow the rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rules {
    /// All that the API accepts.
    Accepted,
    /// The form that a translator writes: the names of members in camel case, alternating messages,
    /// and each result with an id.
    Written,
}

struct Checker {
    rules: Rules,
    broken: Vec<String>,
}

/// Returns the rules that a request breaks. `new`: the model is Gemini 3 or newer.
pub(crate) fn broken(body: &Value, rules: Rules, new: bool) -> Vec<String> {
    let mut checker = Checker {
        rules,
        broken: Vec::new(),
    };
    let body = match rules {
        Rules::Accepted => camel(body),
        Rules::Written => body.clone(),
    };
    checker.request(&body, new);
    checker.broken
}

/// Returns the value with the names of members in camel case, except for the client's data.
fn camel(value: &Value) -> Value {
    const DATA: &[&str] = &[
        "args",
        "response",
        "parameters",
        "parametersJsonSchema",
        "responseJsonSchema",
        "responseSchema",
        "labels",
    ];
    match value {
        Value::Object(members) => {
            let renamed = members.iter().filter(|(_, value)| !value.is_null());
            let renamed = renamed.map(|(name, value)| {
                let mut words = name.split('_');
                let mut name = words.next().unwrap_or_default().to_owned();
                for word in words {
                    let (first, rest) = word.split_at(word.len().min(1));
                    name.push_str(&first.to_ascii_uppercase());
                    name.push_str(rest);
                }
                let value = if DATA.contains(&name.as_str()) {
                    value.clone()
                } else {
                    camel(value)
                };
                (name, value)
            });
            Value::Object(renamed.collect())
        }
        Value::Array(elements) => elements.iter().map(camel).collect(),
        other => other.clone(),
    }
}

/// Returns `true` for a name that the API allows for a function.
pub(crate) fn is_name(name: &str) -> bool {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_';
    let rest = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    name.len() <= 64 && name.starts_with(start) && name.chars().all(rest)
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let digit = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    !body.is_empty() && body.len() % 4 != 1 && body.chars().all(digit)
}

impl Checker {
    fn rule(&mut self, holds: bool, rule: impl Into<String>) {
        if !holds {
            self.broken.push(rule.into());
        }
    }

    fn only(&mut self, value: &Value, allowed: &[&str], place: &str) -> Map<String, Value> {
        let Some(members) = value.as_object() else {
            self.broken.push(format!("{place} must be an object"));
            return Map::new();
        };
        for name in members.keys() {
            self.rule(
                allowed.contains(&name.as_str()),
                format!("{place} must not have {name}"),
            );
        }
        members.clone()
    }

    fn request(&mut self, body: &Value, new: bool) {
        const MEMBERS: &[&str] = &[
            "cachedContent",
            "contents",
            "generationConfig",
            "labels",
            "model",
            "safetySettings",
            "serviceTier",
            "systemInstruction",
            "toolConfig",
            "tools",
        ];
        let body = self.only(body, MEMBERS, "the request");
        let names = self.tools(body.get("tools"));
        self.tool_config(&body, &names);
        if let Some(config) = body.get("generationConfig") {
            self.generation(config);
        }
        if let Some(system) = body.get("systemInstruction") {
            self.system(system);
        }
        if let Some(tier) = body.get("serviceTier") {
            self.rule(
                ["flex", "standard", "priority"].contains(&tier.as_str().unwrap_or_default()),
                "serviceTier is unknown",
            );
        }
        self.contents(body.get("contents").unwrap_or(&Value::Null), new);
    }

    fn tools(&mut self, tools: Option<&Value>) -> HashSet<String> {
        let mut names = HashSet::new();
        let Some(tools) = tools else { return names };
        self.rule(
            tools.as_array().is_some_and(|tools| !tools.is_empty()),
            "tools must be a list that is not empty",
        );
        for tool in tools.as_array().into_iter().flatten() {
            let functions = tool["functionDeclarations"].as_array();
            let written = self.rules == Rules::Written;
            self.rule(
                functions.is_some_and(|list| !list.is_empty()) || !written,
                "a tool must have functions",
            );
            for function in functions.into_iter().flatten() {
                self.function(function, &mut names);
            }
        }
        names
    }

    fn function(&mut self, function: &Value, names: &mut HashSet<String>) {
        const MEMBERS: &[&str] = &[
            "behavior",
            "description",
            "name",
            "parameters",
            "parametersJsonSchema",
            "response",
            "responseJsonSchema",
        ];
        let function = self.only(function, MEMBERS, "a function");
        let name = function
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        self.rule(is_name(name), format!("`{name}` is no name of a function"));
        self.rule(
            names.insert(name.to_owned()),
            format!("{name} is declared twice"),
        );
        self.rule(
            !(function.contains_key("parameters") && function.contains_key("parametersJsonSchema")),
            format!("{name} has two schemas"),
        );
        if let Some(schema) = function.get("parametersJsonSchema") {
            let object = ["type", "$ref", "anyOf", "oneOf", "allOf"]
                .iter()
                .any(|member| schema.get(member).is_some());
            self.rule(object, format!("{name} must have the schema of an object"));
            self.schema(schema, name);
        }
        if let Some(description) = function.get("description") {
            self.rule(
                description.is_string(),
                format!("{name}: the description must be a string"),
            );
        }
    }

    /// Checks the documented limits of JSON Schema.
    fn schema(&mut self, schema: &Value, place: &str) {
        let Some(members) = schema.as_object() else {
            return;
        };
        if self.rules == Rules::Written {
            let known = |member: &str| members.get(member);
            self.rule(
                known("$ref").is_none() || members.keys().all(|name| name.starts_with('$')),
                format!("{place}: a $ref has siblings"),
            );
            let constant = known("const").is_some_and(Value::is_string);
            self.rule(
                !constant || known("enum").is_some(),
                format!("{place}: const is unknown"),
            );
        }
        let types = members.get("type").into_iter();
        for name in types.flat_map(|types| match types {
            Value::Array(types) => types.clone(),
            one => vec![one.clone()],
        }) {
            let name = name.as_str().unwrap_or_default().to_owned();
            self.rule(
                !name.chars().any(|c| c.is_ascii_uppercase()),
                format!("{place}: the type `{name}`"),
            );
        }
        for named in ["properties", "$defs"] {
            for schema in members
                .get(named)
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(Map::values)
            {
                self.schema(schema, place);
            }
        }
        for one in ["items", "additionalProperties"] {
            if let Some(schema) = members.get(one) {
                self.schema(schema, place);
            }
        }
        for list in ["anyOf", "oneOf", "prefixItems"] {
            for schema in members
                .get(list)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.schema(schema, place);
            }
        }
    }

    fn tool_config(&mut self, body: &Map<String, Value>, names: &HashSet<String>) {
        let Some(config) = body.get("toolConfig") else {
            return;
        };
        let config = &config["functionCallingConfig"];
        if config.is_null() {
            return;
        }
        self.rule(body.contains_key("tools"), "a toolConfig needs tools");
        let mode = config["mode"].as_str().unwrap_or("AUTO").to_uppercase();
        self.rule(
            ["AUTO", "ANY", "NONE", "VALIDATED"].contains(&mode.as_str()),
            format!("the mode {mode} is unknown"),
        );
        for name in config["allowedFunctionNames"]
            .as_array()
            .into_iter()
            .flatten()
        {
            self.rule(
                mode == "ANY" || mode == "VALIDATED",
                "allowedFunctionNames need the mode ANY",
            );
            let name = name.as_str().unwrap_or_default();
            self.rule(names.contains(name), format!("{name} is not declared"));
        }
        let generation = body.get("generationConfig").unwrap_or(&Value::Null);
        let json = generation["responseMimeType"] == "application/json";
        self.rule(
            !(json && mode == "ANY"),
            "the mode ANY cannot be combined with JSON",
        );
    }

    fn generation(&mut self, config: &Value) {
        const MEMBERS: &[&str] = &[
            "candidateCount",
            "frequencyPenalty",
            "imageConfig",
            "logprobs",
            "maxOutputTokens",
            "mediaResolution",
            "presencePenalty",
            "responseJsonSchema",
            "responseLogprobs",
            "responseMimeType",
            "responseModalities",
            "responseSchema",
            "seed",
            "speechConfig",
            "stopSequences",
            "temperature",
            "thinkingConfig",
            "topK",
            "topP",
        ];
        let config = self.only(config, MEMBERS, "generationConfig");
        for number in [
            "frequencyPenalty",
            "presencePenalty",
            "temperature",
            "topK",
            "topP",
        ] {
            if let Some(value) = config.get(number) {
                self.rule(value.is_number(), format!("{number} must be a number"));
            }
        }
        for whole in ["logprobs", "maxOutputTokens"] {
            if let Some(value) = config.get(whole) {
                self.rule(value.is_u64(), format!("{whole} must be a whole number"));
            }
        }
        if let Some(seed) = config.get("seed") {
            let fits = seed
                .as_i64()
                .is_some_and(|seed| i32::try_from(seed).is_ok());
            self.rule(fits, "the seed must have 32 bits");
        }
        if let Some(stops) = config.get("stopSequences") {
            let fits = stops.as_array().is_some_and(|stops| {
                (1..=5).contains(&stops.len())
                    && stops
                        .iter()
                        .all(|stop| stop.as_str().is_some_and(|stop| !stop.is_empty()))
            });
            self.rule(fits, "stopSequences must be one to five texts");
        }
        if let Some(modalities) = config.get("responseModalities") {
            let known = |value: &Value| ["TEXT", "IMAGE"].contains(&value.as_str().unwrap_or(""));
            let fits = modalities
                .as_array()
                .is_some_and(|all| all.iter().all(known));
            self.rule(fits, "a modality is unknown");
        }
        let json = config.get("responseMimeType") == Some(&Value::from("application/json"));
        for schema in ["responseJsonSchema", "responseSchema"] {
            self.rule(
                json || !config.contains_key(schema),
                format!("{schema} needs the type JSON"),
            );
        }
        if let Some(schema) = config.get("responseJsonSchema") {
            self.schema(schema, "responseJsonSchema");
        }
        self.rule(
            config.get("logprobs").is_none()
                || config.get("responseLogprobs") == Some(&Value::Bool(true)),
            "logprobs need responseLogprobs",
        );
        if let Some(thinking) = config.get("thinkingConfig") {
            self.thinking(thinking);
        }
    }

    fn thinking(&mut self, thinking: &Value) {
        let members = ["includeThoughts", "thinkingBudget", "thinkingLevel"];
        let thinking = self.only(thinking, &members, "thinkingConfig");
        self.rule(
            !(thinking.contains_key("thinkingBudget") && thinking.contains_key("thinkingLevel")),
            "a budget and a level",
        );
        if let Some(budget) = thinking.get("thinkingBudget") {
            self.rule(
                budget.as_i64().is_some_and(|budget| budget >= -1),
                "the budget must be -1 or more",
            );
        }
        if let Some(level) = thinking.get("thinkingLevel") {
            let level = level.as_str().unwrap_or_default().to_lowercase();
            self.rule(
                ["minimal", "low", "medium", "high"].contains(&level.as_str()),
                format!("the level {level} is unknown"),
            );
        }
    }

    fn system(&mut self, system: &Value) {
        let parts = match &system["parts"] {
            Value::Array(parts) => parts.clone(),
            one if self.rules == Rules::Accepted => vec![one.clone()],
            _ => Vec::new(),
        };
        // A string is accepted, although it is not documented.
        let text = self.rules == Rules::Accepted && system.is_string();
        self.rule(!parts.is_empty() || text, "systemInstruction has no parts");
        for part in parts {
            let text = part["text"].as_str().is_some_and(|text| !text.is_empty());
            let accepted = self.rules == Rules::Accepted && part["inlineData"].is_null();
            self.rule(text || accepted, "a system instruction has texts only");
        }
    }

    fn contents(&mut self, contents: &Value, new: bool) {
        let contents = match contents {
            Value::Array(contents) => contents.clone(),
            one if self.rules == Rules::Accepted && one.is_object() => vec![one.clone()],
            _ => Vec::new(),
        };
        self.rule(!contents.is_empty(), "contents must not be empty");
        let mut last = "";
        let mut open: Vec<(String, Value)> = Vec::new();
        for content in &contents {
            let members = self.only(content, &["role", "parts"], "a content");
            let role = match members.get("role").and_then(Value::as_str) {
                Some("user" | "function") | None => "user",
                Some("model") => "model",
                Some(other) => {
                    self.broken.push(format!("the role {other} is unknown"));
                    "user"
                }
            };
            if self.rules == Rules::Written {
                self.rule(role != last, "the roles must alternate");
            }
            let parts = members.get("parts").and_then(Value::as_array);
            let parts = parts.cloned().unwrap_or_default();
            self.rule(!parts.is_empty(), "a content must have parts");
            let calls =
                role == "model" && parts.iter().any(|part| part.get("functionCall").is_some());
            self.rule(!calls || last == "user", "a call must follow the user");
            if role == "model" {
                self.rule(open.is_empty(), "calls without results");
                self.model(&parts, new, &mut open);
            } else {
                self.user(&parts, &mut open);
            }
            last = role;
        }
        self.rule(open.is_empty(), "calls without results at the end");
    }

    fn model(&mut self, parts: &[Value], new: bool, open: &mut Vec<(String, Value)>) {
        let mut has_calls = false;
        for part in parts {
            self.part(part);
            self.rule(
                part.get("functionResponse").is_none(),
                "a result in a message of the model",
            );
            let Some(call) = part.get("functionCall") else {
                continue;
            };
            if new && !has_calls && self.rules == Rules::Written {
                self.rule(
                    part.get("thoughtSignature").is_some(),
                    "the first call has no signature",
                );
            }
            has_calls = true;
            let call = self.only(call, &["id", "name", "args"], "a call");
            let name = call.get("name").and_then(Value::as_str).unwrap_or_default();
            self.rule(is_name(name), format!("a call of `{name}`"));
            let args = call.get("args");
            let written = self.rules == Rules::Written;
            self.rule(
                args.is_some_and(Value::is_object) || args.is_none() && !written,
                "the arguments must be an object",
            );
            let id = call.get("id").cloned().unwrap_or_default();
            self.rule(
                id.as_str().is_some_and(|id| !id.is_empty()) || id.is_null() && !written,
                "a call has an id that is not empty",
            );
            open.push((name.to_owned(), id));
        }
        let ids: HashSet<&Value> = open
            .iter()
            .map(|(_, id)| id)
            .filter(|id| !id.is_null())
            .collect();
        let with_ids = open.iter().filter(|(_, id)| !id.is_null()).count();
        self.rule(ids.len() == with_ids, "the id of a call is repeated");
    }

    fn user(&mut self, parts: &[Value], open: &mut Vec<(String, Value)>) {
        let mut others = false;
        for part in parts {
            self.part(part);
            self.rule(
                part.get("functionCall").is_none(),
                "a call in a message of the user",
            );
            let Some(result) = part.get("functionResponse") else {
                others = true;
                continue;
            };
            self.rule(!others, "results must be the first parts");
            let members = [
                "id",
                "name",
                "response",
                "parts",
                "scheduling",
                "willContinue",
            ];
            let result = self.only(result, &members, "a result");
            let name = result.get("name").and_then(Value::as_str);
            let id = result.get("id").cloned().unwrap_or_default();
            let response = result.get("response");
            self.rule(
                response.is_some_and(Value::is_object),
                "a response must be an object",
            );
            let blobs = result.get("parts").and_then(Value::as_array);
            for blob in blobs.into_iter().flatten() {
                self.part(blob);
            }
            if open.is_empty() {
                self.broken.push("a result without a call".to_owned());
                continue;
            }
            let (call, call_id) = open.remove(0);
            self.rule(Some(call.as_str()) == name, "a result of another function");
            let written = self.rules == Rules::Written;
            self.rule(
                id == call_id || !written && id.is_null(),
                "a result with another id",
            );
        }
        // The results can be in several messages, as long as nothing is between them.
        let more = self.rules == Rules::Accepted && !others;
        self.rule(open.is_empty() || more, "not all calls have results");
    }

    fn part(&mut self, part: &Value) {
        const DATA: &[&str] = &[
            "codeExecutionResult",
            "executableCode",
            "fileData",
            "functionCall",
            "functionResponse",
            "inlineData",
            "text",
        ];
        let mut allowed = DATA.to_vec();
        allowed.extend(["thought", "thoughtSignature", "videoMetadata"]);
        let part = self.only(part, &allowed, "a part");
        let data = DATA.iter().filter(|name| part.contains_key(**name)).count();
        self.rule(data == 1, "a part must have one kind of data");
        let signature = part.get("thoughtSignature").and_then(Value::as_str);
        if part.contains_key("thoughtSignature") {
            self.rule(
                signature.is_some_and(is_base64),
                "a signature must be base64",
            );
        }
        if let Some(text) = part.get("text") {
            let empty = text.as_str().is_none_or(str::is_empty);
            self.rule(!empty || signature.is_some(), "an empty text");
        }
        if let Some(blob) = part.get("inlineData") {
            let blob = self.only(blob, &["mimeType", "data", "displayName"], "inlineData");
            let kind = blob.get("mimeType").and_then(Value::as_str);
            self.rule(
                kind.is_some_and(|kind| kind.contains('/')),
                "inlineData needs a media type",
            );
            let data = blob.get("data").and_then(Value::as_str);
            self.rule(data.is_some_and(is_base64), "inlineData must be base64");
        }
        if let Some(file) = part.get("fileData") {
            let file = self.only(file, &["mimeType", "fileUri", "displayName"], "fileData");
            let uri = file.get("fileUri").and_then(Value::as_str);
            self.rule(
                uri.is_some_and(|uri| uri.contains("://")),
                "fileData needs a URI",
            );
        }
    }
}
