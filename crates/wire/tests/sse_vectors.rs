//! The decoder on the public test vectors of other event stream parsers, each split in every way.
//!
//! The vectors are outside the repository. Without them the tests print that they were skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use orouter_wire::sse::Decoder;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    name: String,
    bytes_base64: String,
    chunk_splits: Vec<usize>,
    expected_events: Vec<Expected>,
    #[serde(default)]
    expected_retry: Option<Vec<u64>>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Expected {
    event: String,
    data: String,
    id: String,
}

fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Expected>, Option<u64>) {
    let mut decoder = Decoder::new();
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        while let Some(event) = decoder.next().unwrap() {
            events.push(Expected {
                event: event.event.to_owned(),
                data: event.data.to_owned(),
                id: event.id.to_owned(),
            });
        }
    }
    (events, decoder.retry())
}

#[test]
fn public_vectors_at_every_split() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/sse.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return;
    };
    let vectors: Vec<Vector> = serde_json::from_str(&text).unwrap();
    assert!(vectors.len() >= 100, "only {} vectors", vectors.len());
    for vector in vectors {
        let name = &vector.name;
        let bytes = STANDARD.decode(&vector.bytes_base64).unwrap();
        let check = |what: &str, (events, retry): (Vec<Expected>, Option<u64>)| {
            assert_eq!(events, vector.expected_events, "{name}, {what}");
            if let Some(expected) = &vector.expected_retry {
                assert_eq!(retry.as_ref(), expected.last(), "{name}, {what}");
            }
        };
        check("whole", decode([&bytes[..]]));
        check("byte by byte", decode(bytes.chunks(1)));
        for at in 0..=bytes.len() {
            check(
                &format!("split at {at}"),
                decode([&bytes[..at], &bytes[at..]]),
            );
        }
        let mut from = 0;
        let mut given = Vec::new();
        for &to in vector.chunk_splits.iter().chain([&bytes.len()]) {
            given.push(&bytes[from..to]);
            from = to;
        }
        check("as given", decode(given));
    }
}
