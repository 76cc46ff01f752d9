//! Statuses and bodies: B7, B11, B12, B24, B28.

use orouter::{
    Error, ErrorKind, Item, Response, ResponsesRequest, Sent, Wire,
    testing::{ReplayTransport, Reply},
};
use serde_json::{Value, json};

use crate::support::{RESPONSE, assert_presentable, builder, events, replay, request};

async fn refused(status: u16, content_type: &str, body: &str) -> Error {
    let reply = Reply::status(status).header("content-type", content_type);
    // The transport has a test clock, so that attempts after the first take no time.
    let (client, ..) = replay([reply.body(body.to_owned())]);
    client.responses().send(request()).await.unwrap_err()
}

const BODIES: [(&str, &str); 5] = [
    ("text/html", "<h1>no</h1>"),
    (
        "application/problem+json",
        r#"{"title":"no","detail":"Really not."}"#,
    ),
    ("application/json", r#"{"error":{"code":1,"message":"no"}}"#),
    (
        "text/event-stream",
        "data: {\"error\":{\"code\":1,\"message\":\"no\"}}\n\n",
    ),
    ("application/json", ""),
];

#[tokio::test]
async fn b07_other_statuses_have_one_kind_with_any_body() {
    for status in [409, 412, 418, 451, 504, 520] {
        for (content_type, body) in BODIES {
            let error = refused(status, content_type, body).await;
            assert_eq!(error.kind(), ErrorKind::OtherStatus, "{status} {body}");
            assert_eq!(error.status().unwrap(), status);
            assert_eq!(error.body().unwrap(), body);
            assert_eq!(error.headers().unwrap()["content-type"], content_type);
        }
    }
}

/// In the reference only JSON makes a typed error; here the status decides.
#[tokio::test]
async fn b07_a_listed_status_keeps_its_kind_with_any_body() {
    for (status, kind) in [
        (400, ErrorKind::BadRequest),
        (502, ErrorKind::BadGateway),
        (503, ErrorKind::ServiceUnavailable),
    ] {
        for (content_type, body) in BODIES {
            let error = refused(status, content_type, body).await;
            assert_eq!(error.kind(), kind, "{status} {body}");
            assert_eq!(error.body().unwrap(), body);
        }
    }
}

#[tokio::test]
async fn b07_the_message_is_one_short_line() {
    let error = refused(418, "text/plain", &"much to say ".repeat(2000)).await;
    let message = error.to_string();
    assert!(
        message.starts_with("418 I'm a teapot (POST https://openrouter.ai/api/v1/responses): much"),
        "{message}"
    );
    assert!(message.len() < 500, "{message}");
    assert_eq!(error.body().unwrap().len(), 24_000);
    assert_presentable(&error);
    let empty = refused(520, "text/html", "").await.to_string();
    assert_eq!(
        empty,
        "520 Unknown Edge Error (POST https://openrouter.ai/api/v1/responses)"
    );
}

/// Returns the outcome of a call whose server responds with `response`.
async fn read(response: &Value) -> Response {
    let (client, ..) = replay([Reply::json(response.to_string())]);
    client.responses().create(request()).await.unwrap()
}

fn written(value: &impl Wire) -> Value {
    serde_json::from_str(&orouter::to_string(value)).unwrap()
}

#[tokio::test]
async fn b11_what_nobody_knows_yet_is_kept() {
    let response = json!({
        "id": "resp_1", "object": "response", "status": "brand_new", "service_tier": "warp",
        "brand_new_member": {"a": [1, null]},
        "output": [
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "brand_new", "content": [
                {"type": "output_text", "text": "Hello", "brand_new": 1, "annotations": [
                    {"type": "url_citation", "url": "https://a", "title": "A", "start_index": 0, "end_index": 1},
                    {"type": "brand_new_citation", "where": "there"},
                ]},
                {"type": "brand_new_part", "x": [1]},
            ]},
            {"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{}", "status": "zz"},
            {"type": "brand_new_item", "id": "bn_1"},
        ],
        "tools": [{"type": "brand_new_tool", "y": true}, {"type": "function", "name": "f", "parameters": {}, "brand_new": 1}],
        "text": {"format": {"type": "brand_new_format", "z": 1}, "verbosity": "shouting"},
        "error": null, "incomplete_details": {"reason": "brand_new"},
    });
    let read = read(&response).await;
    assert_eq!(written(&read), response);
    assert_eq!(read.status.as_str(), "brand_new");
    assert_eq!(read.output_text(), "Hello");
    assert!(matches!(&read.output[1], Item::FunctionCall(call) if call.name == "f"));
    assert!(
        matches!(&read.output[2], Item::Unknown(item) if item.kind() == Some("brand_new_item"))
    );
    // Members without a typed field can be listed.
    let unknown = read.unknown();
    for place in [
        "/brand_new_member",
        "/output/0/content/1",
        "/output/2",
        "/tools/0",
        "/text/format",
    ] {
        assert!(
            unknown.iter().any(|known| known == place),
            "{place} of {unknown:?}"
        );
    }
}

#[tokio::test]
async fn b12_what_is_missing_or_mistyped_costs_its_neighbours_nothing() {
    let message = json!({"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]});
    let with = |more: Value| {
        let mut response = json!({"id": "resp_1", "output": [message]});
        let more = more.as_object().unwrap().clone();
        response.as_object_mut().unwrap().extend(more);
        response
    };
    for response in [
        with(json!({"tool_choice": {"type": "brand_new", "name": "x"}})),
        with(json!({"tool_choice": "any"})),
        with(
            json!({"instructions": [{"type": "brand_new_item"}, {"role": "system", "content": "Be brief."}]}),
        ),
        with(json!({"created_at": 1.5})),
        with(json!({"created_at": "yesterday"})),
        with(json!({"usage": {"input_tokens": 3}})),
        with(json!({"usage": {"input_tokens": "three", "output_tokens": 2}})),
        with(json!({"tools": null, "usage": null, "metadata": {"n": 1}})),
        with(json!({"object": "other", "openrouter_metadata": {"strategy": "direct"}})),
        with(json!({})),
    ] {
        let read = read(&response).await;
        assert_eq!(read.output_text(), "Hello", "{response}");
        assert_eq!(written(&read), response);
    }
    // For an optional member, null means the same as absence.
    let nulls = with(json!({"output_text": null, "text": null}));
    assert_eq!(written(&read(&nulls).await), with(json!({})));
}

#[tokio::test]
async fn b24_send_gives_what_the_server_gives() {
    let (client, ..) = replay([Reply::json(RESPONSE), Reply::events(events())]);
    let sent = client
        .responses()
        .send(request().stream(true))
        .await
        .unwrap();
    assert!(matches!(&sent, Sent::Response(_)));
    assert_eq!(sent.into_response().await.unwrap().output_text(), "Hello");
    let sent = client
        .responses()
        .send(request().stream(false))
        .await
        .unwrap();
    assert!(matches!(&sent, Sent::Stream(_)));
    assert_eq!(sent.into_response().await.unwrap().output_text(), "Hello");
}

/// Every type of item that a model can return, each with an unknown member.
const OUTPUT_KINDS: [&str; 33] = [
    "message",
    "reasoning",
    "function_call",
    "custom_tool_call",
    "web_search_call",
    "file_search_call",
    "image_generation_call",
    "code_interpreter_call",
    "computer_call",
    "shell_call",
    "shell_call_output",
    "apply_patch_call",
    "tool_search_call",
    "openrouter:datetime",
    "openrouter:web_search",
    "openrouter:web_fetch",
    "openrouter:code_interpreter",
    "openrouter:file_search",
    "openrouter:files",
    "openrouter:image_generation",
    "openrouter:browser_use",
    "openrouter:bash",
    "openrouter:shell",
    "openrouter:text_editor",
    "openrouter:apply_patch",
    "openrouter:tool_search",
    "openrouter:memory",
    "openrouter:mcp",
    "openrouter:experimental__search_models",
    "openrouter:fusion",
    "openrouter:advisor",
    "openrouter:subagent",
    "openrouter:armor_blocked",
];

#[tokio::test]
async fn b28_every_kind_of_output_goes_back_as_it_came() {
    let mut output: Vec<Value> = OUTPUT_KINDS
        .iter()
        .map(|kind| {
            json!({
                "type": kind, "id": "i_1", "status": "completed", "name": "f", "call_id": "c_1",
                "arguments": "", "signature": "sig", "encrypted_content": "abc", "format": "unknown",
                "brand_new": {"a": [1, null]},
            })
        })
        .collect();
    output.push(json!({"type": "brand_new_item", "deep": {"a": 12.5}}));
    output.push(json!({"no_type_at_all": true}));

    let body = json!({"id": "resp_1", "status": "completed", "output": output});
    let transport = ReplayTransport::new([Reply::json(body.to_string()), Reply::json(RESPONSE)]);
    let client = builder().transport(transport.clone()).build().unwrap();
    let first = client.responses().create(request()).await.unwrap();
    for (item, kind) in first.output.iter().zip(OUTPUT_KINDS) {
        assert_eq!(item.kind(), kind);
        assert!(!matches!(item, Item::Unknown(_)), "{kind} is typed");
    }
    let again = ResponsesRequest::new("m").input(first.output);
    client.responses().create(again).await.unwrap();
    let sent: Value = serde_json::from_slice(transport.last_request().unwrap().body()).unwrap();
    assert_eq!(sent["input"], Value::Array(output));
}
