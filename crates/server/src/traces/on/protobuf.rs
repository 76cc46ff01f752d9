//! Encodes spans as OTLP's `ExportTraceServiceRequest` in protobuf. The numbers are those of the
//! fields in `opentelemetry/proto/trace/v1/trace.proto` and the files that it imports.

use super::span::{Attributes, Span, Value};
use super::{SCOPE, VERSION};

/// Encodes a request to the collector.
pub(super) fn request(resource: &Attributes, spans: &[Span]) -> Vec<u8> {
    let mut request = Message::default();
    request.message(1, |resource_spans| {
        resource_spans.message(1, |message| attributes(message, 1, resource));
        resource_spans.message(2, |scope_spans| {
            scope_spans.message(1, |scope| {
                scope.bytes(1, SCOPE.as_bytes());
                scope.bytes(2, VERSION.as_bytes());
            });
            for one in spans {
                scope_spans.message(2, |message| span(message, one));
            }
        });
    });
    request.0
}

fn span(message: &mut Message, span: &Span) {
    message.bytes(1, &span.context.trace.to_be_bytes());
    message.bytes(2, &span.context.span.to_be_bytes());
    if !span.context.state.is_empty() {
        message.bytes(3, span.context.state.as_bytes());
    }
    if let Some(parent) = span.parent {
        message.bytes(4, &parent.to_be_bytes());
    }
    message.bytes(5, span.name.as_bytes());
    message.number(6, span.kind as u64);
    message.fixed64(7, span.start);
    message.fixed64(8, span.end);
    attributes(message, 9, &span.attributes);
    if span.failed {
        message.message(15, |status| status.number(3, super::STATUS_ERROR));
    }
    message.fixed32(16, super::flags(span));
}

fn attributes(message: &mut Message, field: u64, attributes: &Attributes) {
    for (name, attribute) in attributes {
        message.message(field, |pair| {
            pair.bytes(1, name.as_bytes());
            pair.message(2, |any| value(any, attribute));
        });
    }
}

fn value(message: &mut Message, value: &Value) {
    match value {
        Value::Text(text) => message.bytes(1, text.as_bytes()),
        Value::Bool(value) => message.number(2, u64::from(*value)),
        Value::Int(number) => message.number(3, number.cast_unsigned()),
        Value::Float(number) => message.fixed64(4, number.to_bits()),
        Value::Texts(texts) => message.message(5, |array| {
            for text in texts {
                array.message(1, |any| any.bytes(1, text.as_bytes()));
            }
        }),
    }
}

/// A message of protobuf.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn number(&mut self, field: u64, number: u64) {
        self.varint(field << 3);
        self.varint(number);
    }

    fn fixed64(&mut self, field: u64, number: u64) {
        self.varint(field << 3 | 1);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn fixed32(&mut self, field: u64, number: u32) {
        self.varint(field << 3 | 5);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.0.extend_from_slice(bytes);
    }

    fn message(&mut self, field: u64, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.bytes(field, &inner.0);
    }
}
