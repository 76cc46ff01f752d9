//! Any request is refused, or translated to a body for Anthropic Messages that follows the rules of
//! that API: it is JSON, roles alternate, and each call has one result directly after its message.

#![no_main]

use std::collections::HashSet;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use orouter_protocols::{Notes, Protocol, RequestSource, Target};
use orouter_wire::ResponsesRequest;
use serde_json::Value;

/// Models of different generations.
const MODELS: &[&str] = &[
    "claude-3-5-haiku-20241022",
    "claude-haiku-4-5",
    "claude-opus-4-8",
    "claude-opus-5-5",
    "other",
];

fuzz_target!(|data: &[u8]| {
    let Ok(request) = orouter_wire::from_slice::<ResponsesRequest>(data) else {
        return;
    };
    let body = Bytes::copy_from_slice(data);
    let source = RequestSource::new(&request, &body).anthropic_beta(Some("a, b"));
    for model in MODELS {
        let notes = Notes::default();
        let target = Target::new(model);
        if let Ok(upstream) = Protocol::Anthropic.request(&source, &target, &notes) {
            check(&upstream.body);
        }
    }
});

fn check(body: &[u8]) {
    // `serde_json` does not read deep nesting and numbers such as 1e400, which the wire keeps.
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        let text = std::str::from_utf8(body).expect("UTF-8");
        text.parse::<orouter_wire::Raw>().expect("JSON");
        return;
    };
    assert!(body["max_tokens"].is_u64(), "no output limit");
    let messages = body["messages"].as_array().expect("messages");
    assert_eq!(messages[0]["role"], "user");
    let mut open = HashSet::new();
    let mut last = "";
    for message in messages {
        let role = message["role"].as_str().expect("a role");
        assert_ne!(role, last, "the roles do not alternate");
        last = role;
        let blocks = message["content"].as_array();
        let mut calls = HashSet::new();
        for block in blocks.into_iter().flatten() {
            match block["type"].as_str().expect("a type") {
                "tool_result" => {
                    let id = block["tool_use_id"].as_str().expect("an id");
                    assert!(open.remove(id), "the result of no open call");
                }
                kind => {
                    assert!(open.is_empty(), "a call without a result");
                    if kind == "tool_use" {
                        let id = block["id"].as_str().expect("an id");
                        assert!(calls.insert(id), "a repeated id");
                    }
                }
            }
        }
        assert!(open.is_empty(), "a call without a result");
        open = calls;
    }
    assert!(open.is_empty(), "a call without a result");
}
