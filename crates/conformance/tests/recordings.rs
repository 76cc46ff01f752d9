//! Recorded streams of many senders: each assembles to its own final response and keeps the
//! auditor's rules, or is on the list below that says what its sender did. The recordings lie
//! beside the project; where they do not, this says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::{Path, PathBuf};

use orouter_conformance::{Auditor, audit, read_events};
use orouter_wire::assemble::{Assembler, events_of};
use orouter_wire::{Item, Response, StreamEvent};

/// What senders did against the rules: the recording, what the findings there say, and why.
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
    read_events(std::fs::read(path).unwrap()).unwrap()
}

fn known(name: &str) -> &'static [&'static str] {
    KNOWN
        .iter()
        .find(|(file, ..)| *file == name)
        .map_or(&[], |(_, findings, _)| findings)
}

#[test]
fn recordings_keep_the_rules_or_are_known_not_to() {
    for (name, path) in recordings("responses-stream") {
        let found = audit(&events(&path));
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
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

        // What was assembled without the last event holds the same items. Two tool lists of one
        // recording never come but in the last event.
        if name != "016-openai-14439729" {
            assert_eq!(decrypted(parts.snapshot()), decrypted(&expected), "{name}");
        }
    }
}

/// The items without what is encrypted anew each time.
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
fn whole_responses_stream_by_the_rules_and_come_back() {
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
