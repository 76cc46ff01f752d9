//! For any bytes, the decoder's result does not depend on how they are split, and equals the result
//! of a naive implementation of the WHATWG algorithm.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use bytes::{Bytes, BytesMut};
use orouter_wire::sse::{Decoder, Encoder, SseError};
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Debug, PartialEq)]
enum Step {
    Event {
        event: String,
        data: String,
        id: String,
    },
    TooLarge,
}

fn decode(mut decoder: Decoder, bytes: &[u8], cuts: &[usize]) -> (Vec<Step>, u64, u64) {
    let mut steps = Vec::new();
    let mut rest = bytes;
    let mut cuts = cuts.iter();
    while !rest.is_empty() {
        let length = cuts.next().map_or(rest.len(), |cut| cut % (rest.len() + 1));
        let (chunk, after) = rest.split_at(length);
        rest = after;
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next() {
                Ok(Some(event)) => steps.push(Step::Event {
                    event: event.event.to_owned(),
                    data: event.data.to_owned(),
                    id: event.id.to_owned(),
                }),
                Ok(None) => break,
                Err(SseError::TooLarge { .. }) => steps.push(Step::TooLarge),
                Err(other) => panic!("{other}"),
            }
        }
    }
    (steps, decoder.unfinished(), decoder.comments())
}

/// Naive implementation of the specification's algorithm over a complete stream.
fn naive(bytes: &[u8]) -> Vec<Step> {
    let text = String::from_utf8_lossy(bytes)
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.pop();
    let (mut event, mut data, mut id) = (String::new(), None::<String>, String::new());
    let mut steps = Vec::new();
    for line in lines {
        if line.is_empty() {
            let name = std::mem::take(&mut event);
            if let Some(data) = data.take() {
                let event = if name.is_empty() {
                    "message".to_owned()
                } else {
                    name
                };
                steps.push(Step::Event {
                    event,
                    data,
                    id: id.clone(),
                });
            }
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => event = value.to_owned(),
            "data" => {
                data = Some(match data {
                    Some(data) => data + "\n" + value,
                    None => value.to_owned(),
                });
            }
            "id" if !value.contains('\0') => id = value.to_owned(),
            _ => {}
        }
    }
    steps
}

/// Generates streams of the pieces that change the decoder's state.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(&b"\n"[..]),
        3 => Just(&b"\r"[..]),
        3 => Just(&b"\r\n"[..]),
        3 => Just(&b"\n\n"[..]),
        4 => Just(&b"data"[..]),
        4 => Just(&b"data: x"[..]),
        2 => Just(&b"event: a"[..]),
        2 => Just(&b"event"[..]),
        2 => Just(&b"id: 1"[..]),
        1 => Just(&b"id"[..]),
        1 => Just(&b"retry: 5"[..]),
        3 => Just(&b":"[..]),
        2 => Just(&b" "[..]),
        1 => Just(&b"\0"[..]),
        1 => Just(&b"\xef"[..]),
        1 => Just(&b"\xbb"[..]),
        1 => Just(&b"\xbf"[..]),
        1 => Just(&b"\xef\xbb\xbf"[..]),
        1 => Just(&b"\xe2\x82\xac"[..]),
        1 => Just(&b"{\"type\":\"x\"}"[..]),
    ];
    (any::<bool>(), vec(piece, 0..40)).prop_map(|(bom, pieces)| {
        let mut bytes = if bom {
            b"\xef\xbb\xbf".to_vec()
        } else {
            Vec::new()
        };
        bytes.extend(pieces.concat());
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_gives_the_result_of_the_specification(
        bytes in stream(),
        cuts in vec(0usize..64, 0..40),
    ) {
        let whole = decode(Decoder::new(), &bytes, &[]);
        prop_assert_eq!(&whole.0, &naive(&bytes));
        prop_assert_eq!(&decode(Decoder::new(), &bytes, &cuts), &whole);
        prop_assert_eq!(&decode(Decoder::new(), &bytes, &vec![1; bytes.len()]), &whole);
    }

    #[test]
    fn the_limit_applies_at_the_same_offset_for_any_split(
        bytes in stream(),
        cuts in vec(0usize..64, 0..40),
        limit in 0usize..40,
    ) {
        let whole = decode(Decoder::with_limit(limit), &bytes, &[]);
        prop_assert_eq!(&decode(Decoder::with_limit(limit), &bytes, &cuts), &whole);
        prop_assert_eq!(&decode(Decoder::with_limit(limit), &bytes, &vec![1; bytes.len()]), &whole);
    }

    #[test]
    fn any_text_is_encoded_and_decoded(name in ".*", data in "[\\x00-\\x7f]{0,40}|.*") {
        let mut out = BytesMut::new();
        Encoder::new().text(&name, &data, &mut out);
        let one_line = name.replace(['\n', '\r'], " ");
        let event = if one_line.is_empty() { "message".to_owned() } else { one_line };
        let data = data.replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(naive(&out), vec![Step::Event { event, data, id: String::new() }]);
    }
}
