//! A client of the route.

use serde_json::{Value, json};

use crate::support::{Client, HttpResponse, Running};

pub(crate) const PATH: &str = "/api/v1/chat/completions";

/// A request with a system message and a question.
pub(crate) fn ask(stream: bool) -> Value {
    json!({
        "model": "test/model",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "confidential question"},
        ],
        "stream": stream,
    })
}

/// A request with these further members.
pub(crate) fn ask_with(stream: bool, members: &Value) -> Value {
    let mut request = ask(stream);
    let members = members.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(members);
    request
}

pub(crate) async fn post(server: &Running, body: &Value) -> HttpResponse {
    server.client().post(PATH, body.to_string()).await
}

pub(crate) async fn post_with(
    server: &Running,
    headers: &[(&str, &str)],
    body: &Value,
) -> HttpResponse {
    let bytes = Client::posted_with(PATH, headers, body.to_string().as_bytes());
    server.client().open(&bytes).await.whole().await
}

/// Returns the data of a stream, without its end. Checks that each write is one frame.
pub(crate) fn data(answer: &HttpResponse) -> (Vec<Value>, bool) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        answer.headers["content-type"],
        "text/event-stream; charset=utf-8"
    );
    assert_eq!(answer.headers["cache-control"], "no-cache");
    let mut chunks = Vec::new();
    let mut done = false;
    for chunk in &answer.chunks {
        let text = std::str::from_utf8(chunk).unwrap();
        if text.starts_with(':') {
            continue;
        }
        assert!(!done, "a frame after the end: {text}");
        let frame = text.strip_suffix("\n\n").unwrap();
        assert!(!frame.contains('\n'), "two frames in a write: {frame}");
        let data = frame.strip_prefix("data: ").unwrap();
        if data == "[DONE]" {
            done = true;
        } else {
            chunks.push(serde_json::from_str(data).unwrap());
        }
    }
    (chunks, done)
}

/// Returns the chunks of a complete stream. Checks the members that all have.
pub(crate) fn chunks(answer: &HttpResponse) -> Vec<Value> {
    let (chunks, done) = data(answer);
    assert!(done, "{chunks:?}");
    for chunk in &chunks {
        check_head(chunk, "chat.completion.chunk", answer);
        assert!(chunk.get("error").is_none(), "{chunk}");
    }
    let role = chunks[0]["choices"][0]["delta"]["role"].as_str();
    assert_eq!(role, Some("assistant"));
    chunks
}

pub(crate) fn check_head(document: &Value, object: &str, answer: &HttpResponse) {
    assert_eq!(document["object"], object);
    let id = answer.headers["x-generation-id"].as_str();
    assert_eq!(document["id"], id);
    assert_eq!(document["model"], "test/model");
    assert!(document["created"].as_u64().is_some_and(|time| time > 0));
}

/// Returns the text of the deltas.
pub(crate) fn text(chunks: &[Value]) -> String {
    let texts = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str());
    texts.collect()
}

/// Returns the document with the usage and the metadata: the body, or the last chunk.
pub(crate) fn last(answer: &HttpResponse, stream: bool) -> Value {
    match stream {
        true => chunks(answer).pop().unwrap(),
        false => {
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.json()
        }
    }
}
