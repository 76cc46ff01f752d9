//! Encodes spans as OTLP's `ExportTraceServiceRequest` in JSON: identifiers are hexadecimal, integers
//! of 64 bits are strings, and enums are numbers.

use serde_json::{Value as Json, json};

use super::span::{Attributes, Span, Value};
use super::{SCOPE, VERSION};

/// Encodes a request to the collector.
pub(super) fn request(resource: &Attributes, spans: &[Span]) -> Vec<u8> {
    let spans: Vec<Json> = spans.iter().map(span).collect();
    let request = json!({"resourceSpans": [{
        "resource": {"attributes": attributes(resource)},
        "scopeSpans": [{"scope": {"name": SCOPE, "version": VERSION}, "spans": spans}],
    }]});
    request.to_string().into_bytes()
}

fn span(span: &Span) -> Json {
    let mut json = json!({
        "traceId": format!("{:032x}", span.context.trace),
        "spanId": format!("{:016x}", span.context.span),
        "name": span.name,
        "kind": span.kind as u64,
        "startTimeUnixNano": span.start.to_string(),
        "endTimeUnixNano": span.end.to_string(),
        "attributes": attributes(&span.attributes),
        "flags": super::flags(span),
    });
    let mut add = |name: &str, value: Json| {
        if let Some(members) = json.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    if !span.context.state.is_empty() {
        add("traceState", json!(span.context.state));
    }
    if let Some(parent) = span.parent {
        add("parentSpanId", json!(format!("{parent:016x}")));
    }
    if span.failed {
        add("status", json!({"code": super::STATUS_ERROR}));
    }
    json
}

fn attributes(attributes: &Attributes) -> Json {
    let pair = |(name, attribute): &(_, _)| json!({"key": name, "value": value(attribute)});
    attributes.iter().map(pair).collect()
}

fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!({"stringValue": text}),
        Value::Bool(value) => json!({"boolValue": value}),
        Value::Int(number) => json!({"intValue": number.to_string()}),
        Value::Float(number) => json!({"doubleValue": number}),
        Value::Texts(texts) => {
            let texts = texts.iter().map(|text| json!({"stringValue": text}));
            json!({"arrayValue": {"values": texts.collect::<Vec<Json>>()}})
        }
    }
}
