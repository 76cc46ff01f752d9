//! Calls to the hosted service. They run if `OPENROUTER_LIVE_KEY` is set, and otherwise print that they
//! did not.
//!
//! About eight calls request a few tokens each from a small model: `OPENROUTER_LIVE_MODEL`, by default
//! `openai/gpt-4o-mini`. `OPENROUTER_LIVE_URL` sets another server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::print_stdout, reason = "a test that was not run says so")]

use orouter::{
    AbortHandle, ErrorKind, Message, OpenRouter, RequestOptions, ResponsesRequest, Sent, Wire,
};

/// Returns a client and a request; `None` without a key.
fn live() -> Option<(OpenRouter, ResponsesRequest)> {
    let key = std::env::var("OPENROUTER_LIVE_KEY").unwrap_or_default();
    if key.trim().is_empty() {
        // Not worded as a skipped test, because the key is optional.
        println!("opt-in, not run: OPENROUTER_LIVE_KEY holds no key");
        return None;
    }
    let mut builder = OpenRouter::builder().api_key(key);
    if let Ok(url) = std::env::var("OPENROUTER_LIVE_URL") {
        builder = builder.server_url(url);
    }
    let model =
        std::env::var("OPENROUTER_LIVE_MODEL").unwrap_or_else(|_| "openai/gpt-4o-mini".to_owned());
    let request = ResponsesRequest::new(model)
        .input("Reply with the word yes and nothing else.")
        .max_output_tokens(16);
    Some((builder.build().unwrap(), request))
}

#[tokio::test]
async fn create_answers_with_usage_and_a_generation_id() {
    let Some((client, request)) = live() else {
        return;
    };
    let (response, meta) = client
        .responses()
        .create(request)
        .with_meta()
        .await
        .unwrap();
    assert!(response.output_text().to_lowercase().contains("yes"));
    assert!(response.usage.as_ref().unwrap().output_tokens > 0);
    assert!(meta.generation_id().is_some());
    assert!(
        response.unknown().is_empty(),
        "not typed yet: {:?}",
        response.unknown()
    );
}

#[tokio::test]
async fn a_stream_ends_whole_and_its_deltas_are_the_text() {
    let Some((client, request)) = live() else {
        return;
    };
    let mut stream = client.responses().stream(request).await.unwrap();
    let mut text = String::new();
    let mut deltas = stream.text_deltas();
    while let Some(delta) = deltas.next().await {
        text.push_str(&delta.unwrap());
    }
    assert_eq!(stream.into_response().await.unwrap().output_text(), text);
}

#[tokio::test]
async fn what_came_back_can_be_sent_again() {
    let Some((client, request)) = live() else {
        return;
    };
    let first = client
        .beta()
        .responses()
        .send(request.clone())
        .await
        .unwrap();
    let Sent::Response(first) = first else {
        panic!("no stream was asked for")
    };
    let mut history = first.output;
    history.push(Message::user("And again?").into());
    client
        .responses()
        .create(request.input(history))
        .await
        .unwrap();
}

#[tokio::test]
async fn errors_have_their_kinds() {
    let Some((client, request)) = live() else {
        return;
    };
    let unknown = ResponsesRequest::new("no-such/model-at-all").input("hi");
    let error = client.responses().create(unknown).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::NotFound),
        "{error}"
    );
    let error = client
        .responses()
        .create(ResponsesRequest::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest, "{error}");
    let wrong_key = RequestOptions::new().header("authorization", "Bearer wrong");
    let error = client
        .responses()
        .create(request)
        .options(wrong_key)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
}

#[tokio::test]
async fn an_abort_ends_a_stream() {
    let Some((client, request)) = live() else {
        return;
    };
    let abort = AbortHandle::new();
    let options = RequestOptions::new().abort(&abort);
    let mut stream = client
        .responses()
        .stream(request)
        .options(options)
        .await
        .unwrap();
    stream.next().await.unwrap().unwrap();
    abort.abort();
    assert!(stream.next().await.unwrap().unwrap_err().is_aborted());
}

#[tokio::test]
async fn models_are_listed() {
    let Some((client, _)) = live() else { return };
    let models = client.models().list().await.unwrap();
    assert!(models.data.len() > 10);
    assert!(models.data.iter().all(|model| !model.id.is_empty()));
}
