//! Requests that are refused before a provider is asked.

use orouter_server::Server;
use orouter_server::config::{Config, KeyConfig};
use orouter_upstream_double::{Upstream, Vendor};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::client::{PATH, ask, ask_with, post, post_with};
use crate::support::Running;
use crate::support::router::{config, endpoint, model, provider, start};
use crate::support::script::{Script, message};

async fn scripted() -> Running {
    let script = Script::new("test/model", message("Hello", std::time::Duration::ZERO));
    Running::start(Server::builder().provider(script)).await
}

#[tokio::test]
async fn the_error_names_the_member_of_the_client() {
    let server = scripted().await;
    let with = |members: Value| ask_with(false, &members);
    for (body, param) in [
        (with(json!({"messages": null})), "messages"),
        (with(json!({"messages": [], "input": "x"})), "messages"),
        (
            with(
                json!({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}),
            ),
            "messages[0].content[0].image_url.url",
        ),
        (with(json!({"model": null})), "model"),
        (with(json!({"model": ""})), "model"),
        (with(json!({"model": 5})), "model"),
        (with(json!({"n": 3})), "n"),
        (with(json!({"max_tokens": 0})), "max_tokens"),
        (with(json!({"max_tokens": -1})), "max_tokens"),
        (
            with(json!({"max_completion_tokens": "many"})),
            "max_completion_tokens",
        ),
        (with(json!({"temperature": 9})), "temperature"),
        (with(json!({"temperature": "hot"})), "temperature"),
        (with(json!({"stop": ["a", "b", "c", "d", "e"]})), "stop"),
        (with(json!({"top_logprobs": 50})), "top_logprobs"),
        (
            with(
                json!({"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}}),
            ),
            "response_format.json_schema.name",
        ),
        (
            with(
                json!({"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}, "strict": "yes"}}}),
            ),
            "response_format.json_schema.strict",
        ),
        (
            with(json!({"reasoning_effort": "maximal"})),
            "reasoning_effort",
        ),
        (
            with(
                json!({"reasoning_effort": "low", "reasoning": {"max_tokens": 5, "effort": "low"}}),
            ),
            "reasoning",
        ),
        (with(json!({"verbosity": "loud"})), "verbosity"),
        (with(json!({"logit_bias": {"1": 1}})), "logit_bias"),
        (
            with(json!({"min_p": 0.1, "provider": {"require_parameters": true}})),
            "min_p",
        ),
        (with(json!({"plugins": [{"id": "web"}]})), "plugins"),
        (
            with(json!({"previous_response_id": "x"})),
            "previous_response_id",
        ),
        (with(json!({"user": "u".repeat(300)})), "user"),
        (with(json!({"stream": "yes"})), "stream"),
        (with(json!({"provider": {"sort": "fast"}})), "provider.sort"),
        (with(json!({"transforms": "middle-out"})), "transforms"),
    ] {
        let answer = post(&server, &body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        let error = answer.error();
        assert_eq!(error["param"], param, "{body}: {error}");
        assert_eq!(error["type"], "invalid_request");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(param), "{body}: {message}");
        for foreign in [
            "`input",
            "max_output_tokens",
            "text.format",
            "text.verbosity",
            "reasoning.effort`",
        ] {
            // The name of a member that the client sent is not foreign.
            let own = body.to_string().contains("\"effort\"");
            assert!(own || !message.contains(foreign), "{message}");
        }
        assert!(!message.contains('\n'));
    }
}

#[tokio::test]
async fn text_that_is_not_a_request_is_a_400() {
    let server = scripted().await;
    for body in ["", "[]", "{", "{\"messages\": [}", "null", "\u{feff}{}"] {
        let answer = server.client().post(PATH, body).await;
        assert_eq!(answer.status, 400, "{body}");
        answer.error();
    }
    // More values than the server reads.
    let deep = format!("{{\"messages\": {}{}}}", "[".repeat(1000), "]".repeat(1000));
    assert_eq!(server.client().post(PATH, deep).await.status, 400);
    let many = json!({"model": "test/model", "messages": vec![json!({"role": "user"}); 21_000]});
    let answer = post(&server, &many).await;
    assert_eq!(answer.error()["param"], "messages", "{}", answer.text());
}

#[tokio::test]
async fn an_unknown_model_is_a_400_here_and_a_404_there() {
    let server = scripted().await;
    for stream in [false, true] {
        let answer = post(&server, &ask_with(stream, &json!({"model": "no/such"}))).await;
        let error = answer.error();
        assert_eq!(answer.status, 400);
        assert_eq!(error["type"], "invalid_request");
        assert_eq!(error["param"], "model");
        assert_eq!(error["availability"]["code"], "model_not_found");
        assert_eq!(
            error["availability"]["requested_models"],
            json!(["no/such"])
        );
    }
    let there = server
        .client()
        .ask(&json!({"model": "no/such", "input": "x"}))
        .await;
    assert_eq!(there.status, 404);
    assert_eq!(there.error()["availability"]["code"], "model_not_found");
    // Preferences that exclude all endpoints are a 404 on both.
    let excluded = ask_with(false, &json!({"provider": {"only": ["nobody"]}}));
    let answer = post_with(&server, &[("x-openrouter-metadata", "enabled")], &excluded).await;
    assert_eq!(answer.status, 404, "{}", answer.text());
    assert!(answer.json()["openrouter_metadata"].is_object());
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let server = scripted().await;
    for method in ["GET", "PUT", "DELETE"] {
        let answer = server.client().request(method, PATH, &[]).await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.headers["allow"], "POST");
    }
    let answer = server.client().post("/api/v1/chat/completion", "{}").await;
    assert_eq!(answer.status, 404);
    let message = answer.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("/api/v1/chat/completions"), "{message}");
    let answer = post_with(&server, &[("content-encoding", "br")], &ask(false)).await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn a_key_is_checked_before_the_body() {
    let upstream = Upstream::start(|request| Vendor::Chat.reply(request, "Hello"))
        .await
        .unwrap();
    let one = provider("one", Vendor::Chat, upstream.base_url());
    let mut config: Config = config([one], [model("test/model", &["one"])]);
    config.keys = vec![KeyConfig::new("ci", Sha256::digest("sk-or-v1-key").into())];
    config.records.require_keys = Some(true);
    let server = start(&config).await;
    let answer = server.client().post(PATH, "no request").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.error()["type"], "authentication");
    let key = [("authorization", "Bearer sk-or-v1-key")];
    assert_eq!(post_with(&server, &key, &ask(false)).await.status, 200);
}

#[tokio::test]
async fn a_translator_names_the_member_of_the_client() {
    let upstream = Upstream::start(|request| Vendor::Chat.reply(request, "Hello"))
        .await
        .unwrap();
    let one = provider("one", Vendor::Chat, upstream.base_url());
    let mut model = model("test/model", &[]);
    let mut text_only = endpoint("one");
    text_only.input_modalities = Some(vec!["text".to_owned()]);
    model.endpoints = vec![text_only];
    let server = start(&config([one], [model])).await;
    let image = json!([
        {"role": "assistant", "reasoning": "r", "content": "x"},
        {"role": "user", "content": [{"type": "text", "text": "t"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]},
    ]);
    for (members, param) in [
        (json!({"messages": image}), "messages[1].content[1]"),
        (
            json!({"tools": [{"type": "function", "function": {"name": ""}}]}),
            "tools[0].function.name",
        ),
        (
            json!({"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "function", "function": {"name": "g"}}}),
            "tool_choice.function.name",
        ),
        (
            json!({"tools": [{"type": "function", "function": {"name": "f", "parameters": []}}]}),
            "tools[0].function.parameters",
        ),
        (json!({"modalities": ["text", "audio"]}), "modalities[1]"),
    ] {
        let answer = post(&server, &ask_with(false, &members)).await;
        assert_eq!(answer.status, 400, "{members}: {}", answer.text());
        let error = answer.error();
        let found = error["param"].as_str().unwrap_or_default();
        assert!(found.starts_with(param), "{members}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(!message.contains("`input"), "{message}");
    }
    assert_eq!(upstream.requests(), 0);
}
