//! The fallback table: for each failure, the next endpoint, the next model, and the final status.

use super::fake::{Turn, fail};
use super::*;
use orouter_server::FailureKind;

/// A failure and its row: the next endpoint is tried, the next model is tried, the status.
fn table() -> Vec<(&'static str, Turn, bool, bool, u16)> {
    let error = |error: Value| Turn::Error(error);
    let coded = |code: &str| error(json!({"code": code, "message": "m"}));
    let status = |code: u16| error(json!({"code": code, "message": "m"}));
    vec![
        ("400", fail(FailureKind::InvalidRequest), false, false, 400),
        ("413", fail(FailureKind::PayloadTooLarge), false, false, 413),
        ("422", fail(FailureKind::Unprocessable), false, false, 422),
        ("event 400", coded("invalid_value"), false, false, 400),
        ("event 413", coded("request_too_large"), false, false, 413),
        ("event 422", status(422), false, false, 422),
        ("image", coded("image_too_large"), false, false, 400),
        ("no image", coded("image_not_found"), false, false, 404),
        (
            "encrypted",
            coded("invalid_encrypted_content"),
            false,
            false,
            400,
        ),
        // No endpoint has a larger limit.
        (
            "context",
            fail(FailureKind::ContextLengthExceeded),
            false,
            true,
            400,
        ),
        (
            "event context",
            coded("context_length_exceeded"),
            false,
            true,
            400,
        ),
        ("output", coded("max_tokens_exceeded"), false, true, 400),
        (
            "moderation",
            fail(FailureKind::ContentPolicy),
            false,
            true,
            400,
        ),
        (
            "event moderation",
            error(json!({"code": 403, "type": "content_policy_violation", "message": "m"})),
            false,
            true,
            403,
        ),
        ("401", coded("invalid_api_key"), true, true, 502),
        ("402", status(402), true, true, 502),
        ("403", status(403), true, true, 502),
        ("quota", coded("insufficient_quota"), true, true, 502),
        ("404", coded("model_not_found"), true, true, 502),
        ("429", fail(FailureKind::RateLimited), true, true, 429),
        ("event 429", coded("rate_limit_exceeded"), true, true, 429),
        ("500", fail(FailureKind::Server), true, true, 500),
        ("event 500", coded("server_error"), true, true, 500),
        (
            "502",
            fail(FailureKind::ProviderUnavailable),
            true,
            true,
            502,
        ),
        (
            "503",
            fail(FailureKind::ProviderOverloaded),
            true,
            true,
            503,
        ),
        ("event 529", status(529), true, true, 529),
        (
            "timeout",
            fail(FailureKind::ProviderTimeout),
            true,
            true,
            524,
        ),
        ("event 408", status(408), true, true, 524),
        ("event 504", status(504), true, true, 524),
        ("405", status(405), true, true, 502),
    ]
}

#[tokio::test]
async fn each_failure_falls_back_as_its_row_says() {
    for (name, turn, next_endpoint, next_model, status) in table() {
        for stream in [false, true] {
            let first = Fake::new("a", &[MODEL], [turn.clone()]);
            let second = Fake::new("b", &[MODEL], [Turn::Answer]);
            let other = Fake::new("c", &[OTHER], [Turn::Answer]);
            let server = serving(&[&first, &second, &other]).await;
            let members = json!({"stream": stream});
            let answer = ask(&server, &members).await;
            let expected = if next_endpoint { 200 } else { status };
            assert_eq!(answer.status, expected, "{name}: {}", answer.text());
            assert_eq!(second.calls(), usize::from(next_endpoint), "{name}");

            second.then([turn.clone()]);
            let members = json!({"stream": stream, "models": [OTHER]});
            let answer = ask(&server, &members).await;
            let expected = if next_model { 200 } else { status };
            assert_eq!(answer.status, expected, "{name}: {}", answer.text());
            assert_eq!(other.calls(), usize::from(next_model), "{name}");
        }
    }
}

#[tokio::test]
async fn the_last_failure_has_its_status_and_lists_the_others() {
    for (name, turn, next_endpoint, _, status) in table() {
        if !next_endpoint {
            continue;
        }
        let first = Fake::new("a", &[MODEL], [fail(FailureKind::ProviderTimeout)]);
        let last = Fake::new("b", &[MODEL], [turn]);
        let server = serving(&[&first, &last]).await;
        let answer = ask(&server, &json!({})).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        let error = answer.error();
        assert_eq!(
            error["metadata"]["previous_errors"],
            json!([{"provider": "a", "status": 524}]),
            "{name}: {error}"
        );
        let metadata = &answer.json()["openrouter_metadata"];
        match status {
            502 | 503 | 524 | 529 => {
                assert_eq!(metadata["attempt"], 2, "{name}");
                assert_eq!(metadata["attempts"][0]["maybe_billed"], true, "{name}");
            }
            _ => assert!(metadata.is_null(), "{name}: {metadata}"),
        }
        if status == 503 {
            let availability = &error["availability"];
            assert_eq!(availability["code"], "temporarily_unavailable");
            assert_eq!(availability["retryable"], true);
            assert_eq!(availability["requested_models"], json!([MODEL]));
            assert_eq!(availability["affected_providers"], json!(["a", "b"]));
        }
    }
}

#[tokio::test]
async fn a_larger_endpoint_is_tried_if_the_prompt_is_too_long() {
    let sized = |name: &str, context: u64, turn: Turn| {
        let mut model = orouter_server::Model::new(MODEL);
        model.context_length = context;
        Fake::of(name, vec![model], [turn])
    };
    let too_long = || fail(FailureKind::ContextLengthExceeded);
    let first = sized("a", 1000, too_long());
    let smaller = sized("b", 500, Turn::Answer);
    let same = sized("c", 1000, Turn::Answer);
    let larger = sized("d", 2000, too_long());
    let largest = sized("e", 3000, Turn::Answer);
    let server = serving(&[&first, &smaller, &same, &larger, &largest]).await;
    let answer = ask(&server, &json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(attempts(&answer), ["a", "d", "e"]);
}

#[tokio::test]
async fn nothing_is_tried_after_content() {
    let delta = json!({"type": "response.output_text.delta", "output_index": 0,
        "content_index": 0, "item_id": "m", "delta": "Hi"});
    let first = Fake::new("a", &[MODEL], [Turn::Event(delta)]);
    let second = Fake::new("b", &[MODEL], [Turn::Answer]);
    let server = serving(&[&first, &second]).await;
    let answer = ask(&server, &json!({"stream": true})).await;
    assert_eq!(answer.status, 200);
    let text = answer.text();
    assert!(text.contains("response.failed"), "{text}");
    assert_eq!(second.calls(), 0);
    // Nothing has reached the client yet, but the upstream has begun.
    assert_eq!(ask(&server, &json!({})).await.status, 502);
    assert_eq!(second.calls(), 0);
}

#[tokio::test]
async fn the_beginning_of_an_item_is_not_content() {
    let added = json!({"type": "response.output_item.added", "output_index": 0, "item": {
        "type": "message", "id": "lost", "role": "assistant", "content": []}});
    for stream in [false, true] {
        let first = Fake::new("a", &[MODEL], [Turn::Event(added.clone())]);
        let second = Fake::new("b", &[MODEL], [Turn::Answer]);
        let server = serving(&[&first, &second]).await;
        let answer = ask(&server, &json!({"stream": stream})).await;
        let text = answer.text();
        assert_eq!(answer.status, 200, "{text}");
        assert_eq!(second.calls(), 1);
        assert!(
            !text.contains("lost") && !text.contains("response.failed"),
            "{text}"
        );
        assert_eq!(stream, text.contains("response.completed"), "{text}");
    }
}

#[tokio::test]
async fn models_are_tried_in_order_and_the_serving_one_is_named() {
    let first = Fake::failing("a", &[MODEL], FailureKind::ProviderOverloaded);
    let other = Fake::new("c", &[OTHER], [Turn::Answer]);
    let server = serving(&[&first, &other]).await;
    let members = json!({"models": ["test/unknown", "TEST/Two"]});
    let answer = ask(&server, &members).await;
    assert_eq!(answer.json()["model"], OTHER, "{}", answer.text());
    let metadata = &answer.json()["openrouter_metadata"];
    assert_eq!(metadata["strategy"], "fallback");
    assert_eq!(metadata["endpoints"]["total"], 2);
}
