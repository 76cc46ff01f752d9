//! Any request is refused, or translated to a body for Gemini's generateContent that follows the rules
//! of the API: it is JSON, the messages alternate and begin with the user, and the results of calls
//! are the first parts of the message after them.

#![no_main]

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
    for model in ["gemini-2.5-flash", "gemini-3.6-flash"] {
        let notes = Notes::default();
        let target = Target::new(model);
        let Ok(upstream) = Protocol::Gemini.request(&source, &target, &notes) else {
            continue;
        };
        check(&upstream.body);
    }
});

fn check(body: &[u8]) {
    // `serde_json` does not read deep nesting and numbers such as 1e400, which the wire keeps.
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        let text = std::str::from_utf8(body).expect("UTF-8");
        text.parse::<orouter_wire::Raw>().expect("JSON");
        return;
    };
    let contents = body["contents"].as_array().expect("contents");
    assert!(!contents.is_empty());
    let mut open: Vec<&Value> = Vec::new();
    for (index, content) in contents.iter().enumerate() {
        let role = if index % 2 == 0 { "user" } else { "model" };
        assert_eq!(content["role"], role);
        let parts = content["parts"].as_array().expect("parts");
        assert!(!parts.is_empty());
        for part in parts {
            let result = part.get("functionResponse");
            if open.is_empty() {
                assert!(result.is_none(), "a result without a call");
            } else {
                let result = result.expect("a result at the beginning of the message");
                let call = open.remove(0);
                assert_eq!(call["id"], result["id"]);
                assert_eq!(call["name"], result["name"]);
                assert!(result["response"].is_object());
            }
        }
        assert!(open.is_empty(), "a call without a result");
        for call in parts.iter().filter_map(|part| part.get("functionCall")) {
            assert!(call["args"].is_object());
            open.push(call);
        }
    }
    assert!(open.is_empty(), "a call without a result");
}
