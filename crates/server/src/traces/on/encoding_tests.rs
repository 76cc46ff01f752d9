use serde_json::{Value as Json, json};

use super::context::TraceContext;
use super::span::{Clock, Kind, Span, Value};
use super::{json, protobuf};

/// The bytes of the span in protobuf, as OpenTelemetry's library for Python writes them.
const PROTOBUF: &str = "\
    0a100af7651916cd43dd8448eb211c80319c120800f067aa0ba902b71a03613d312208b7ad6b71692033312a\
    076368617420c3a930033901002a36fe9c97174102cac471fe9c97174a8e010a04746578741285010a820178\
    7878787878787878787878787878787878787878787878787878787878787878787878787878787878787878\
    7878787878787878787878787878787878787878787878787878787878787878787878787878787878787878\
    78787878787878787878787878787878787878787878787878787878787878787878787878787878784a170a\
    086e65676174697665120b18f9ffffffffffffffff014a110a047a65726f12092100000000000000004a080a\
    026e6f120210004a160a046c697374120e2a0c0a060a0473746f700a020a007a021802850101030000";

fn span() -> Span {
    let context = TraceContext {
        trace: 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c,
        span: 0x00f0_67aa_0ba9_02b7,
        sampled: true,
        state: "a=1".to_owned(),
    };
    let mut span = Span::start("chat é".to_owned(), Kind::Client, context, Clock::start());
    span.parent = Some(0xb7ad_6b71_6920_3331);
    span.remote = true;
    span.start = 1_700_000_000_000_000_001;
    span.end = 1_700_000_001_000_000_002;
    span.set("text", "x".repeat(130));
    span.set("negative", -7_i64);
    span.set("zero", 0.0);
    span.set("no", false);
    span.set("list", Value::Texts(vec!["stop".into(), "".into()]));
    span.failed = true;
    span
}

#[test]
fn protobuf_is_that_of_the_official_library() {
    let request = protobuf::request(&Vec::new(), &[span()]);
    let hex: String = request.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(hex.ends_with(PROTOBUF), "{hex}");
}

#[test]
fn json_has_the_form_of_otlp() {
    let resource = vec![("service.name".into(), Value::from("gateway"))];
    let request = json::request(&resource, &[span()]);
    let request: Json = serde_json::from_slice(&request).unwrap();
    let resource = &request["resourceSpans"][0];
    assert_eq!(
        resource["resource"],
        json!({"attributes": [{"key": "service.name", "value": {"stringValue": "gateway"}}]})
    );
    let scope = &resource["scopeSpans"][0];
    assert_eq!(scope["scope"]["name"], "orouter-server");
    let expected = json!([{
        "traceId": "0af7651916cd43dd8448eb211c80319c",
        "spanId": "00f067aa0ba902b7",
        "traceState": "a=1",
        "parentSpanId": "b7ad6b7169203331",
        "flags": 0x301,
        "name": "chat é",
        "kind": 3,
        "startTimeUnixNano": "1700000000000000001",
        "endTimeUnixNano": "1700000001000000002",
        "attributes": [
            {"key": "text", "value": {"stringValue": "x".repeat(130)}},
            {"key": "negative", "value": {"intValue": "-7"}},
            {"key": "zero", "value": {"doubleValue": 0.0}},
            {"key": "no", "value": {"boolValue": false}},
            {"key": "list", "value": {"arrayValue": {"values": [
                {"stringValue": "stop"}, {"stringValue": ""},
            ]}}},
        ],
        "status": {"code": 2},
    }]);
    assert_eq!(scope["spans"], expected);
}
