//! Content that an upstream refuses within a success: the client gets an incomplete response, and
//! nothing else is tried.

use orouter_upstream_double::{Reply, Vendor};
use serde_json::{Value, json};

use super::fallback::{Chain, response, success};

/// Returns the body with which an upstream refuses, with this text for the client if the protocol
/// has one.
fn refusal(vendor: Vendor, text: &str) -> Value {
    let mut body = vendor.whole("upstream-model", "");
    match vendor {
        Vendor::Chat => {
            let choice = &mut body["choices"][0];
            choice["finish_reason"] = "content_filter".into();
            choice["message"] = json!({"role": "assistant", "content": null, "refusal": text});
        }
        Vendor::Responses => {
            body["status"] = "incomplete".into();
            body["incomplete_details"] = json!({"reason": "content_filter"});
            body["output"][0]["status"] = "incomplete".into();
            body["output"][0]["content"] = json!([{"type": "refusal", "refusal": text}]);
        }
        Vendor::Anthropic => {
            body["stop_reason"] = "refusal".into();
            body["stop_details"] =
                json!({"type": "refusal", "category": "bio", "explanation": text});
            body["content"] = json!([]);
        }
        Vendor::Gemini => {
            body.as_object_mut().unwrap().remove("candidates");
            body["promptFeedback"] =
                json!({"blockReason": "PROHIBITED_CONTENT", "blockReasonMessage": text});
        }
    }
    body
}

/// Returns the frames of a stream that ends with this refusal, after a text if it is not empty.
fn frames(vendor: Vendor, refusal: &Value, text: &str) -> Vec<String> {
    let data = |value: &Value| format!("data: {value}\n\n");
    let mut frames = match text {
        "" => vendor.lifecycle("upstream-model"),
        text => vendor.start("upstream-model", text),
    };
    match vendor {
        Vendor::Chat => {
            let mut chunk = refusal.clone();
            let choice = chunk["choices"][0].as_object_mut().unwrap();
            let mut delta = choice.remove("message").unwrap();
            delta.as_object_mut().unwrap().remove("content");
            choice.insert("delta".to_owned(), delta);
            frames.extend([data(&chunk), "data: [DONE]\n\n".to_owned()]);
        }
        Vendor::Responses => {
            let mut last = refusal.clone();
            if !text.is_empty() {
                let part = json!({"type": "output_text", "text": text, "annotations": []});
                let content = last["output"][0]["content"].as_array_mut().unwrap();
                content.insert(0, part);
            }
            frames.push(data(
                &json!({"type": "response.incomplete", "response": last}),
            ));
        }
        Vendor::Anthropic => {
            if !text.is_empty() {
                frames.push(data(&json!({"type": "content_block_stop", "index": 0})));
            }
            let delta = json!({"stop_reason": "refusal", "stop_details": refusal["stop_details"]});
            frames.push(data(&json!({"type": "message_delta", "delta": delta,
                "usage": {"output_tokens": 5}})));
            frames.push(data(&json!({"type": "message_stop"})));
        }
        Vendor::Gemini => frames.push(data(refusal)),
    }
    frames
}

/// Asks two upstreams of which the first refuses. Returns the response.
async fn answer(vendor: Vendor, streamed: bool, reply: Reply) -> Value {
    let chain = Chain::new(vendor, vec![reply, success(vendor, streamed, "Hello")]).await;
    let answer = chain.ask(&chain.request(streamed)).await;
    assert_eq!(
        chain.requests(),
        [1, 0],
        "{vendor:?} {streamed}: {}",
        answer.text()
    );
    if streamed {
        let findings = orouter_conformance::audit(&answer.events());
        assert!(
            findings.is_empty(),
            "{vendor:?}: {findings:?}\n{}",
            answer.text()
        );
    }
    response(&answer, streamed)
}

fn check(vendor: Vendor, response: &Value) {
    let reason = &response["incomplete_details"]["reason"];
    assert_eq!(
        (&response["status"], reason),
        (&json!("incomplete"), &json!("content_filter")),
        "{vendor:?}: {response}"
    );
    assert_eq!(
        response["usage"]["input_tokens"], 11,
        "{vendor:?}: {response}"
    );
    let output = response["output"].to_string();
    assert!(output.contains("Not this"), "{vendor:?}: {output}");
}

#[tokio::test]
async fn a_refusal_within_a_success_is_an_incomplete_response() {
    for vendor in Vendor::ALL {
        let refusal = refusal(vendor, "Not this");
        let whole = Reply::json(200, &refusal.to_string());
        check(vendor, &answer(vendor, false, whole).await);
        let stream = Reply::stream(frames(vendor, &refusal, ""));
        check(vendor, &answer(vendor, true, stream).await);
    }
}

#[tokio::test]
async fn a_refusal_after_text_keeps_the_text() {
    for vendor in Vendor::ALL {
        let stream = Reply::stream(frames(
            vendor,
            &refusal(vendor, "Not this"),
            "Half an answer",
        ));
        let response = answer(vendor, true, stream).await;
        check(vendor, &response);
        let output = response["output"].to_string();
        assert!(output.contains("Half an answer"), "{vendor:?}: {output}");
    }
}
