//! Limits of the memory that requests can take: numbers of values, bodies in flight, repeated
//! members.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter_server::{Limits, RequestLimits, Server};
use serde_json::{Value, json};
use support::client::Open;
use support::script::{Script, message};
use support::{Client, Running};
use tokio::io::AsyncWriteExt as _;

const MIB: usize = 1 << 20;

async fn server(limits: Limits) -> Running {
    let script = Script::new("test/model", message("Hi", Duration::ZERO));
    Running::start(Server::builder().provider(script).limits(limits)).await
}

fn list(element: &str, count: usize) -> String {
    format!("[{}]", vec![element; count].join(","))
}

#[tokio::test]
async fn too_many_values_are_a_400_that_names_member_and_limit() {
    let server = server(Limits::default()).await;
    let item = |members: &str| format!(r#"[{{"role": "user", {members}}}]"#);
    let many: Vec<String> = (0..300_000).map(|n| format!(r#""m{n}":0"#)).collect();
    let cases = [
        ("input", list("{}", 1_400_000), "20000 items"),
        ("inp\\u0075t", list("{}", 30_000), "20000 items"),
        ("input", list("1", 30_000), "20000 items"),
        (
            "input",
            item(&format!(r#""content": {}"#, list("{}", 50_000))),
            "40000 parts",
        ),
        (
            "input",
            item(&format!(r#""tools": {}"#, list("{}", 5_000))),
            "4096 tools",
        ),
        ("input", item(&many[..300].join(",")), "256 members"),
        (
            "input",
            item(&format!(
                r#""content": [{{"type": "output_text", "annotations": {}}}]"#,
                list("{}", 50_000)
            )),
            "40000 parts",
        ),
        ("tools", list("{}", 5_000), "4096 tools"),
        (
            "tools",
            format!(
                r#"[{{"type": "namespace", "tools": {}}}]"#,
                list("{}", 5_000)
            ),
            "4096 tools",
        ),
        (
            "tools",
            format!(
                r#"[{{"type": "function", "name": "f", "parameters": {}}}]"#,
                list("{}", 600_000)
            ),
            "500000 JSON values",
        ),
        ("models", list("\"a\"", 100), "64 names"),
        ("models", format!("[\"{}\"]", "a".repeat(300)), "256 bytes"),
        ("model", format!("\"{}\"", "a".repeat(300)), "256 bytes"),
        ("plugins", list("{}", 100), "64 plugins"),
        (
            "metadata",
            format!("{{{}}}", many[..20_000].join(",")),
            "10000 values",
        ),
        ("stop", list("\"\"", 20_000), "10000 values"),
        ("include", list("\"\"", 20_000), "10000 values"),
        (
            "provider",
            format!(r#"{{"order": {}}}"#, list("\"a\"", 20_000)),
            "10000 values",
        ),
        (
            "user",
            format!("\"{}\"", "a".repeat(100_000)),
            "65536 bytes",
        ),
        (
            "prompt_cache_key",
            format!("\"{}\"", "a".repeat(100_000)),
            "65536 bytes",
        ),
        (
            "text",
            format!(
                r#"{{"format": {{"type": "json_schema", "schema": {}}}}}"#,
                list("{}", 600_000)
            ),
            "500000 JSON values",
        ),
    ];
    for (member, value, words) in cases {
        let body = format!(r#"{{"model": "test/model", "{member}": {value}}}"#);
        let response = server.client().post("/v1/responses", body).await;
        assert_eq!(
            response.status,
            400,
            "{member} {words} {:.300}",
            response.text()
        );
        assert!(response.text().len() < 1000);
        let error = response.error();
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
        let member = member.replace("\\u0075", "u");
        assert_eq!(error["param"], member, "{message}");
        assert!(message.contains(&format!("`{member}`")), "{message}");
    }
    for (members, words) in [
        (
            many[..200].join(","),
            "128 members that the API does not define",
        ),
        (
            format!(r#""x": {}1{}"#, "[".repeat(300), "]".repeat(300)),
            "256 levels",
        ),
        (vec![r#""stop": "a""#; 300].join(","), "256 members"),
    ] {
        let body = format!(r#"{{"model": "test/model", "input": "hi", {members}}}"#);
        let response = server.client().post("/v1/responses", body).await;
        assert_eq!(response.status, 400, "{:.300}", response.text());
        assert!(
            response.error()["message"]
                .as_str()
                .unwrap()
                .contains(words),
            "{}",
            response.text()
        );
    }
}

#[tokio::test]
async fn long_histories_and_large_schemas_are_served() {
    let server = server(Limits::default()).await;
    let turn = json!([
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{\"a\": [1, 2]}"},
        {"type": "function_call_output", "call_id": "c", "output": "[{},{},{}] \" \\ { ["},
        {"role": "assistant", "content": [{"type": "output_text", "text": "ok", "annotations": []}]},
    ]);
    let items: Vec<Value> = turn
        .as_array()
        .unwrap()
        .iter()
        .cycle()
        .take(9_000)
        .cloned()
        .collect();
    let properties: serde_json::Map<String, Value> = (0..2_000)
        .map(|n| (format!("p{n}"), json!({"type": "string"})))
        .collect();
    let schema = json!({"type": "object", "properties": properties});
    let tools: Vec<Value> = (0..20)
        .map(|n| json!({"type": "function", "name": format!("f{n}"), "parameters": schema}))
        .collect();
    let body = json!({
        "model": "test/model", "input": items, "tools": tools, "metadata": {"a": "b"},
        "client_metadata": {"notes": "n".repeat(10_000)}, "new_member": {"deep": [[[[1]]]]},
        "instructions": "i".repeat(200_000),
    });
    let response = server.client().ask(&body).await;
    assert_eq!(response.status, 200, "{:.300}", response.text());
    // A byte order mark is not a part of the JSON.
    let body = format!("\u{feff}{}", json!({"model": "test/model", "input": "hi"}));
    assert_eq!(
        server.client().post("/v1/responses", body).await.status,
        200
    );
}

#[tokio::test]
async fn limits_can_be_set() {
    let server = server(Limits::default().request(RequestLimits::default().items(2))).await;
    for (count, status) in [(2, 200), (3, 400)] {
        let items = vec![json!({"role": "user", "content": "hi"}); count];
        let response = server
            .client()
            .ask(&json!({"model": "test/model", "input": items}))
            .await;
        assert_eq!(response.status, status);
    }
}

#[tokio::test]
async fn repeated_members_are_bounded() {
    let server = server(Limits::default()).await;
    let names = format!("[{}]", vec!["\"a/b\""; 5_300_000].join(","));
    let body = format!(r#"{{"models": {names}, "input": "hi"}}"#);
    assert!(body.len() > 31_000_000);
    let response = server.client().post("/v1/responses", body).await;
    assert_eq!(response.status, 400);
    assert!(response.text().len() < 1000);

    let names: Vec<String> = (0..64)
        .map(|n| format!("{n}/{}", "x".repeat(250)))
        .collect();
    let response = server
        .client()
        .ask(&json!({"models": names, "input": "hi"}))
        .await;
    assert_eq!(response.status, 404);
    assert!(
        response.text().len() < 64 * 1024,
        "{}",
        response.text().len()
    );

    let long = json!({
        "model": "test/model", "input": "hi", "stream": true, "instructions": "i".repeat(8 * MIB),
        "tools": [{"type": "function", "name": "f", "parameters": {"x": "y".repeat(8 * MIB)}}],
    });
    let response = server.client().ask(&long).await;
    let size: usize = response.chunks.iter().map(Vec::len).sum();
    assert!(size < 4 * MIB, "{size}");
    assert_eq!(
        response.events().last().unwrap().kind(),
        "response.completed"
    );
}

#[tokio::test]
async fn bodies_in_flight_share_one_budget_with_a_part_for_small_ones() {
    let server = server(Limits::default().bodies_in_flight(16 * MIB)).await;
    let head = format!(
        "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        10 * MIB
    );
    // Most of this body arrives, and its end never does.
    let mut unfinished = server.client().send(head.as_bytes()).await;
    unfinished.write_all(&vec![b' '; 9 * MIB]).await.unwrap();
    let (client, second) = (server.client(), format!("{head}x"));
    let refused = loop {
        let open = client.open(second.as_bytes());
        match tokio::time::timeout(Duration::from_secs(30), open).await {
            Ok(open) => break open.whole().await,
            // Not all of the first body has arrived yet.
            Err(_) => continue,
        }
    };
    assert_eq!(refused.status, 503);
    assert!(refused.headers["retry-after"].parse::<u32>().unwrap() >= 1);
    assert_eq!(
        refused.error()["metadata"]["error_type"],
        "provider_overloaded"
    );
    for _ in 0..10 {
        let small = server
            .client()
            .ask(&json!({"model": "test/model", "input": "hi"}))
            .await;
        assert_eq!(small.status, 200, "{}", small.text());
    }
    drop(unfinished);
    // After the first body is dropped, its memory is available again.
    let body = json!({"model": "test/model", "input": "a".repeat(10 * MIB)}).to_string();
    for attempt in 0.. {
        let response = server.client().post("/v1/responses", &body).await;
        if response.status == 200 {
            break;
        }
        assert_eq!(response.status, 503, "{}", response.text());
        assert!(attempt < 200);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    // A body beyond the whole budget is a 413, which is not retryable.
    let body = json!({"model": "test/model", "input": "a".repeat(15 * MIB)}).to_string();
    assert_eq!(
        server.client().post("/v1/responses", &body).await.status,
        413
    );
}

/// Checks the order of two responses on a server with one thread for connections.
#[test]
fn health_answers_before_a_large_body_is_decoded() {
    let (address, addresses) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let script = Script::new("test/model", message("Hi", Duration::ZERO));
            let bound = Server::builder()
                .provider(script)
                .build()
                .bind("127.0.0.1:0")
                .await;
            let bound = bound.unwrap();
            address.send(bound.local_addr()).unwrap();
            bound.serve(std::future::pending()).await.unwrap();
        });
    });
    let client = Client::new(addresses.recv().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let body = json!({"model": "test/model", "input": "line\n\"\\".repeat(30 * MIB / 10)});
        let bytes = Client::posted("/v1/responses", body.to_string().as_bytes());
        assert!(bytes.len() > 30 * 1_000_000);
        // Send all bytes except for the last one, and give the server time to read them.
        let (last, most) = bytes.split_last().unwrap();
        let mut socket = client.send(most).await;
        for _ in 0..20 {
            assert_eq!(client.get("/health").await.status, 200);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        socket.write_all(&[*last]).await.unwrap();
        let mut posted = Box::pin(async { Open::read(socket).await.status });
        let first = tokio::select! {
            biased;
            _ = &mut posted => "the response",
            health = client.get("/health") => {
                assert_eq!(health.status, 200);
                "the health"
            }
        };
        assert_eq!(first, "the health");
        assert_eq!(posted.await, 200);
    });
}
