//! Any events, one per line, make a stream of events that obeys the rules of the Responses API and
//! assembles to the response at its end.

#![no_main]

use libfuzzer_sys::fuzz_target;
use orouter_conformance::{Auditor, Violation};
use orouter_protocols::anthropic::reader;
use orouter_protocols::{ReplyContext, ToolKind, ToolName, ToolNames};
use orouter_wire::assemble::Assembler;
use orouter_wire::{EventClass, Response, ResponseEvent, StreamEvent};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut tools = ToolNames::default();
    let tool = ToolName {
        name: "shell".to_owned(),
        namespace: Some("os".to_owned()),
        kind: ToolKind::Custom,
    };
    tools.insert("c", tool);
    let mut translator = reader(ReplyContext::new(tools).answer_tool("output")).stream();
    let mut made = Vec::new();
    for line in text.lines() {
        translator.frame("", line, &mut made);
    }
    translator.end(false, &mut made);

    let begun = || ResponseEvent::new(Response::new("", ""));
    let mut events = vec![
        StreamEvent::Created(begun()),
        StreamEvent::InProgress(begun()),
    ];
    events.extend(made.into_iter().map(|event| event.event));
    let (mut auditor, mut assembler) = (Auditor::new(), Assembler::new());
    for (event, number) in events.iter().zip(0..) {
        let event = event.clone().numbered(number);
        auditor.push(&event);
        assembler.push(&event);
    }
    for finding in auditor.finish() {
        // A stream that was cut, or that reports an error, has no terminal event.
        assert_eq!(finding.violation, Violation::NoEnd, "{finding}");
    }
    let last = events
        .last()
        .filter(|last| last.class() == EventClass::Terminal);
    if let Some(response) = last.and_then(StreamEvent::response) {
        assert_eq!(assembler.into_response().output, response.output);
    }
});
