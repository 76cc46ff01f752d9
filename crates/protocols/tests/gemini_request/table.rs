//! The table in the documentation of `orouter_protocols::gemini` has all members, items and parts, and
//! the effects that it names are those of the translator.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use orouter_protocols::Target;
use orouter_wire::{ResponsesRequest, Wire};
use serde_json::{Value, json};

use crate::support::{OLD, translate, translate_for};

const TABLES: &str = include_str!("../../src/gemini/tables.md");

/// Returns the first and second cells of the rows below a heading, without backquotes in the first.
fn rows(heading: &str) -> Vec<(String, String)> {
    let start = TABLES.find(&format!("# {heading}\n")).expect("a heading");
    let section = TABLES[start + 2..].split("\n# ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
        let name = cells.next().unwrap().trim_matches('`').to_owned();
        (name, cells.next().unwrap().to_owned())
    })
    .collect()
}

fn names(heading: &str) -> BTreeSet<String> {
    let rows = rows(heading);
    let names: BTreeSet<String> = rows.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(names.len(), rows.len(), "{heading}: a name has two rows");
    names
}

/// Returns the tags of the variants of an enum in the wire's sources.
fn kinds(file: &str, name: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../wire/src")
        .join(file);
    let text = fs::read_to_string(path).unwrap();
    let start = text.find(&format!("pub enum {name} {{")).unwrap();
    let body = text[start..].split("\n}").next().unwrap();
    let tags = body.split("#[wire(\"").skip(1);
    tags.map(|tag| tag.split('"').next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_table_has_every_member_of_a_request() {
    let members: BTreeSet<String> = ResponsesRequest::MEMBERS
        .iter()
        .map(|member| (*member).to_owned())
        .collect();
    assert_eq!(names("Members of the request"), members);
}

#[test]
fn the_table_has_every_kind_of_item_and_part() {
    assert_eq!(names("Items"), kinds("item/mod.rs", "Item"));
    assert_eq!(names("Parts"), kinds("content.rs", "ContentPart"));
}

#[test]
fn items_that_the_table_notes_are_skipped_with_a_note() {
    for (kind, effect) in rows("Items") {
        let item = json!({"type": kind, "id": "x", "call_id": "c", "encrypted_content": "e"});
        let input = json!([{"role": "user", "content": "hi"}, item]);
        let result = translate(&json!({"model": "m", "input": input}));
        match effect.as_str() {
            "noted" => {
                let sent = result.unwrap();
                assert_eq!(sent.parts().len(), 1, "{kind}");
                assert_eq!(sent.noted(), ["skipped input[1]"], "{kind}");
            }
            "refused" => assert!(result.is_err(), "{kind}"),
            _ if kind == "message" => assert!(result.is_err(), "{kind}"),
            _ => assert!(result.is_ok(), "{kind}: {result:?}"),
        }
    }
}

#[test]
fn members_that_the_table_notes_are_noted_and_others_are_not_sent() {
    let filled = json!({
        "access_programs": {"cyber": "standard"}, "background_options": {}, "image": {},
        "preset": "p",
        "client_metadata": {"a": "b"}, "debug": {"echo_upstream_body": true}, "max_tool_calls": 1,
        "metadata": {"a": "b"}, "models": ["b"], "plugins": [{"id": "web"}],
        "provider": {"order": ["a"]}, "route": "fallback", "session_id": "s",
        "stop_server_tools_when": [{"type": "step_count_is", "step_count": 1}], "store": false,
        "trace": {"trace_id": "t"},
        "context_management": [{"type": "compaction"}], "deferred_tools": {},
        "cache_control": {"type": "ephemeral"}, "prompt_cache_key": "k",
        "prompt_cache_options": {}, "prompt_cache_retention": "24h", "safety_identifier": "s",
        "user": "u", "moderation": {"model": "m"}, "x_search_filter": {},
        "conversation": "c", "previous_response_id": "r", "prompt": {"id": "p"},
    });
    for (member, effect) in rows("Members of the request") {
        let Some(value) = filled.get(&member) else {
            assert!(
                !["noted", "not sent", "refused"].contains(&effect.as_str()),
                "{member} has no value in this test"
            );
            continue;
        };
        let mut request = json!({"model": "m", "input": "hi"});
        request[&member] = value.clone();
        let result = translate(&request);
        let plain = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]});
        match effect.as_str() {
            "refused" => assert_eq!(result.unwrap_err().param, member),
            "noted" => {
                let sent = result.unwrap();
                assert_eq!(sent.body, plain, "{member}");
                assert_eq!(sent.noted(), [format!("ignored {member}")]);
            }
            "not sent" => assert_eq!(result.unwrap().body, plain, "{member}"),
            other => panic!("{member}: {other}"),
        }
    }
}

#[test]
fn parts_have_the_effects_of_the_table() {
    for (kind, user) in rows("Parts") {
        let part = json!({
            "type": kind, "text": "t", "refusal": "t", "transcript": "t",
            "file_id": "https://generativelanguage.googleapis.com/v1beta/files/f",
            "image_url": "https://example.com/a.png", "video_url": "https://example.com/a.mp4",
            "input_audio": {"data": "AAAA", "format": "wav"},
        });
        let message = |role: &str, part: &Value| {
            json!({"model": "m", "input": [
                {"role": "user", "content": "hi"}, {"role": role, "content": [part]},
            ]})
        };
        let result = translate(&message("user", &part));
        assert_eq!(result.is_err(), user == "refused", "{kind}: {result:?}");
        // A model that ends the conversation, so that no message is added.
        let sent = translate_for(&message("assistant", &part), &Target::new(OLD)).unwrap();
        let row = TABLES
            .lines()
            .find(|line| line.starts_with(&format!("| `{kind}` | {user}")));
        let noted = row.unwrap().ends_with("| noted |");
        assert_eq!(sent.contents().len(), if noted { 1 } else { 2 }, "{kind}");
        let note = "skipped input[1].content[0]";
        assert_eq!(sent.has_note(note), noted, "{kind}: {:?}", sent.noted());
    }
}
