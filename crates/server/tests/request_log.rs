//! One log line for each request, with its outcome and without its content.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter_server::{Failure, FailureKind, Limits, Server};
use serde_json::{Value, json};
use support::client::Open;
use support::log::Lines;
use support::script::{Line, Script, message};
use support::{Client, Running};

const MS: Duration = Duration::from_millis(1);
const SECRET: &str = "sk-or-v1-secret";

/// Starts a server with a model of this name. Returns it with the id of the model, which identifies
/// the log lines of this test.
async fn server(name: &str, lines: Vec<Line>) -> (Running, String) {
    Lines::get();
    let script = Script::new(&format!("test/{name}"), lines);
    let limits = Limits::default().body_bytes(10_000).head_hold(100 * MS);
    let server = Running::start(Server::builder().provider(script).limits(limits)).await;
    (server, format!("test/{name}"))
}

/// Waits for the line of the request for this model.
async fn line_of(model: &str, streamed: bool) -> Value {
    for _ in 0..1000 {
        let text = Lines::get().text();
        let mut lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|line| {
                line["message"] == "request"
                    && line["model"] == model
                    && line["streamed"] == streamed
            });
        if let Some(line) = lines.next() {
            assert_eq!(lines.next(), None, "logged twice");
            return line;
        }
        tokio::time::sleep(5 * MS).await;
    }
    panic!("no line for {model} in\n{}", Lines::get().text());
}

fn ask(model: &str, stream: bool) -> Value {
    json!({"model": model, "input": "confidential question", "stream": stream, "user": SECRET})
}

#[tokio::test]
async fn generations_have_model_tokens_and_id() {
    let (server, model) = server("good", message("confidential", 2 * MS)).await;
    for stream in [false, true] {
        let response = server.client().ask(&ask(&model, stream)).await;
        assert_eq!(response.status, 200);
        let line = line_of(&model, stream).await;
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["method"], "POST");
        assert_eq!(line["path"], "/api/v1/responses");
        assert_eq!(line["status"], 200);
        assert_eq!(line["outcome"], "completed");
        assert_eq!(line["provider"], "script");
        assert_eq!(
            line["generation"],
            response.headers["x-generation-id"].as_str()
        );
        assert_eq!(
            (&line["input_tokens"], &line["output_tokens"]),
            (&json!(3), &json!(2))
        );
        // The line is written at the end of the response, not at its head.
        assert!(line["duration_ms"].as_u64().unwrap() >= 20, "{line}");
    }
    let log = Lines::get().text();
    assert!(
        !log.contains("confidential") && !log.contains(SECRET),
        "{log}"
    );
}

#[tokio::test]
async fn the_message_of_a_provider_is_not_logged() {
    let reported = Line::Event(
        json!({"type": "error", "code": "internal_server_error", "message": "confidential"}),
    );
    let mut later = message("abc", MS);
    later.truncate(4);
    later.push(reported.clone());
    for (name, lines) in [("reports", vec![reported]), ("reports-later", later)] {
        let (server, model) = server(name, lines).await;
        for stream in [false, true] {
            let response = server.client().ask(&ask(&model, stream)).await;
            let line = line_of(&model, stream).await;
            assert_eq!(line["error_type"], "server", "{line}");
            assert_eq!(line["detail"], "the provider reported an internal error");
            let text = response.text();
            assert!(text.contains("internal error of the provider"), "{text}");
        }
    }
    assert!(!Lines::get().text().contains("confidential"));
}

#[tokio::test]
async fn failures_are_the_same_in_streams() {
    let overloaded = || Failure::new(FailureKind::ProviderOverloaded, "confidential message");
    let mut broken = message("abc", MS);
    broken.truncate(4);
    let mut failing = broken.clone();
    failing.push(Line::Fail(overloaded()));
    let mut told = broken.clone();
    told.push(Line::Event(
        json!({"type": "error", "code": "x", "message": "confidential"}),
    ));
    for (name, lines, error_type) in [
        ("fails", failing, "provider_overloaded"),
        ("breaks", broken, "provider_unavailable"),
        ("tells", told, "provider_unavailable"),
    ] {
        let (server, model) = server(name, lines).await;
        for stream in [false, true] {
            let response = server.client().ask(&ask(&model, stream)).await;
            let line = line_of(&model, stream).await;
            assert_eq!(line["level"], "WARN", "{line}");
            assert_eq!(line["outcome"], "failed", "{line}");
            assert_eq!(line["error_type"], error_type, "{line}");
            assert_eq!(line["status"], response.status);
            assert_eq!(
                line["generation"],
                response.headers["x-generation-id"].as_str()
            );
        }
    }
    assert!(!Lines::get().text().contains("confidential"));
}

#[tokio::test]
async fn disconnected_clients_are_logged() {
    let (server, model) = server("slow", message(&"x".repeat(10_000), 10 * MS)).await;
    let body = ask(&model, true).to_string();
    let bytes = Client::posted("/v1/responses", body.as_bytes());
    drop(Open::read(server.client().send(&bytes).await).await);
    let line = line_of(&model, true).await;
    assert_eq!(
        (&line["status"], &line["outcome"]),
        (&json!(200), &json!("cancelled"))
    );
    assert_eq!(line["attempts"], 1);
    let body = ask(&model, false).to_string();
    let bytes = Client::posted("/v1/responses", body.as_bytes());
    let socket = server.client().send(&bytes).await;
    while server.health().await["active_generations"] != 1 {
        tokio::time::sleep(MS).await;
    }
    drop(socket);
    let line = line_of(&model, false).await;
    assert_eq!(
        (&line["status"], &line["outcome"]),
        (&json!(499), &json!("cancelled"))
    );
    assert_eq!(line["attempts"], 1, "it runs when the client disconnects");
}

#[tokio::test]
async fn refused_requests_are_logged_too() {
    let (server, _) = server("refuses", Vec::new()).await;
    let client = server.client();
    for (method, path, status, error_type) in [
        ("GET", "/nothing/here", 404, "not_found"),
        ("PATCH", "/nothing/there", 404, "not_found"),
        ("GET", "/v1/model/some/thing", 404, "not_found"),
        ("HEAD", "/nothing/either", 404, "not_found"),
        ("DELETE", "/ready", 405, "invalid_request"),
    ] {
        let request = format!(
            "{method} {path}?key={SECRET} HTTP/1.1\r\nhost: localhost\r\nx-request-id: mine\r\n\
             content-length: 0\r\n\r\n"
        );
        let response = client.open(request.as_bytes()).await;
        assert_eq!(response.status, status, "{path}");
        let line = Lines::get().line(path).await;
        assert_eq!(line["method"], method);
        assert_eq!(line["status"], status);
        assert_eq!(line["outcome"], "refused");
        assert_eq!(line["error_type"], error_type);
        assert_eq!(line["client_request_id"], "mine");
        assert_eq!(
            line["generation"],
            response.headers["x-generation-id"].as_str()
        );
        assert!(line["duration_ms"].is_u64());
    }
    assert!(!Lines::get().text().contains(SECRET));

    // Several refusals of the same path, by their status.
    let large = "a".repeat(20_000);
    for (body, status, error_type) in [
        ("{", 400, "invalid_request"),
        (
            "{\"model\": \"test/unknown\", \"input\": \"hi\"}",
            404,
            "not_found",
        ),
        (large.as_str(), 413, "payload_too_large"),
    ] {
        let response = client.post("/v1/responses", body).await;
        assert_eq!(response.status, status);
        let id = response.headers["x-generation-id"].clone();
        let mut found = Value::Null;
        while found.is_null() {
            tokio::time::sleep(MS).await;
            found = Lines::get()
                .text()
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .find(|line| line["generation"] == id.as_str())
                .unwrap_or_default();
        }
        assert_eq!(found["path"], "/v1/responses");
        assert_eq!(
            (&found["status"], &found["error_type"]),
            (&json!(status), &json!(error_type))
        );
    }
}

#[tokio::test]
async fn long_paths_are_shortened() {
    let (server, _) = server("odd", Vec::new()).await;
    let path = format!("/{}", "a".repeat(5000));
    assert_eq!(server.client().get(&path).await.status, 404);
    let line = Lines::get().line(&format!("{}…", &path[..200])).await;
    assert_eq!(line["status"], 404);
}

#[tokio::test]
async fn unreadable_requests_are_logged() {
    let (server, _) = server("unreadable", Vec::new()).await;
    for (bytes, status) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        (
            format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(1 << 20)),
            431,
        ),
    ] {
        let response = server.client().open(bytes.as_bytes()).await;
        assert_eq!(response.status, status);
        let logged = |text: &str| {
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .any(|line| line["path"] == "-" && line["status"] == status)
        };
        while !logged(&Lines::get().text()) {
            tokio::time::sleep(MS).await;
        }
    }
    assert!(!Lines::get().text().contains("nonsense"));
}

#[tokio::test]
async fn panics_are_logged_as_errors() {
    let (server, model) = server("panics", vec![Line::Panic("confidential")]).await;
    assert_eq!(server.client().ask(&ask(&model, false)).await.status, 500);
    let line = line_of(&model, false).await;
    assert_eq!(
        (&line["level"], &line["status"]),
        (&json!("ERROR"), &json!(500))
    );
    assert_eq!(
        (&line["error_type"], &line["detail"]),
        (&json!("server"), &json!("panic"))
    );

    let mut lines = message("abc", MS);
    lines.truncate(4);
    lines.push(Line::Panic("confidential"));
    let (server, model) = self::server("panics-late", lines).await;
    assert_eq!(server.client().ask(&ask(&model, true)).await.status, 200);
    let line = line_of(&model, true).await;
    assert_eq!(
        (&line["level"], &line["status"]),
        (&json!("ERROR"), &json!(200))
    );
    assert_eq!(
        (&line["outcome"], &line["error_type"]),
        (&json!("failed"), &json!("server"))
    );
}
