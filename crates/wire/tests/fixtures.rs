//! Recorded traffic of many services: every body and every event decodes without loss, and
//! everything in it has a type, except for the entries of a list below.
//!
//! The recordings are outside the repository. Without them the tests print that they were skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::path::Path;

use orouter_wire::sse::Decoder;
use orouter_wire::{ErrorResponse, Response, ResponsesRequest, StreamEvent, Wire};
use serde_json::Value;

/// Values that have no type and need none: pointer (with `*` for each index) and reason.
const UNTYPED: &[(&str, &str)] = &[
    (
        "response:/status",
        "\"complete\" is no status; the recording was written by hand",
    ),
    (
        "response:/status_details",
        "of an older draft, always null; written by hand",
    ),
    (
        "response:/tool_calls",
        "of the chat API, always null; written by hand",
    ),
    (
        "response:/total_tokens",
        "belongs into usage; written by hand",
    ),
    (
        "response:/output/*",
        "a made-up type, to see what clients do with it",
    ),
];

fn recordings(kind: &str, at_least: usize) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/fixtures")
        .join(kind);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no {}", folder.display());
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut all: Vec<(String, Vec<u8>)> = paths
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect();
    all.sort();
    assert!(
        all.len() >= at_least,
        "{kind}: only {} recordings",
        all.len()
    );
    all
}

/// Problems, each with the recordings in which it was found.
#[derive(Default)]
struct Findings(BTreeMap<String, Vec<String>>);

impl Findings {
    fn add(&mut self, what: String, place: &str) {
        self.0.entry(what).or_default().push(place.to_owned());
    }

    /// Decodes and encodes a value through the crate's functions and through serde.
    fn check<T>(&mut self, root: &str, place: &str, text: &str)
    where
        T: Wire + PartialEq + serde::Serialize + serde::de::DeserializeOwned,
    {
        let before: Value = serde_json::from_str(text).unwrap();
        let value: T = match orouter_wire::from_str(text) {
            Ok(value) => value,
            Err(error) => return self.add(format!("{root} does not decode: {error}"), place),
        };
        let written = orouter_wire::to_string(&value);
        let after: Value = serde_json::from_str(&written).unwrap();
        for pointer in losses(&before, &after) {
            self.add(format!("{root} loses {pointer}"), place);
        }
        for pointer in value.unknown() {
            let place_of_many = format!("{root}:{}", generalised(&pointer));
            if !UNTYPED.iter().any(|(known, _)| *known == place_of_many) {
                self.add(format!("{place_of_many} has no type"), place);
            }
        }
        match serde_json::from_str::<T>(text) {
            Ok(same) if same == value => {}
            Ok(_) => self.add(format!("{root} differs when serde decodes it"), place),
            Err(error) => self.add(format!("{root} does not decode with serde: {error}"), place),
        }
        let by_serde: Value = serde_json::to_value(&value).unwrap();
        if !losses(&after, &by_serde).is_empty() {
            self.add(format!("{root} differs when serde encodes it"), place);
        }
    }

    fn report(self, seen: usize, kind: &str) {
        println!("{kind}: {seen} values");
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|(what, places)| format!("{what} ({}x, as in {})", places.len(), places[0]))
            .collect();
        assert!(lines.is_empty(), "{kind}:\n{}", lines.join("\n"));
    }
}

/// Returns pointers to the differences. A null member equals an absent one.
fn losses(before: &Value, after: &Value) -> Vec<String> {
    fn walk(before: &Value, after: &Value, path: &str, found: &mut Vec<String>) {
        match (before, after) {
            (Value::Object(a), Value::Object(b)) => {
                let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
                for name in names {
                    let of = |map: &serde_json::Map<String, Value>| map.get(name).cloned();
                    let (a, b) = (of(a).unwrap_or_default(), of(b).unwrap_or_default());
                    walk(&a, &b, &format!("{path}/{name}"), found);
                }
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (index, (a, b)) in a.iter().zip(b).enumerate() {
                    walk(a, b, &format!("{path}/{index}"), found);
                }
            }
            (Value::Number(a), Value::Number(b)) if close(a, b) => {}
            (a, b) if a == b => {}
            _ => found.push(path.to_owned()),
        }
    }
    let mut found = Vec::new();
    walk(before, after, "", &mut found);
    found
}

/// Returns `true` if two numbers are equal except for the last bit, which serde_json can get wrong.
fn close(a: &serde_json::Number, b: &serde_json::Number) -> bool {
    let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else {
        return false;
    };
    (a - b).abs() <= f64::EPSILON * a.abs()
}

fn generalised(pointer: &str) -> String {
    let is_index = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = pointer
        .split('/')
        .map(|part| if is_index(part) { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn bodies_decode_without_loss() {
    let mut findings = Findings::default();
    let all = recordings("responses-body", 100);
    for (name, bytes) in &all {
        findings.check::<Response>("response", name, std::str::from_utf8(bytes).unwrap());
    }
    findings.report(all.len(), "responses-body");
}

#[test]
fn requests_decode_without_loss() {
    let mut findings = Findings::default();
    let all = recordings("responses-request", 150);
    for (name, bytes) in &all {
        findings.check::<ResponsesRequest>("request", name, std::str::from_utf8(bytes).unwrap());
    }
    findings.report(all.len(), "responses-request");
}

#[test]
fn errors_decode_without_loss() {
    let mut findings = Findings::default();
    let all = recordings("responses-error", 3);
    for (name, bytes) in &all {
        let text = std::str::from_utf8(bytes).unwrap();
        findings.check::<ErrorResponse>("error", name, text);
        let body: ErrorResponse = orouter_wire::from_str(text).unwrap();
        assert!(!body.message().unwrap().is_empty(), "{name}");
    }
    findings.report(all.len(), "responses-error");
}

#[test]
fn every_event_of_every_stream_decodes_without_loss() {
    let mut findings = Findings::default();
    let mut seen = 0;
    for (name, bytes) in recordings("responses-stream", 70) {
        let mut decoder = Decoder::new();
        decoder.push(bytes);
        while let Some(event) = decoder.next().unwrap() {
            if !event.is_done() {
                seen += 1;
                findings.check::<StreamEvent>("event", &format!("{name} #{seen}"), event.data);
            }
        }
        if let Some(event) = decoder.take_unfinished().unwrap() {
            seen += 1;
            findings.check::<StreamEvent>("event", &format!("{name} #{seen}"), event.data);
        }
    }
    findings.report(seen, "responses-stream");
}
