//! Recorded streams of many services: each assembles to its final response and follows the
//! auditor's rules, except for the known violations in a list below.
//!
//! The recordings are outside the repository. Without them the tests print that they were skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::{Path, PathBuf};

use bytes::Bytes;
use orouter_wire::assemble::{Assembler, Auditor, events_of};
use orouter_wire::sse::Decoder;
use orouter_wire::{Item, Response, StreamEvent};

/// Known violations: recording, its findings, and the reason.
const KNOWN: &[(&str, &[&str], &str)] = &[
    (
        "005-chatgpt-codex-08260d2a",
        &[EMPTY_OUTPUT],
        "the last response's output is left out",
    ),
    (
        "037-chatgpt-codex-24456298",
        &[EMPTY_OUTPUT],
        "the last response's output is left out",
    ),
    (
        "052-chatgpt-codex-3384131a",
        &[EMPTY_OUTPUT],
        "the last response's output is left out",
    ),
    (
        "016-openai-14439729",
        &[
            "item 0 was never done",
            "item 1 was never done",
            "has 4 items where 2 were done",
        ],
        "of three tool lists fetched at once, two are not reported as done",
    ),
    (
        "021-openai-15fbb646",
        &[
            "has no sequence_number",
            "has no output_index",
            "has no output_index",
        ],
        "recorded from a stand-in that leaves these members out",
    ),
    (
        "042-bedrock-28c539ef",
        &[
            "part 1 of item 1 is added where 0 should follow",
            "the deltas of part 0 of item 1",
        ],
        "content_index counts on from the item before",
    ),
];

const EMPTY_OUTPUT: &str = "the last response has 0 items where 1 were done";

fn recordings(kind: &str) -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/fixtures")
        .join(kind);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no {}", folder.display());
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut named: Vec<(String, PathBuf)> = paths
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    named.sort();
    assert!(
        named.len() > 70,
        "only {} recordings of {kind}",
        named.len()
    );
    named
}

fn events(path: &Path) -> Vec<StreamEvent> {
    let mut decoder = Decoder::new();
    decoder.push(Bytes::from(std::fs::read(path).unwrap()));
    let mut events = Vec::new();
    while let Some(event) = decoder.next().unwrap() {
        if !event.is_done() {
            events.push(orouter_wire::from_str(event.data).unwrap());
        }
    }
    if let Some(event) = decoder.take_unfinished().unwrap() {
        events.push(orouter_wire::from_str(event.data).unwrap());
    }
    events
}

fn known(name: &str) -> &'static [&'static str] {
    KNOWN
        .iter()
        .find(|(file, ..)| *file == name)
        .map_or(&[], |(_, findings, _)| findings)
}

#[test]
fn recordings_follow_the_rules_except_known_violations() {
    for (name, path) in recordings("responses-stream") {
        let mut auditor = Auditor::new();
        for event in events(&path) {
            auditor.push(&event);
        }
        let found: Vec<String> = auditor.finish().iter().map(ToString::to_string).collect();
        let known = known(&name);
        assert_eq!(found.len(), known.len(), "{name}: {found:#?}");
        for (found, known) in found.iter().zip(known) {
            assert!(found.contains(known), "{name}: {found}");
        }
    }
}

#[test]
fn recordings_assemble_to_their_own_final_response() {
    for (name, path) in recordings("responses-stream") {
        let events = events(&path);
        let last = events
            .iter()
            .rev()
            .find_map(StreamEvent::response)
            .cloned()
            .unwrap();
        let (mut lent, mut given, mut parts) =
            (Assembler::new(), Assembler::new(), Assembler::new());
        for event in events {
            lent.push(&event);
            if !event.is_terminal() {
                parts.push(&event);
            }
            given.push_owned(event);
        }
        assert_eq!(lent.snapshot(), given.snapshot(), "{name}");
        assert!(lent.is_finished() && !parts.is_finished(), "{name}");

        let mut expected = last.clone();
        if known(&name).contains(&EMPTY_OUTPUT) {
            assert_eq!(last.output, [], "{name}");
            expected.output = parts.snapshot().output.clone();
            assert_ne!(expected.output, [], "{name}");
        }
        assert_eq!(lent.into_response(), expected, "{name}");

        // The response assembled without the last event has the same items. In one recording, two
        // tool lists occur only in the last event.
        if name != "016-openai-14439729" {
            assert_eq!(decrypted(parts.snapshot()), decrypted(&expected), "{name}");
        }
    }
}

/// Returns the items without encrypted content, which differs each time.
fn decrypted(response: &Response) -> Vec<Item> {
    let mut output = response.output.clone();
    for item in &mut output {
        if let Item::Reasoning(reasoning) = item {
            reasoning.encrypted_content = None;
        }
    }
    output
}

#[test]
fn responses_emit_valid_streams_that_assemble_to_the_same_response() {
    let mut responses: Vec<(String, Response)> = Vec::new();
    for (name, path) in recordings("responses-stream") {
        let last = events(&path)
            .iter()
            .rev()
            .find_map(StreamEvent::response)
            .cloned();
        responses.push((name, last.unwrap()));
    }
    for (name, path) in recordings("responses-body") {
        let response: Response = orouter_wire::from_slice(&std::fs::read(path).unwrap()).unwrap();
        responses.push((name, response));
    }
    for (name, response) in responses {
        let (mut auditor, mut whole, mut parts) =
            (Auditor::new(), Assembler::new(), Assembler::new());
        let mut last = None;
        for event in events_of(&response) {
            auditor.push(&event);
            whole.push(&event);
            if !event.is_terminal() {
                parts.push(&event);
            }
            last = event.into_response().or(last);
        }
        assert_eq!(auditor.finish(), [], "{name}");
        let last = last.unwrap();
        assert_eq!(whole.snapshot(), &last, "{name}");
        assert_eq!(parts.snapshot().output, last.output, "{name}");
        assert_eq!(response.output_text(), last.output_text(), "{name}");
        let same_ids = response.output.iter().all(|item| item.id().is_some());
        if same_ids && response.is_finished() {
            assert_eq!(response, last, "{name}");
        }
    }
}
