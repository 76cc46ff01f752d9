//! Output of a model can be sent back unchanged, including items of unknown types.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{Item, Message, ResponsesRequest, testing::Reply};
use serde_json::{Value, json};
use support::{RESPONSE, replay};

#[tokio::test]
async fn output_goes_back_in_member_for_member() {
    let output = json!([
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "abc", "signature": "sig", "format": "anthropic-claude-v1"},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "phase": "final_answer",
         "content": [{"type": "output_text", "text": "Hi", "annotations": []}, {"type": "brand_new", "x": [1, null]}]},
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": "{}", "status": "completed"},
        {"type": "openrouter:brand_new", "id": "x", "deep": {"a": 1, "b": null}},
    ]);
    let body = json!({"id": "resp_1", "status": "completed", "output": output});
    let (client, transport, _) = replay([Reply::json(body.to_string()), Reply::json(RESPONSE)]);
    let first = client
        .responses()
        .create(ResponsesRequest::new("m").input("hi"))
        .await
        .unwrap();

    let mut history: Vec<Item> = first.output;
    history.push(Message::user("And now?").into());
    client
        .responses()
        .create(ResponsesRequest::new("m").input(history))
        .await
        .unwrap();
    let sent: Value = serde_json::from_slice(transport.last_request().unwrap().body()).unwrap();
    let input = sent["input"].as_array().unwrap();
    assert_eq!(&input[..4], output.as_array().unwrap().as_slice());
    assert_eq!(input[4]["role"], "user");
}
