use bytes::{Bytes, BytesMut};
use orouter_wire::assemble::{Assembler, Auditor, events_of};
use orouter_wire::sse::{Decoder, Encoder, SseError};
use orouter_wire::{ErrorResponse, Response, ResponsesRequest, StreamEvent, Wire};
use serde_json::{Map, Value};

/// The first byte determines how the rest is split. The decoder's result must not depend on it.
pub fn sse(data: &[u8]) {
    let Some((cut, bytes)) = data.split_first() else {
        return;
    };
    let limit = 64;
    let whole = frames(Decoder::with_limit(limit), bytes, bytes.len().max(1));
    assert_eq!(
        frames(Decoder::with_limit(limit), bytes, usize::from(*cut).max(1)),
        whole
    );
    assert_eq!(frames(Decoder::with_limit(limit), bytes, 1), whole);

    // Decoded events are encoded and decoded again without a change.
    let unlimited = frames(Decoder::new(), bytes, bytes.len().max(1));
    let mut out = BytesMut::new();
    for (event, data, _) in unlimited.0.iter().flatten() {
        Encoder::new().text(event, data, &mut out);
    }
    let again = frames(Decoder::new(), &out, usize::from(*cut).max(1));
    assert_eq!(again.1, 0);
    let kept = |frames: &Frames| -> Vec<(String, String)> {
        frames
            .0
            .iter()
            .flatten()
            .map(|(event, data, _)| (event.clone(), data.clone()))
            .collect()
    };
    assert_eq!(kept(&again), kept(&unlimited));
}

/// Events or errors, and the number of unfinished bytes.
type Frames = (
    Vec<Result<(String, String, String), SseError>>,
    u64,
    u64,
    Option<u64>,
);

fn frames(mut decoder: Decoder, bytes: &[u8], size: usize) -> Frames {
    let mut frames = Vec::new();
    for chunk in bytes.chunks(size) {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next() {
                Ok(Some(event)) => frames.push(Ok((
                    event.event.to_owned(),
                    event.data.to_owned(),
                    event.id.to_owned(),
                ))),
                Ok(None) => break,
                Err(error) => frames.push(Err(error)),
            }
        }
    }
    (
        frames,
        decoder.unfinished(),
        decoder.comments(),
        decoder.retry(),
    )
}

/// An event is encoded and decoded without a change.
pub fn event(data: &[u8]) {
    round_trip::<StreamEvent>(data);
}

/// A request is encoded and decoded without a change.
pub fn request(data: &[u8]) {
    round_trip::<ResponsesRequest>(data);
}

/// A response is encoded and decoded without a change, and can be emitted as a valid stream.
pub fn response(data: &[u8]) {
    if let Some(response) = round_trip::<Response>(data) {
        let mut assembler = Assembler::new();
        let mut auditor = Auditor::new();
        let mut last = None;
        for event in events_of(&response) {
            assembler.push(&event);
            auditor.push(&event);
            last = event.into_response();
        }
        assert_eq!(auditor.finish(), []);
        assert_eq!(Some(assembler.into_response()), last);
    }
}

/// An error body is encoded and decoded without a change.
pub fn error(data: &[u8]) {
    round_trip::<ErrorResponse>(data);
}

/// Any events, one per line, assemble to a response. Borrowed and owned events give the same
/// response.
pub fn assembler(data: &[u8]) {
    let (mut lent, mut given, mut auditor) = (Assembler::new(), Assembler::new(), Auditor::new());
    let mut bytes = 0;
    for line in data.split(|byte| *byte == b'\n') {
        let Ok(event) = orouter_wire::from_slice::<StreamEvent>(line) else {
            continue;
        };
        bytes += line.len();
        auditor.push(&event);
        lent.push(&event);
        given.push_owned(event);
    }
    for finding in auditor.finish() {
        assert!(!finding.to_string().is_empty());
    }
    assert_eq!(lent.snapshot(), given.snapshot());
    let whole = orouter_wire::to_string(lent.snapshot());
    assert!(
        whole.len() <= 4096 + 64 * bytes,
        "{} bytes of {bytes}",
        whole.len()
    );
    let again: Response = orouter_wire::from_str(&whole).unwrap();
    let third: Response = orouter_wire::from_str(&orouter_wire::to_string(&again)).unwrap();
    assert_eq!(third, again);
}

fn has_line_ends(data: &[u8]) -> bool {
    data.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
}

/// Decodes, encodes and decodes again. The values must be equal, and so must the JSON except for
/// the order of members and null members.
fn round_trip<T: Wire + PartialEq + std::fmt::Debug>(data: &[u8]) -> Option<T> {
    let value: T = orouter_wire::from_slice(data).ok()?;
    let text = orouter_wire::to_string(&value);
    let again: T = orouter_wire::from_str(&text).unwrap();
    let third: T = orouter_wire::from_str(&orouter_wire::to_string(&again)).unwrap();
    assert_eq!(third, again);
    assert_eq!(orouter_wire::to_string(&again), text);
    assert!(!text.contains(['\n', '\r']));
    // Line breaks between the tokens of a raw part are not encoded, so a value is one line.
    if !has_line_ends(data) {
        assert_eq!(again, value);
    }
    for pointer in value.unknown() {
        assert!(pointer.is_empty() || pointer.starts_with('/'), "{pointer}");
    }
    // serde_json rejects some values that this crate keeps raw: deep nesting, lone surrogates, huge
    // numbers.
    if let Ok(before) = serde_json::from_slice::<Value>(data) {
        let after: Value = serde_json::from_str(&text).unwrap();
        assert!(same(&after, &before), "{after} of {before}");
    }
    Some(value)
}

/// Returns `true` for equal JSON, except for null members and `1.0` for `1`.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let count = |members: &Map<String, Value>| {
                members.values().filter(|value| !value.is_null()).count()
            };
            let mut members = a.iter().filter(|(_, value)| !value.is_null());
            count(a) == count(b)
                && members.all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() || other.is_f64() => {
            // serde_json reads some fractions with a wrong last bit, so twelve digits are compared.
            let (Some(one), Some(other)) = (one.as_f64(), other.as_f64()) else {
                return false;
            };
            (one - other).abs() <= one.abs() * 1e-12
        }
        _ => a == b,
    }
}
