//! Any request of a client that speaks Chat Completions is refused with a reason in one line, or
//! translated to JSON with `input`, which has no members of Chat Completions.

#![no_main]

use libfuzzer_sys::fuzz_target;
use orouter_protocols::{Notes, chat_client};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let notes = Notes::default();
    match chat_client::request(data, &notes) {
        Ok(request) => check(&request.body),
        Err(refusal) => {
            assert!(!refusal.message.is_empty(), "no reason");
            assert!(!refusal.message.contains('\n'), "{}", refusal.message);
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
    assert!(body["input"].is_array(), "no items");
    for name in [
        "messages",
        "max_tokens",
        "n",
        "response_format",
        "logit_bias",
    ] {
        assert!(body.get(name).is_none(), "`{name}` is left");
    }
}
