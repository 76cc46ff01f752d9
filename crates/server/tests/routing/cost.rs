//! Usage and cost of responses.

use orouter_server::Amount;
use orouter_server::provider::Price;

use super::fake::Turn;
use super::*;

async fn usage(model: orouter_server::Model, event: Value) -> Value {
    let fake = Fake::of("a", vec![model], [Turn::Event(event)]);
    let server = serving(&[&fake]).await;
    let answer = ask(&server, &json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["usage"].clone()
}

fn priced() -> orouter_server::Model {
    let mut model = orouter_server::Model::new(MODEL);
    let mut price = Price::per_million(2.0, 10.0);
    price.cache_read = Some(Amount::per_million(0.5));
    price.cache_write = Some(Amount::per_million(2.5));
    price.request = Amount::from_usd(0.001);
    model.price = Some(price);
    model
}

fn completed(usage: &Value) -> Value {
    let output = json!([{"type": "message", "id": "m", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": "ok", "annotations": []}]}]);
    json!({"type": "response.completed", "response": {
        "status": "completed", "output": output, "usage": usage}})
}

#[tokio::test]
async fn cost_is_that_of_the_serving_endpoint() {
    let reported = json!({
        "input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100,
        "input_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 100},
        "output_tokens_details": {"reasoning_tokens": 40}});
    let usage = usage(priced(), completed(&reported)).await;
    let expected = 300.0 * 2e-6 + 600.0 * 0.5e-6 + 100.0 * 2.5e-6 + 100.0 * 10e-6 + 0.001;
    let close = |value: &Value| (value.as_f64().unwrap() - expected).abs() < 1e-12;
    assert!(close(&usage["cost"]), "{usage}");
    let details = &usage["cost_details"];
    assert!(close(&details["upstream_inference_cost"]), "{usage}");
    let part = |name: &str| details[name].as_f64().unwrap();
    let sum = part("upstream_inference_input_cost") + part("upstream_inference_output_cost");
    assert!((sum - expected).abs() < 1e-12, "{usage}");
    assert_eq!(usage["is_byok"], false);
}

#[tokio::test]
async fn a_cost_that_the_upstream_reports_is_the_upstreams() {
    let reported = json!({
        "input_tokens": 1, "output_tokens": 1, "total_tokens": 2, "cost": 0.5, "is_byok": true});
    let known = usage(priced(), completed(&reported)).await;
    assert!(
        (known["cost"].as_f64().unwrap() - 0.001_012).abs() < 1e-12,
        "{known}"
    );
    assert_eq!(known["cost_details"]["upstream_inference_cost"], 0.5);
    assert_eq!(known["is_byok"], false);
    let unknown = usage(orouter_server::Model::new(MODEL), completed(&reported)).await;
    assert!(unknown["cost"].is_null(), "{unknown}");
    assert_eq!(unknown["cost_details"]["upstream_inference_cost"], 0.5);
}

#[tokio::test]
async fn a_response_without_output_is_not_charged() {
    let reported = json!({"input_tokens": 1000, "output_tokens": 0, "total_tokens": 1000});
    let blank = json!({"type": "response.completed", "response": {
        "status": "completed", "output": [], "usage": reported}});
    assert_eq!(usage(priced(), blank).await["cost"], 0.0);
    let filtered = json!({"type": "response.incomplete", "response": {
        "status": "incomplete", "output": [], "usage": reported,
        "incomplete_details": {"reason": "content_filter"}}});
    let charged = usage(priced(), filtered).await;
    assert!(charged["cost"].as_f64().unwrap() > 0.0, "{charged}");
}

#[tokio::test]
async fn usage_that_the_provider_leaves_out_is_estimated() {
    for event in [
        completed(&Value::Null),
        json!({"type": "response.cancelled", "response": {"status": "cancelled", "output": [
            {"type": "message", "id": "m", "role": "assistant", "content": []}]}}),
    ] {
        let usage = usage(priced(), event).await;
        assert!(usage["input_tokens"].as_u64().unwrap() > 0, "{usage}");
        assert!(usage["cost"].as_f64().unwrap() > 0.0, "{usage}");
        let sum =
            usage["input_tokens"].as_u64().unwrap() + usage["output_tokens"].as_u64().unwrap();
        assert_eq!(usage["total_tokens"], sum);
    }
}

#[tokio::test]
async fn a_terminal_event_without_a_response_has_usage() {
    for kind in ["completed", "incomplete", "cancelled", "done"] {
        let event = json!({"type": format!("response.{kind}")});
        let usage = usage(priced(), event).await;
        assert!(
            usage["input_tokens"].as_u64().unwrap() > 0,
            "{kind}: {usage}"
        );
        assert_eq!(usage["output_tokens"], 0, "{kind}");
        assert_eq!(usage["cost"], 0.0, "{kind}");
    }
}

#[tokio::test]
async fn a_response_that_the_upstream_cancels_is_charged() {
    let reported =
        json!({"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100, "cost": 0.5});
    let expected = 1000.0 * 2e-6 + 100.0 * 10e-6 + 0.001;
    for (kind, status) in [
        ("response.cancelled", "cancelled"),
        ("response.incomplete", "incomplete"),
        ("response.done", "cancelled"),
        ("response.completed", "cancelled"),
    ] {
        let event =
            json!({"type": kind, "response": {"status": status, "output": [], "usage": reported}});
        let usage = usage(priced(), event).await;
        let cost = usage["cost"].as_f64().unwrap();
        assert!((cost - expected).abs() < 1e-12, "{kind}: {usage}");
        assert_eq!(
            usage["cost_details"]["upstream_inference_cost"], 0.5,
            "{kind}"
        );
    }
    let none = json!({"input_tokens": 1000, "output_tokens": 0, "total_tokens": 1000});
    let blank = json!({"type": "response.cancelled", "response": {"status": "cancelled", "output": [], "usage": none}});
    assert_eq!(usage(priced(), blank).await["cost"], 0.0);
}

#[tokio::test]
async fn usage_that_cannot_be_right_is_estimated() {
    let estimate = usage(priced(), completed(&Value::Null)).await;
    // The text of the output is "ok".
    assert_eq!(estimate["output_tokens"], 1);
    for reported in [
        json!({"input_tokens": -5, "output_tokens": 3, "total_tokens": -2}),
        json!({"input_tokens": 5, "output_tokens": "3", "total_tokens": 8}),
        json!({"input_tokens": 10.5, "output_tokens": 3, "total_tokens": 13.5}),
        json!({"input_tokens": 1e30, "output_tokens": 3, "total_tokens": 3}),
        json!({"input_tokens": 1, "output_tokens": u64::MAX, "total_tokens": 3}),
        json!("none"),
    ] {
        assert_eq!(
            usage(priced(), completed(&reported)).await,
            estimate,
            "{reported}"
        );
    }
}

#[tokio::test]
async fn parts_of_the_usage_that_cannot_be_right_are_left_out() {
    let reported = json!({"input_tokens": 10, "output_tokens": 5.0, "total_tokens": "15",
        "input_tokens_details": {"cached_tokens": -4}, "cost": -1,
        "output_tokens_details": {"reasoning_tokens": "x", "audio_tokens": 2},
        "cost_details": {"upstream_inference_cost": -2, "upstream_inference_input_cost": "x"}});
    let usage = usage(priced(), completed(&reported)).await;
    let cost = 10.0 * 2e-6 + 5.0 * 10e-6 + 0.001;
    let close = |value: &Value| (value.as_f64().unwrap() - cost).abs() < 1e-12;
    assert!(close(&usage["cost"]), "{usage}");
    assert!(
        close(&usage["cost_details"]["upstream_inference_cost"]),
        "{usage}"
    );
    assert_eq!(usage["total_tokens"], 15);
    assert_eq!(usage["input_tokens_details"]["cached_tokens"], 0);
    assert_eq!(
        usage["output_tokens_details"],
        json!({"reasoning_tokens": 0, "audio_tokens": 2})
    );
}
