//! Replies of a model: `Reply::text`, `tool_call`, `tool_calls`, `refusal` and `response`, as a body and
//! as a stream.

use http::Method;
use orouter::{
    ContentPart, FunctionCallOutput, IncompleteReason, Item, Message, ReasoningItem, Response,
    ResponseStatus, ResponsesRequest, SendOutput, StreamEvent, Usage,
    testing::{self, ReplayTransport, Reply},
    transport::{HttpRequest, Transport},
};
use orouter_conformance::audit;
use serde_json::json;

fn request() -> ResponsesRequest {
    ResponsesRequest::new("openai/gpt-4o").input("hi")
}

/// One reply of each kind.
fn replies() -> Vec<Reply> {
    let mut reasoning = ReasoningItem::default();
    reasoning.encrypted_content = Some("secret".to_owned());
    let mut whole = Response::new("resp_own", "own/model");
    whole.output = vec![
        Item::Reasoning(reasoning),
        Message::assistant("Hello").into(),
    ];
    vec![
        Reply::text("It is sunny."),
        Reply::refusal("I cannot help."),
        Reply::tool_call("get_weather", json!({"city": "Paris"})),
        Reply::tool_calls([("a", "{}"), ("b", r#"{"x":1}"#)]),
        Reply::response(whole),
    ]
}

#[tokio::test]
async fn the_stream_of_a_reply_keeps_the_protocols_rules_and_has_the_content_of_its_body() {
    for reply in replies() {
        let (client, _) = testing::client([reply.clone()]).unwrap();
        let whole = client.responses().create(request()).await.unwrap();
        assert_eq!(whole.status, ResponseStatus::Completed);

        let (client, _) = testing::client([reply]).unwrap();
        let mut stream = client.responses().stream(request()).await.unwrap();
        assert_eq!(
            stream.meta().header("content-type"),
            Some("text/event-stream")
        );
        let mut events: Vec<StreamEvent> = Vec::new();
        while let Some(event) = stream.next().await {
            events.push(event.unwrap());
        }
        assert_eq!(audit(&events), [], "{events:?}");
        let streamed = stream.into_response().await.unwrap();
        if whole.id != "resp_own" {
            assert_eq!(streamed, whole);
        }
        assert_eq!(streamed.output_text(), whole.output_text());
        assert_eq!(streamed.output.len(), whole.output.len());
    }
}

#[tokio::test]
async fn the_form_follows_each_request() {
    let (client, _) = testing::client([Reply::text("Hello")]).unwrap();
    let body = client.responses().send(request()).await.unwrap();
    assert!(matches!(body, SendOutput::Response(_)));
    let stream = client
        .responses()
        .send(request().stream(true))
        .await
        .unwrap();
    assert!(matches!(stream, SendOutput::Stream(_)));
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn replies_have_the_model_of_the_request_and_usage() {
    let usage = Usage::new(900, 100).cost(0.25);
    let replies = [Reply::text("a"), Reply::text("b").usage(usage.clone())];
    let (client, transport) = testing::client(replies).unwrap();
    let first = client.responses().create(request()).await.unwrap();
    let second = client.responses().create(request()).await.unwrap();
    assert_eq!(first.model, "openai/gpt-4o");
    assert_eq!(first.usage.unwrap().total_tokens, 15);
    assert_eq!(second.usage, Some(usage));
    assert_ne!(first.id, second.id);
    assert_eq!(transport.responses_requests(), [request(), request()]);
}

#[tokio::test]
async fn calls_are_numbered_also_in_a_repeated_reply() {
    let replies = [
        Reply::tool_calls([("a", json!({"n": 1})), ("b", json!({}))]),
        Reply::tool_call("a", "not JSON"),
    ];
    let (client, _) = testing::client(replies).unwrap();
    let mut calls = Vec::new();
    for _ in 0..3 {
        let response = client.responses().create(request()).await.unwrap();
        for call in response.function_calls() {
            calls.push(format!(
                "{} {}({})",
                call.call_id, call.name, call.arguments
            ));
        }
    }
    assert_eq!(
        calls,
        [
            r#"call_1 a({"n":1})"#,
            "call_2 b({})",
            "call_3 a(not JSON)",
            "call_4 a(not JSON)",
        ]
    );
}

#[tokio::test]
async fn a_given_response_keeps_what_it_says() {
    let mut given = Response::new("resp_own", "own/model");
    given.incomplete_details = Some(IncompleteReason::MaxOutputTokens.into());
    given.output = vec![Message::assistant("Hel").id("msg_own").into()];
    let (client, _) = testing::client([Reply::response(given)]).unwrap();
    let response = client.responses().create(request()).await.unwrap();
    assert_eq!(response.id, "resp_own");
    assert_eq!(response.model, "own/model");
    assert_eq!(response.output[0].id(), Some("msg_own"));
    assert_eq!(response.status, ResponseStatus::Incomplete);
    assert_eq!(response.usage, None);
    assert_eq!(response.completed_at, None);
}

#[tokio::test]
async fn a_refusal_is_no_text() {
    let (client, _) = testing::client([Reply::refusal("No.")]).unwrap();
    let response = client.responses().create(request()).await.unwrap();
    assert_eq!(response.refusal(), Some("No."));
    assert_eq!(response.output_text(), "");
    let message = response.messages().next().unwrap();
    assert!(matches!(message.parts(), [ContentPart::Refusal(_)]));
}

#[tokio::test]
async fn a_models_reply_takes_headers_and_other_replies_take_no_usage() {
    let reply = Reply::text("Hello")
        .header("content-type", "text/plain")
        .header("x-generation-id", "gen-1")
        .usage(Usage::new(1, 1));
    let (client, _) = testing::client([reply]).unwrap();
    let call = client.responses().create(request()).with_meta();
    let (response, meta) = call.await.unwrap();
    assert_eq!(response.output_text(), "Hello");
    assert_eq!(meta.header("content-type"), Some("text/plain"));
    assert_eq!(meta.generation_id(), Some("gen-1"));

    // Usage has no effect where no model replies.
    let error = Reply::error(402, "{}").usage(Usage::new(1, 1));
    let (client, _) = testing::client([error]).unwrap();
    let error = client.responses().create(request()).await.unwrap_err();
    assert_eq!(error.body().map(|body| &body[..]), Some(&b"{}"[..]));
}

#[tokio::test]
async fn a_request_without_a_body_gets_a_body() {
    let transport = ReplayTransport::new([Reply::text("Hello")]);
    let url = "http://host/api/v1/models".parse().unwrap();
    let request = HttpRequest::new(Method::GET, url);
    let response = transport.send(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(transport.responses_requests().is_empty());
}

#[tokio::test]
async fn a_loop_runs_without_a_network() {
    let (client, transport) = testing::client([
        Reply::tool_call("get_weather", json!({"city": "Paris"})),
        Reply::text("It is sunny."),
    ])
    .unwrap();
    let mut request = request();
    let text = loop {
        let response = client.responses().create(request.clone()).await.unwrap();
        let outputs: Vec<FunctionCallOutput> = response
            .function_calls()
            .map(|call| FunctionCallOutput::new(&call.call_id, "sunny"))
            .collect();
        if outputs.is_empty() {
            break response.output_text();
        }
        request = request.input(outputs);
    };
    assert_eq!(text, "It is sunny.");
    let sent = transport.responses_requests();
    let input = sent[1].input.as_ref().unwrap();
    assert_eq!(input.items()[0].call_id(), Some("call_1"));
}

#[tokio::test]
async fn tools_can_wait_and_retries_do_not() {
    let definition = orouter::FunctionTool::without_parameters("wait");
    let wait = orouter::FnTool::new(definition, |_: serde_json::Value| async {
        let work = tokio::task::spawn_blocking(|| "done");
        Ok(work.await?)
    });
    let replies = [
        Reply::status(503),
        Reply::tool_call("wait", "{}"),
        Reply::text("ok"),
    ];
    let (client, transport) = testing::client(replies).unwrap();
    let request = ResponsesRequest::new("m").input("hi");
    let run = client.call_model(request).tool(wait).await.unwrap();
    assert_eq!(transport.requests().len(), 3);
    let output = run.steps()[0].outputs[0].as_function_call_output().unwrap();
    assert_eq!(output.output.as_ref().unwrap().text(), "done");
}
