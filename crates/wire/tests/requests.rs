//! Requests: recorded ones are decoded and encoded without loss, and setters set the field that
//! they are named after.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::Path;

use orouter_wire::{
    AlignmentPlugin, AlignmentRule, AllowedTool, CacheControl, CodeInterpreterTool, Conversation,
    FileSearchFilter, FileSearchFilterType, FunctionTool, ImageConfigValue,
    ImageGenerationParameters, InnerTool, Input, Item, McpTool, Message, Modality, NamespaceTool,
    Plugin, PromptCacheOptions, ProviderPreferences, ProviderSort, Raw, Reasoning, ReasoningEffort,
    ResponsesRequest, ServiceTier, SortConfig, SortPartition, StopCondition, StopSequences,
    StoredPrompt, SubagentParameters, TextFormat, Tool, ToolChoice, ToolChoiceMode, TraceConfig,
    UserLocation, Verbosity, WebSearchParameters, WebSearchPlugin, WebSearchTool, Wire, from_str,
    to_string,
};
use serde_json::{Value, json};

/// Members of recorded requests that have no field, each with the reason.
const UNTYPED: &[(&str, &str)] = &[];

fn value(request: &ResponsesRequest) -> Value {
    serde_json::from_str(&to_string(request)).unwrap()
}

/// Asserts that two values are equal JSON, except for null members and the spelling of numbers.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys());
            keys.into_iter().all(|key| {
                same(
                    a.get(key).unwrap_or(&Value::Null),
                    b.get(key).unwrap_or(&Value::Null),
                )
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

#[test]
fn recorded_requests_decode_and_encode_without_loss() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/responses-request");
    let Ok(files) = fs::read_dir(&folder) else {
        println!("skipped: no recorded requests, ../shared is not there");
        return;
    };
    let mut count = 0;
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let request: ResponsesRequest =
            from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let before: Value = serde_json::from_str(&text).unwrap();
        assert!(same(&before, &value(&request)), "{name} lost something");
        let bridged: ResponsesRequest = serde_json::from_str(&text).unwrap();
        assert_eq!(
            bridged, request,
            "{name} is another request by way of serde"
        );
        for pointer in request.unknown() {
            let known = UNTYPED.iter().any(|(end, _)| pointer.ends_with(end));
            assert!(known, "{name} has {pointer}, which no field takes");
        }
        count += 1;
    }
    assert!(count > 100, "only {count} recorded requests");
}

#[test]
fn the_empty_request_is_the_empty_object() {
    assert_eq!(to_string(&ResponsesRequest::default()), "{}");
    assert_eq!(
        from_str::<ResponsesRequest>("{}").unwrap(),
        ResponsesRequest::default()
    );
}

#[test]
fn only_fields_that_are_set_are_sent() {
    let request = ResponsesRequest::new("openai/gpt-4o")
        .input("hi")
        .temperature(0.2)
        .stream(false);
    assert_eq!(
        to_string(&request),
        r#"{"model":"openai/gpt-4o","input":"hi","stream":false,"temperature":0.2}"#
    );
}

#[test]
fn input_converts_from_strings_messages_and_items() {
    let item: Item = Message::user("hi").into();
    let as_sent = json!({"input": [{"role": "user", "content": "hi"}]});
    let inputs = [
        Input::from(vec![Message::user("hi")]),
        Input::from([Message::user("hi")]),
        Input::from(vec![item.clone()]),
        Input::from(item),
    ];
    for input in inputs {
        let sent = value(&ResponsesRequest::default().input(input));
        assert_eq!(
            sent["input"][0]["content"], as_sent["input"][0]["content"],
            "{sent}"
        );
        assert_eq!(sent["input"][0]["role"], "user", "{sent}");
    }
    let text = ResponsesRequest::default().input(String::from("hi"));
    assert_eq!(to_string(&text), r#"{"input":"hi"}"#);
}

#[test]
fn every_setter_writes_the_member_of_its_name() {
    let request = ResponsesRequest::new("a/b")
        .models(["c/d", "e/f"])
        .input("hi")
        .instructions("Be brief.")
        .max_output_tokens(100)
        .max_tool_calls(5)
        .stop_server_tools_when([
            StopCondition::step_count_is(5),
            StopCondition::has_tool_call("finish"),
            StopCondition::max_tokens_used(1000),
            StopCondition::max_cost(0.5),
            StopCondition::finish_reason_is("length"),
        ])
        .top_p(0.9)
        .top_k(40)
        .frequency_penalty(0.1)
        .presence_penalty(-0.1)
        .top_logprobs(3)
        .stop(["END", "STOP"])
        .parallel_tool_calls(false)
        .text(Verbosity::Low)
        .reasoning(
            Reasoning::new()
                .effort("high")
                .summary("auto")
                .max_tokens(2000),
        )
        .modalities([Modality::Text, Modality::Image])
        .image_config([("aspect_ratio", "16:9")])
        .include(["reasoning.encrypted_content"])
        .truncation("auto")
        .plugins([WebSearchPlugin::new().max_results(3)])
        .service_tier(ServiceTier::Flex)
        .background(true)
        .store(false)
        .previous_response_id("resp_1")
        .conversation("conv_1")
        .prompt(
            StoredPrompt::new("pmpt_1")
                .version("2")
                .variables([("city", "Paris")]),
        )
        .cache_control(CacheControl::ephemeral().ttl("1h"))
        .prompt_cache_key("key")
        .prompt_cache_options(PromptCacheOptions::explicit().ttl("30m"))
        .prompt_cache_retention("24h")
        .metadata([("a", "b")])
        .user("u")
        .safety_identifier("s")
        .session_id("i")
        .trace(
            TraceConfig::new()
                .trace_id("t")
                .with("team", json!("search")),
        );
    assert!(request.unknown().is_empty(), "{:?}", request.unknown());
    assert_eq!(
        value(&request),
        json!({
            "model": "a/b",
            "models": ["c/d", "e/f"],
            "input": "hi",
            "instructions": "Be brief.",
            "max_output_tokens": 100,
            "max_tool_calls": 5,
            "stop_server_tools_when": [
                {"type": "step_count_is", "step_count": 5},
                {"type": "has_tool_call", "tool_name": "finish"},
                {"type": "max_tokens_used", "max_tokens": 1000},
                {"type": "max_cost", "max_cost_in_dollars": 0.5},
                {"type": "finish_reason_is", "reason": "length"},
            ],
            "top_p": 0.9,
            "top_k": 40,
            "frequency_penalty": 0.1,
            "presence_penalty": -0.1,
            "top_logprobs": 3,
            "stop": ["END", "STOP"],
            "parallel_tool_calls": false,
            "text": {"verbosity": "low"},
            "reasoning": {"effort": "high", "summary": "auto", "max_tokens": 2000},
            "modalities": ["text", "image"],
            "image_config": {"aspect_ratio": "16:9"},
            "include": ["reasoning.encrypted_content"],
            "truncation": "auto",
            "plugins": [{"id": "web", "max_results": 3}],
            "service_tier": "flex",
            "background": true,
            "store": false,
            "previous_response_id": "resp_1",
            "conversation": "conv_1",
            "prompt": {"id": "pmpt_1", "version": "2", "variables": {"city": "Paris"}},
            "cache_control": {"type": "ephemeral", "ttl": "1h"},
            "prompt_cache_key": "key",
            "prompt_cache_options": {"mode": "explicit", "ttl": "30m"},
            "prompt_cache_retention": "24h",
            "metadata": {"a": "b"},
            "user": "u",
            "safety_identifier": "s",
            "session_id": "i",
            "trace": {"trace_id": "t", "team": "search"},
        })
    );
    assert_eq!(
        from_str::<ResponsesRequest>(&to_string(&request)).unwrap(),
        request
    );
}

#[test]
fn provider_preferences_have_chainable_setters() {
    let preferences = ProviderPreferences::new()
        .order(["anthropic", "google-vertex/us-east5"])
        .only(["anthropic", "google-vertex"])
        .ignore(["deepinfra"])
        .allow_fallbacks(false)
        .require_parameters(true)
        .data_collection("deny")
        .zdr(true)
        .enforce_distillable_text(false)
        .quantizations(["fp8", "bf16"])
        .sort(
            SortConfig::new()
                .by(ProviderSort::Price)
                .partition(SortPartition::None),
        )
        .max_price(orouter_wire::MaxPrice::new().prompt(1.5).completion("3"))
        .preferred_min_throughput(50.0)
        .preferred_max_latency(orouter_wire::PercentileCutoffs::new().p90(2.5));
    assert_eq!(
        value(&ResponsesRequest::default().provider(preferences)),
        json!({"provider": {
            "order": ["anthropic", "google-vertex/us-east5"],
            "only": ["anthropic", "google-vertex"],
            "ignore": ["deepinfra"],
            "allow_fallbacks": false,
            "require_parameters": true,
            "data_collection": "deny",
            "zdr": true,
            "enforce_distillable_text": false,
            "quantizations": ["fp8", "bf16"],
            "sort": {"by": "price", "partition": "none"},
            "max_price": {"prompt": 1.5, "completion": "3"},
            "preferred_min_throughput": 50,
            "preferred_max_latency": {"p90": 2.5},
        }})
    );
    let price = |text: &str| from_str::<orouter_wire::Price>(text).unwrap().dollars();
    assert_eq!(price(r#""0.25""#), Some(0.25));
    assert_eq!(price("2"), Some(2.0));
    assert_eq!(price(r#""NaN""#), None);
    assert_eq!(price("[1]"), None);
}

#[test]
fn tools_of_all_kinds_convert_into_one_list() {
    let schema = json!({"type": "object", "properties": {}});
    let request = ResponsesRequest::default().tools([
        Tool::function("look", schema.clone())
            .description("Looks.")
            .strict(true),
        FunctionTool::without_parameters("ping").into(),
        Tool::custom("shout").description("Louder."),
        NamespaceTool::new(
            "crm",
            "Customers.",
            [FunctionTool::new("find", schema.clone())],
        )
        .into(),
        Tool::WebSearch(Box::new(
            WebSearchTool::new().user_location(UserLocation::approximate().country("FR")),
        )),
        McpTool::new("docs")
            .server_url("https://d.example")
            .allowed_tools(["search"])
            .require_approval("never")
            .into(),
        CodeInterpreterTool::auto().into(),
        WebSearchParameters::new().max_results(3).into(),
        SubagentParameters::new()
            .tools(["openrouter:web_fetch"])
            .into(),
        ImageGenerationParameters::new()
            .model("a/b")
            .with("quality", json!("high"))
            .into(),
    ]);
    assert!(request.unknown().is_empty(), "{:?}", request.unknown());
    assert_eq!(
        value(&request)["tools"],
        json!([
            {"type": "function", "name": "look", "description": "Looks.", "parameters": schema, "strict": true},
            {"type": "function", "name": "ping", "parameters": null},
            {"type": "custom", "name": "shout", "description": "Louder."},
            {"type": "namespace", "name": "crm", "description": "Customers.",
             "tools": [{"type": "function", "name": "find", "parameters": schema}]},
            {"type": "web_search", "user_location": {"type": "approximate", "country": "FR"}},
            {"type": "mcp", "server_label": "docs", "server_url": "https://d.example",
             "allowed_tools": ["search"], "require_approval": "never"},
            {"type": "code_interpreter", "container": {"type": "auto"}},
            {"type": "openrouter:web_search", "parameters": {"max_results": 3}},
            {"type": "openrouter:subagent", "parameters": {"tools": [{"type": "openrouter:web_fetch"}]}},
            {"type": "openrouter:image_generation", "parameters": {"model": "a/b", "quality": "high"}},
        ])
    );
    let names: Vec<_> = request.tools.iter().filter_map(Tool::name).collect();
    assert_eq!(names, ["look", "ping", "shout", "crm", "docs"]);
    assert_eq!(
        from_str::<ResponsesRequest>(&to_string(&request)).unwrap(),
        request
    );
}

#[test]
fn a_tool_choice_is_a_mode_or_a_tool() {
    let cases = [
        (ToolChoice::auto(), json!("auto")),
        (ToolChoice::none(), json!("none")),
        (ToolChoice::required(), json!("required")),
        (ToolChoice::from("someday"), json!("someday")),
        (
            ToolChoice::function("look"),
            json!({"type": "function", "name": "look"}),
        ),
        (
            ToolChoice::allowed_tools(
                ToolChoiceMode::Required,
                [
                    AllowedTool::function("look"),
                    AllowedTool::new("mcp").server_label("docs"),
                ],
            ),
            json!({"type": "allowed_tools", "mode": "required", "tools": [
                {"type": "function", "name": "look"}, {"type": "mcp", "server_label": "docs"},
            ]}),
        ),
    ];
    for (choice, sent) in cases {
        let text = to_string(&choice);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), sent);
        assert_eq!(from_str::<ToolChoice>(&text).unwrap(), choice);
    }
}

#[test]
fn text_formats() {
    let schema = json!({"type": "object"});
    let request = ResponsesRequest::default().text(
        TextFormat::json_schema("city", schema.clone())
            .description("A city.")
            .strict(true),
    );
    assert_eq!(
        value(&request),
        json!({"text": {"format": {"type": "json_schema", "name": "city",
            "description": "A city.", "schema": schema, "strict": true}}})
    );
    assert_eq!(
        to_string(&TextFormat::json_object()),
        r#"{"type":"json_object"}"#
    );
    assert_eq!(to_string(&TextFormat::text()), r#"{"type":"text"}"#);
}

#[test]
fn an_assigned_field_replaces_a_value_of_the_wrong_type() {
    let text = r#"{"model":7,"tools":"none","temperature":"warm","stop":5,"shiny":true}"#;
    let mut request: ResponsesRequest = from_str(text).unwrap();
    let mut unknown = request.unknown();
    unknown.sort();
    assert_eq!(
        unknown,
        ["/model", "/shiny", "/stop", "/temperature", "/tools"]
    );
    assert_eq!(
        (&request.model, request.temperature, request.tools.len()),
        (&None, None, 0)
    );
    assert!(same(&value(&request), &serde_json::from_str(text).unwrap()));

    request = request
        .model("a/b")
        .temperature(0.5)
        .tools([Tool::web_search()]);
    assert_eq!(
        value(&request),
        json!({"model": "a/b", "temperature": 0.5, "tools": [{"type": "web_search"}], "stop": 5, "shiny": true})
    );
}

#[test]
fn explicit_defaults_are_encoded_again() {
    for text in [
        r#"{"tools":[],"include":[],"metadata":{}}"#,
        r#"{"model":null,"tools":null}"#,
        r#"{"stop":"END"}"#,
        r#"{"stop":["END"]}"#,
        r#"{"conversation":{"id":"c"}}"#,
        r#"{"plugins":[{"id":"fusion","tools":[]}]}"#,
    ] {
        let request: ResponsesRequest = from_str(text).unwrap();
        assert_eq!(to_string(&request), text);
        assert!(request.unknown().is_empty(), "{text}");
    }
}

#[test]
fn unknown_tools_plugins_and_values_are_encoded_unchanged() {
    let text = r#"{"service_tier":"warp","tools":[{"type":"teleport","to":"Mars"},{"type":"web_search"}],"plugins":[{"id":"aura"}]}"#;
    let request: ResponsesRequest = from_str(text).unwrap();
    assert_eq!(
        request.unknown(),
        ["/tools/0", "/plugins/0", "/service_tier"]
    );
    assert_eq!(request.tools[0].kind(), "teleport");
    assert_eq!(request.service_tier.as_ref().unwrap().as_str(), "warp");
    assert!(same(&value(&request), &serde_json::from_str(text).unwrap()));
    assert!(
        matches!(&request.plugins[0], Plugin::Unknown(plugin) if plugin.kind() == Some("aura"))
    );
}

#[test]
fn open_schemas_keep_all_members_and_report_none() {
    let text = r#"{"trace":{"trace_id":"t","team":"search","level":3},"previous_response_id":{"odd":1},"tools":[{"type":"file_search","vector_store_ids":["v"],"filters":{"type":"and","filters":[{"type":"eq","key":"k","value":"v"},{"anything":[1]}]}}]}"#;
    let request: ResponsesRequest = from_str(text).unwrap();
    assert!(request.unknown().is_empty(), "{:?}", request.unknown());
    assert!(same(&value(&request), &serde_json::from_str(text).unwrap()));
    assert_eq!(request.typed_json(), to_string(&request));
}

#[test]
fn small_conversions() {
    assert_eq!(StopSequences::from("END").as_slice(), ["END"]);
    assert_eq!(StopSequences::from(["a", "b"]).as_slice(), ["a", "b"]);
    assert_eq!(Conversation::from("c").id(), Some("c"));
    assert_eq!(
        from_str::<Conversation>(r#"{"id":"c"}"#).unwrap().id(),
        Some("c")
    );
    assert_eq!(
        Reasoning::from(ReasoningEffort::Low).effort,
        Some(ReasoningEffort::Low)
    );
    assert_eq!(
        to_string(&InnerTool::from("openrouter:web_search")),
        r#"{"type":"openrouter:web_search"}"#
    );
    assert_eq!(to_string(&ImageConfigValue::from(2.0)), "2");
    let raw = Raw::from(json!({"a": 1}));
    assert_eq!(FunctionTool::new("f", raw.clone()).parameters, Some(raw));
    let filter = FileSearchFilter::or([FileSearchFilter::new(FileSearchFilterType::Ne, "a", true)]);
    assert_eq!(
        to_string(&filter),
        r#"{"type":"or","filters":[{"type":"ne","key":"a","value":true}]}"#
    );
    let plugin = AlignmentPlugin::new([AlignmentRule::new("Be kind.", ["content"])]).threshold(0.5);
    assert_eq!(
        to_string(&Plugin::from(plugin)),
        r#"{"id":"alignment","rules":[{"rule":"Be kind.","watch":["content"]}],"threshold":0.5}"#
    );
}
