//! `create`: the request is sent as set, and the whole response is returned.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{
    OpenRouter, RequestOptions, ResponsesRequest, StopCondition,
    testing::{Reply, ScriptedServer, Step, http_response},
};
use support::{RESPONSE, events, replay, request, soon};

const JSON: &[(&str, &str)] = &[
    ("content-type", "application/json"),
    ("x-generation-id", "gen-1"),
];

#[tokio::test]
async fn over_a_socket_with_status_headers_and_generation_id_beside() {
    let server = ScriptedServer::start([vec![Step::send(http_response(200, JSON, RESPONSE))]])
        .await
        .unwrap();
    let client = support::client(&server);
    let (response, meta) = soon(client.responses().create(request()).with_meta())
        .await
        .unwrap();
    assert_eq!(response.id, "resp_1");
    assert_eq!(response.output_text(), "Hello");
    assert_eq!(meta.status(), 200);
    assert_eq!(meta.generation_id(), Some("gen-1"));
    assert_eq!(meta.attempts(), 1);
    assert_eq!(meta.header("content-type"), Some("application/json"));

    let received = server.received();
    assert_eq!(
        received[0].request_line(),
        "POST /api/v1/responses HTTP/1.1"
    );
    assert_eq!(received[0].header("authorization"), Some("Bearer test-key"));
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    assert_eq!(received[0].header("accept"), Some("application/json"));
    assert_eq!(received[0].header("cookie"), None);
    assert!(
        received[0]
            .header("user-agent")
            .unwrap()
            .starts_with("orouter/")
    );
    assert_eq!(received[0].body, r#"{"model":"m","input":"hi"}"#);
}

#[tokio::test]
async fn connections_are_used_again() {
    let script = vec![Step::send(http_response(200, JSON, RESPONSE))];
    let server = ScriptedServer::start([script]).await.unwrap();
    let client = support::client(&server);
    for _ in 0..5 {
        soon(client.responses().create(request())).await.unwrap();
    }
    assert_eq!(server.received().len(), 5);
    assert_eq!(server.accepted_connections(), 1);
}

#[tokio::test]
async fn a_body_holds_what_the_caller_set_and_nothing_else() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    client
        .responses()
        .create(ResponsesRequest::default())
        .await
        .unwrap();
    assert_eq!(transport.last_request().unwrap().body(), "{}");
}

#[tokio::test]
async fn extra_members_are_added_and_win() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    let options = RequestOptions::new()
        .extra_body("model", "other")
        .extra_body("brand_new", serde_json::json!({"a": [1, null]}));
    client
        .responses()
        .create(request())
        .options(options)
        .await
        .unwrap();
    let body: serde_json::Value =
        serde_json::from_slice(transport.last_request().unwrap().body()).unwrap();
    let expected = serde_json::json!({
        "model": "other", "input": "hi", "brand_new": {"a": [1, null]},
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn numbers_that_json_cannot_hold_are_an_error_before_anything_is_sent() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    for number in [f64::NAN, f64::INFINITY] {
        let error = client
            .responses()
            .create(request().temperature(number))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), orouter::ErrorKind::Build);
        assert!(error.to_string().contains("temperature"), "{error}");
    }
    // NaN would become null, and a limit on cost would be lost. It is refused at any depth.
    let mut deep = request();
    deep.stop_server_tools_when = vec![StopCondition::max_cost(f64::NAN)];
    let error = client.responses().create(deep).await.unwrap_err();
    assert_eq!(error.kind(), orouter::ErrorKind::Build);
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn a_server_that_streams_instead_is_understood() {
    let (client, ..) = replay([Reply::events(events())]);
    let (response, meta) = client
        .responses()
        .create(request())
        .with_meta()
        .await
        .unwrap();
    assert_eq!(response.output_text(), "Hello");
    assert_eq!(meta.header("content-type"), Some("text/event-stream"));
}

#[tokio::test]
async fn a_request_that_asks_for_a_stream_is_sent_as_it_is() {
    let (client, transport, _) = replay([Reply::events(events())]);
    client
        .responses()
        .create(request().stream(true))
        .await
        .unwrap();
    let sent = transport.last_request().unwrap();
    assert_eq!(sent.headers()["accept"], "text/event-stream");
    assert!(String::from_utf8_lossy(sent.body()).contains(r#""stream":true"#));
}

#[tokio::test]
async fn a_call_can_move_to_another_task() {
    let (client, ..) = replay([Reply::json(RESPONSE)]);
    let call = client.responses().create(request()).into_future();
    drop(client);
    assert_eq!(tokio::spawn(call).await.unwrap().unwrap().id, "resp_1");
}

#[test]
fn outside_of_a_runtime_it_is_an_error_and_no_panic() {
    let client = OpenRouter::builder().api_key("k").build().unwrap();
    let mut call = std::pin::pin!(client.responses().create(request()).into_future());
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = call.as_mut().poll(&mut cx) else {
        panic!("must fail at once");
    };
    assert_eq!(error.kind(), orouter::ErrorKind::Configuration);
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}

#[tokio::test]
async fn an_answer_that_says_it_is_not_compressed_is_read() {
    for encoding in ["identity", "IDENTITY", " Identity ", ""] {
        let reply = Reply::json(RESPONSE).header("content-encoding", encoding);
        let (client, ..) = support::replay([reply]);
        let response = client.responses().create(request()).await.unwrap();
        assert_eq!(response.output_text(), "Hello", "{encoding:?}");
    }
}
