//! Tools: functions, custom tools and namespaces, and the choice among them.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{translate, translate_for};

fn function(name: &str) -> Value {
    json!({"type": "function", "name": name, "parameters": {"type": "object"}})
}

#[allow(clippy::needless_pass_by_value)] // `json!` makes values, which callers would have to lend.
fn request(tools: Value, choice: Value) -> Value {
    json!({"model": "m", "input": "hi", "tools": tools, "tool_choice": choice})
}

/// Returns the names of the tools that are sent, and the choice, or the message of the refusal.
fn chosen(choice: &Value) -> Result<(Vec<String>, Value), String> {
    let tools = json!([
        function("a"),
        function("b"),
        {"type": "custom", "name": "patch"},
        {"type": "web_search"},
        {"type": "namespace", "name": "agents", "description": "d", "tools": [function("a"), function("spawn")]},
        {"type": "namespace", "name": "other", "description": "d", "tools": [function("spawn")]},
    ]);
    let sent = translate(&request(tools, choice.clone())).map_err(|refusal| refusal.message)?;
    let tools = sent.body["tools"].as_array().into_iter().flatten();
    let names = tools.map(|tool| tool["function"]["name"].as_str().unwrap().to_owned());
    Ok((names.collect(), sent.body["tool_choice"].clone()))
}

#[test]
fn a_choice_selects_and_forces_tools() {
    let all = [
        "a",
        "b",
        "patch",
        "agents__a",
        "agents__spawn",
        "other__spawn",
    ];
    let forced = |name: &str| json!({"type": "function", "function": {"name": name}});
    for (choice, names, sent) in [
        (json!(null), &all[..], json!(null)),
        (json!("auto"), &all, json!("auto")),
        (json!("none"), &all, json!("none")),
        (json!("required"), &all, json!("required")),
        (function("a"), &all, forced("a")),
        (
            json!({"type": "custom", "name": "patch"}),
            &all,
            forced("patch"),
        ),
        (function("agents.a"), &all, forced("agents__a")),
        (function("agents__a"), &all, forced("agents__a")),
        (
            json!({"type": "function", "name": "a", "namespace": "agents"}),
            &all,
            forced("agents__a"),
        ),
        (
            function("spawn"),
            &["agents__spawn", "other__spawn"],
            json!("required"),
        ),
        (
            json!({"type": "allowed_tools", "mode": "auto", "tools": [function("b"), {"type": "web_search"}]}),
            &["b"],
            json!("auto"),
        ),
        (
            json!({"type": "allowed_tools", "mode": "required", "tools": [{"type": "namespace", "name": "agents"}, {"name": "patch"}]}),
            &["patch", "agents__a", "agents__spawn"],
            json!("required"),
        ),
        (
            json!({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "web_search"}]}),
            &[],
            json!(null),
        ),
    ] {
        let (found, found_choice) = chosen(&choice).expect("a translation");
        assert_eq!(found, names, "{choice}");
        assert_eq!(found_choice, sent, "{choice}");
    }
    for (choice, word) in [
        (function("c"), "`c`"),
        (function("patch"), "`patch`"),
        (json!({"type": "custom", "name": "a"}), "`a`"),
        (
            json!({"type": "allowed_tools", "mode": "auto", "tools": [function("z")]}),
            "`z`",
        ),
        (
            json!({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function"}]}),
            "name",
        ),
        (
            json!({"type": "allowed_tools", "mode": "perhaps", "tools": []}),
            "auto",
        ),
        (json!({"type": "web_search"}), "web_search"),
        (json!("perhaps"), "auto"),
        (json!(7), "auto"),
        (json!({}), "auto"),
    ] {
        let message = chosen(&choice).expect_err("a refusal");
        assert!(message.contains(word), "{choice}: {message}");
    }
}

#[test]
fn an_endpoint_without_tools_refuses_a_forced_call_only() {
    let listed = ["temperature".to_owned()];
    let target = Target::new("m").supported_parameters(Some(&listed));
    for choice in [json!(null), json!("auto"), json!("none")] {
        let request = request(json!([function("a")]), choice);
        let sent = translate_for(&request, &target).unwrap();
        assert!(sent.body.get("tools").is_none());
        assert!(sent.has_note("ignored tools"));
    }
    for choice in [json!("required"), function("a")] {
        let request = request(json!([function("a")]), choice);
        let refusal = translate_for(&request, &target).unwrap_err();
        assert_eq!(refusal.param, "tool_choice");
    }
    let listed = ["tools".to_owned()];
    let target = Target::new("m").supported_parameters(Some(&listed));
    let sent = translate_for(&request(json!([function("a")]), json!("required")), &target).unwrap();
    assert!(sent.body.get("tools").is_some() && sent.body.get("tool_choice").is_none());
    assert!(sent.has_note("ignored tool_choice"));
    let sent = translate_for(&request(json!([function("a")]), json!("none")), &target).unwrap();
    assert!(sent.body.get("tools").is_none());
}

#[test]
fn custom_tools_are_functions_with_one_string() {
    let sent = translate(&json!({
        "model": "m",
        "tools": [
            {"type": "custom", "name": "run", "description": "Runs code."},
            {"type": "custom", "name": "sum", "format": {"type": "grammar", "syntax": "lark", "definition": "start: \"1\""}},
        ],
        "input": [
            {"type": "custom_tool_call", "call_id": "a", "name": "run", "input": "print(\"é\\n\")"},
            {"type": "custom_tool_call_output", "call_id": "a", "output": "done"},
            {"type": "custom_tool_call", "call_id": "b", "name": "run", "input": ""},
            {"type": "custom_tool_call_output", "call_id": "b", "output": [{"type": "input_text", "text": "x"}]},
        ],
    }));
    let sent = sent.unwrap();
    let expected = json!({"type": "function", "function": {
        "name": "run", "description": "Runs code.",
        "parameters": {
            "type": "object",
            "properties": {"input": {"type": "string", "description": "The input of the tool."}},
            "required": ["input"],
            "additionalProperties": false,
        },
    }});
    assert_eq!(sent.body["tools"][0], expected);
    let description = &sent.body["tools"][1]["function"]["description"];
    assert!(description.as_str().unwrap().ends_with("start: \"1\""));
    let input = |index: usize| {
        let arguments = &sent.messages()[index]["tool_calls"][0]["function"]["arguments"];
        serde_json::from_str::<Value>(arguments.as_str().unwrap()).unwrap()
    };
    assert_eq!(input(0), json!({"input": "print(\"é\\n\")"}));
    assert_eq!(input(2), json!({"input": ""}));
    assert_eq!(sent.messages()[3]["content"], "x");
    let notes = [
        "converted tools[0]",
        "converted tools[1]",
        "converted tools[1].format",
    ];
    assert_eq!(sent.noted(), notes);
}

#[test]
fn tools_of_namespaces_and_loaded_tools_have_one_name_everywhere() {
    let sent = translate(&json!({
        "model": "m",
        "tools": [
            {"type": "namespace", "name": "agents", "description": "Starts agents.", "tools": [
                {"type": "function", "name": "spawn", "description": "Starts one."},
                {"type": "custom", "name": "note"},
                {"type": "web_search"},
            ]},
            function("spawn"),
            function("agents__note"),
        ],
        "input": [
            {"type": "additional_tools", "role": "developer", "tools": [function("late"), function("spawn"), 7]},
            {"type": "tool_search_output", "call_id": null, "tools": [
                {"type": "namespace", "name": "agents", "description": "", "tools": [function("spawn"), function("stop")]},
            ]},
            {"type": "function_call", "call_id": "a", "namespace": "agents", "name": "spawn", "arguments": "{}"},
            {"type": "custom_tool_call", "call_id": "b", "namespace": "agents", "name": "note", "input": "x"},
            {"type": "function_call", "call_id": "c", "namespace": "gone", "name": "tool", "arguments": "{}"},
            {"type": "function_call", "call_id": "d", "name": "spawn", "arguments": "{}"},
        ],
    }));
    let sent = sent.unwrap();
    let tools = sent.body["tools"].as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|tool| tool["function"]["name"].as_str().unwrap())
        .collect();
    let note = names[1];
    assert_eq!(
        names,
        [
            "agents__spawn",
            note,
            "spawn",
            "agents__note",
            "late",
            "agents__stop"
        ]
    );
    assert!(note.starts_with("agents__note_"), "{note}");
    assert_eq!(
        tools[0]["function"]["description"],
        "Starts agents.\n\nStarts one."
    );
    let called: Vec<&Value> = sent.messages()[0]["tool_calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["function"]["name"])
        .collect();
    assert_eq!(called, ["agents__spawn", note, "gone__tool", "spawn"]);
    assert!(sent.has_note("skipped tools[0].tools[2]"));
    assert!(sent.has_note("skipped input[0].tools[2]"));
}

#[test]
fn invalid_tools_are_refused_and_members_without_effect_are_noted() {
    for (tool, param) in [
        (json!(7), "tools[1]"),
        (json!({"name": "f"}), "tools[1]"),
        (json!({"type": "function", "name": ""}), "tools[1].name"),
        (json!({"type": "function", "name": 7}), "tools[1].name"),
        (
            json!({"type": "function", "name": "a", "description": 7}),
            "tools[1].name",
        ),
        (
            json!({"type": "function", "name": "b", "description": 7}),
            "tools[1].description",
        ),
        (json!({"type": "custom", "name": "a"}), "tools[1].name"),
        (
            json!({"type": "namespace", "name": "", "tools": []}),
            "tools[1].name",
        ),
        (
            json!({"type": "namespace", "name": "n", "tools": 7}),
            "tools[1].tools",
        ),
        (
            json!({"type": "namespace", "name": "n", "tools": [function("x"), function("x")]}),
            "tools[1].tools[1].name",
        ),
    ] {
        let request = request(json!([function("a"), tool]), json!(null));
        let refusal = translate(&request).unwrap_err();
        assert_eq!(refusal.param, param, "{tool}");
    }
    let mark = json!({"type": "ephemeral"});
    let tool = json!({
        "type": "function", "name": "f", "parameters": null, "strict": false, "cache_control": mark,
        "defer_loading": true, "async": true, "allowed_callers": ["direct"], "output_schema": {},
    });
    let sent = translate(&request(json!([tool]), json!(null))).unwrap();
    let expected = json!({
        "type": "function", "cache_control": mark,
        "function": {"name": "f", "parameters": {"type": "object", "properties": {}}, "strict": false},
    });
    assert_eq!(sent.body["tools"][0], expected);
    let notes = [
        "ignored tools[0].defer_loading",
        "ignored tools[0].async",
        "ignored tools[0].allowed_callers",
        "ignored tools[0].output_schema",
    ];
    assert_eq!(sent.noted(), notes);
}

#[test]
fn a_loaded_function_without_a_schema_is_skipped() {
    let loaded = |parameters: Value| json!({"type": "additional_tools", "tools": [{"type": "function", "name": "f", "parameters": parameters}]});
    let sent = translate(&json!({"model": "m", "input": [
        loaded(json!([])), loaded(json!({"type": "object"})), {"role": "user", "content": "hi"},
    ]}))
    .unwrap();
    assert!(
        sent.has_note("skipped input[0].tools[0]"),
        "{:?}",
        sent.noted()
    );
    let tools = sent.body["tools"].as_array().unwrap();
    assert_eq!(tools.len(), 1);
    assert_eq!(
        tools[0]["function"]["parameters"],
        json!({"type": "object"})
    );
}
