//! Texts that an upstream quotes and that no client may get: this server's credentials at the
//! upstream, and addresses.

use orouter_server::config::Secret;
use orouter_upstream_double::{Reply, Upstream, Vendor};
use serde_json::{Value, json};

use super::fallback::response;
use crate::support::client::HttpResponse;
use crate::support::router::{ask, config, model, provider, start};

/// A key that no heuristic recognises.
const KEY: &str = "our-team-token";

/// Returns the answer to a request at an upstream with this reply.
async fn answer(vendor: Vendor, streamed: bool, reply: Reply) -> HttpResponse {
    let upstream = Upstream::replay([reply]).await.unwrap();
    let mut one = provider("one", vendor, upstream.base_url());
    one.api_key = Some(Secret::new(KEY));
    let server = start(&config([one], [model("test/model", &["one"])])).await;
    server.client().ask(&ask("test/model", streamed)).await
}

/// Error objects that quote the key in one member.
fn errors() -> Vec<Value> {
    let message = format!("the prompt of {KEY} is invalid");
    vec![
        json!({"message": message, "type": "invalid_request_error", "code": "invalid_prompt"}),
        json!({"message": "m", "type": "invalid_request_error", "code": KEY}),
        json!({"message": "m", "type": format!("invalid_request_error {KEY}"), "code": 400}),
    ]
}

#[tokio::test]
async fn the_key_is_in_no_answer() {
    for vendor in Vendor::ALL {
        for error in errors() {
            let body = json!({"error": error}).to_string();
            for status in [200, 400, 429, 503] {
                for streamed in [false, true] {
                    let answer = answer(vendor, streamed, Reply::json(status, &body)).await;
                    assert!(answer.status >= 400, "{vendor:?} {status} {error}");
                    assert!(!answer.text().contains(KEY), "{}", answer.text());
                }
            }
            for begun in [false, true] {
                let mut frames = match begun {
                    true => vendor.start("m", "Hello"),
                    false => vendor.lifecycle("m"),
                };
                frames.push(format!("data: {body}\n\n"));
                let answer = answer(vendor, true, Reply::stream(frames)).await;
                assert!(!answer.text().contains(KEY), "{}", answer.text());
                if begun {
                    let response = response(&answer, true);
                    assert_eq!(response["status"], "failed", "{vendor:?} {error}");
                    assert_eq!(response["output"][0]["content"][0]["text"], "Hello");
                } else {
                    assert!(answer.status >= 400, "{vendor:?} {error}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_key_is_in_no_failed_response() {
    let vendor = Vendor::Responses;
    for (quotes, message) in [
        (true, format!("no prompt for {KEY}")),
        (false, "no  prompt\nfor you".to_owned()),
    ] {
        let mut failed = vendor.whole("m", "Hello");
        failed["status"] = "failed".into();
        failed["error"] = json!({"code": "invalid_prompt", "message": message});
        let event = json!({"type": "response.failed", "response": failed});
        let mut frames = vendor.start("m", "Hello");
        frames.push(format!("data: {event}\n\n"));
        let answer = answer(vendor, true, Reply::stream(frames)).await;
        assert!(!answer.text().contains(KEY), "{}", answer.text());
        let response = response(&answer, true);
        assert_eq!(response["status"], "failed");
        assert_eq!(response["output"][0]["content"][0]["text"], "Hello");
        // Without the key, the upstream's own response is used.
        assert_eq!(
            response["usage"]["input_tokens"] == 11,
            !quotes,
            "{response}"
        );
    }
}
