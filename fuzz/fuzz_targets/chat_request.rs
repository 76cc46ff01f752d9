//! Any request is refused, or translated to a body for Chat Completions that follows the rules of
//! upstreams: it is JSON, and each call has one result directly after its message.

#![no_main]

use std::collections::HashSet;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use orouter_protocols::{Notes, Protocol, RequestSource, Target};
use orouter_wire::ResponsesRequest;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(request) = orouter_wire::from_slice::<ResponsesRequest>(data) else {
        return;
    };
    let body = Bytes::copy_from_slice(data);
    let source = RequestSource::new(&request, &body);
    let notes = Notes::default();
    let target = Target::new("model");
    let Ok(upstream) = Protocol::Chat.request(&source, &target, &notes) else {
        return;
    };
    check(&upstream.body);
});

fn check(body: &[u8]) {
    // `serde_json` does not read deep nesting and numbers such as 1e400, which the wire keeps.
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        let text = std::str::from_utf8(body).expect("UTF-8");
        text.parse::<orouter_wire::Raw>().expect("JSON");
        return;
    };
    let messages = body["messages"].as_array().expect("messages");
    assert!(!messages.is_empty());
    let mut open = HashSet::new();
    for message in messages {
        if let Some(id) = message["tool_call_id"].as_str() {
            assert!(open.remove(id), "the result of no open call");
            continue;
        }
        assert!(open.is_empty(), "a call without a result");
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            let id = call["id"].as_str().expect("an id");
            assert!(open.insert(id), "a repeated id");
        }
    }
    assert!(open.is_empty(), "a call without a result");
}
