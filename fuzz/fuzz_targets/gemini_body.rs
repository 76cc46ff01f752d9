//! Any body of generateContent is unreadable, an error, or a response that can be written, read and
//! streamed.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use orouter_conformance::audit;
use orouter_protocols::gemini::{ReplyContext, reader};
use orouter_wire::assemble::events_of;
use orouter_wire::{Response, StreamEvent};

fuzz_target!(|data: &[u8]| {
    let body = Bytes::copy_from_slice(data);
    let Ok(event) = reader(ReplyContext::default()).body(&body) else {
        return;
    };
    let Some(response) = event.event.response() else {
        assert!(event.event.is_failure());
        return;
    };
    assert!(response.is_finished());
    if let Some(usage) = &response.usage {
        assert!(usage.total_tokens >= usage.input_tokens.max(usage.output_tokens));
    }
    let text = orouter_wire::to_string(response);
    let again: Response = orouter_wire::from_str(&text).expect("a response");
    assert_eq!(orouter_wire::to_string(&again), text);
    let events: Vec<StreamEvent> = events_of(response).collect();
    assert_eq!(audit(&events), []);
});
