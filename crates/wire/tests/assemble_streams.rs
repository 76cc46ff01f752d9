//! Small streams of our own, with this or that left out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(
    clippy::semicolon_if_nothing_returned,
    reason = "closures that change one thing"
)]

use orouter_conformance::Auditor;
use orouter_wire::assemble::{Assembler, events_of};
use orouter_wire::content::ContentPart;
use orouter_wire::item::{Item, ItemStatus};
use orouter_wire::response::{Response, ResponseStatus};
use orouter_wire::{StreamEvent, from_str};

fn event(json: &str) -> StreamEvent {
    let event: StreamEvent = from_str(json).unwrap();
    let bare_error = json.starts_with("{\"error\"");
    assert!(
        bare_error || !matches!(event, StreamEvent::Unknown(_)),
        "{json}"
    );
    event
}

fn assemble(events: &[&str]) -> Response {
    let mut lent = Assembler::new();
    let mut given = Assembler::new();
    for json in events {
        lent.push(&event(json));
        given.push_owned(event(json));
    }
    assert_eq!(lent.snapshot(), given.snapshot());
    lent.into_response()
}

fn audit(events: &[StreamEvent]) -> Vec<String> {
    let mut auditor = Auditor::new();
    for event in events {
        auditor.push(event);
    }
    auditor.finish().iter().map(ToString::to_string).collect()
}

/// A response with every kind of item that has events of its own.
fn everything() -> Response {
    from_str(
        r#"{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m/x",
        "usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3},"output":[
        {"type":"reasoning","id":"rs_1","status":"completed","encrypted_content":"xyz",
         "summary":[{"type":"summary_text","text":"In short"},{"type":"summary_text","text":""}],
         "content":[{"type":"reasoning_text","text":"Let me think"}]},
        {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[
         {"type":"output_text","text":"Hello","annotations":[
          {"type":"url_citation","url":"https://example.com","title":"E","start_index":0,"end_index":5}],
          "logprobs":[{"token":"Hello","logprob":-0.5,"bytes":[72],"top_logprobs":[]}]},
         {"type":"refusal","refusal":"No."}]},
        {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\"a\":1}","status":"completed"},
        {"type":"function_call","id":"fc_2","call_id":"c2","name":"g","arguments":"","status":"completed"},
        {"type":"custom_tool_call","id":"ctc_1","call_id":"c3","name":"h","input":"free text"},
        {"type":"mcp_list_tools","id":"mcpl_1","server_label":"s","tools":[{"name":"t","input_schema":{}}]},
        {"type":"mcp_call","id":"mcp_1","status":"completed","server_label":"s","name":"t","arguments":"{}","output":"ok"},
        {"type":"code_interpreter_call","id":"ci_1","status":"completed","container_id":"cn","code":"1+1","outputs":[{"type":"logs","logs":"2"}]},
        {"type":"apply_patch_call","id":"ap_1","call_id":"c4","status":"completed","operation":{"type":"create_file","path":"a","diff":"+x"}},
        {"type":"shell_call","id":"sh_1","call_id":"c5","status":"completed","action":{"commands":["ls","pwd"],"max_output_length":null,"timeout_ms":null}},
        {"type":"web_search_call","id":"ws_1","status":"completed"},
        {"type":"x_search_call","id":"xs_1","status":"completed"},
        {"type":"file_search_call","id":"fs_1","status":"completed","queries":["q"],"results":[]},
        {"type":"image_generation_call","id":"ig_1","status":"completed","result":"aGk="},
        {"type":"hologram","id":"ho_1","depth":3}
        ]}"#,
    )
    .unwrap()
}

#[test]
fn everything_streams_by_the_rules_and_comes_back_from_any_part_of_its_stream() {
    let response = everything();
    let events: Vec<StreamEvent> = events_of(&response).collect();
    assert_eq!(audit(&events), [] as [&str; 0]);

    let without = |left_out: fn(&StreamEvent) -> bool| {
        let mut assembler = Assembler::new();
        for event in events.iter().filter(|event| !left_out(event)) {
            assembler.push(event);
        }
        assembler.into_response()
    };
    assert_eq!(without(|_| false), response);
    assert_eq!(without(|event| !event.is_terminal()), response);
    assert_eq!(
        without(|event| matches!(event, StreamEvent::Created(_))),
        response
    );
    let output = |response: Response| response.output;
    assert_eq!(output(without(StreamEvent::is_terminal)), response.output);
    assert_eq!(
        output(without(|event| {
            event.is_terminal() || matches!(event, StreamEvent::OutputItemAdded(_))
        })),
        response.output
    );
    assert_eq!(
        output(without(|event| {
            !matches!(
                event,
                StreamEvent::OutputItemDone(_) | StreamEvent::InProgress(_)
            )
        })),
        response.output
    );
    assert_eq!(
        without(|event| event.is_terminal() || event.response().is_some()).output,
        response.output
    );
}

#[test]
fn parts_of_each_kind_stream_by_the_rules() {
    for kind in [
        "output_text",
        "text",
        "summary_text",
        "reasoning_text",
        "refusal",
        "odd",
    ] {
        for item in ["message", "reasoning"] {
            let response: Response = from_str(&format!(
                r#"{{"id":"r","status":"completed","model":"m","output":[{{"type":"{item}","id":"i","role":"assistant","status":"completed","content":[
                {{"type":"{kind}","text":"a"}},{{"type":"{kind}","text":"","refusal":"b"}}]}}]}}"#
            ))
            .unwrap();
            let events: Vec<StreamEvent> = events_of(&response).collect();
            assert_eq!(audit(&events), [] as [&str; 0], "{kind} in {item}");
            let mut assembler = Assembler::new();
            events.iter().for_each(|event| assembler.push(event));
            assert_eq!(
                Some(&assembler.into_response()),
                events.last().unwrap().response()
            );
        }
    }
}

#[test]
fn deltas_alone_make_up_what_they_can() {
    let response = everything();
    let mut assembler = Assembler::new();
    for event in events_of(&response).filter(|event| event.kind().ends_with(".delta")) {
        assembler.push(&event);
    }
    let made = assembler.into_response();
    assert_eq!(made.output_text(), "Hello");
    assert_eq!(made.refusal(), Some("No."));
    assert_eq!(made.reasoning_text().as_deref(), Some("Let me think"));
    let Item::Reasoning(reasoning) = &made.output[0] else {
        panic!()
    };
    assert_eq!(reasoning.summary_text(), "In short");
    let ids: Vec<&str> = made.output.iter().filter_map(Item::id).collect();
    assert_eq!(
        ids,
        [
            "rs_1", "msg_1", "fc_1", "ctc_1", "mcp_1", "ci_1", "ap_1", "sh_1"
        ]
    );
    let Item::FunctionCall(call) = &made.output[2] else {
        panic!()
    };
    assert_eq!(call.arguments, r#"{"a":1}"#);
    let Item::CustomToolCall(call) = &made.output[3] else {
        panic!()
    };
    assert_eq!(call.input, "free text");
    let Item::CodeInterpreterCall(call) = &made.output[5] else {
        panic!()
    };
    assert_eq!(call.code.as_deref(), Some("1+1"));
    let Item::ShellCall(call) = &made.output[7] else {
        panic!()
    };
    assert_eq!(call.action.as_ref().unwrap().commands, ["ls", "pwd"]);
    assert!(!made.is_finished());
}

#[test]
fn the_last_response_wins_and_its_gaps_are_filled() {
    let response = assemble(&[
        r#"{"type":"response.created","response":{"id":"r","model":"m","created_at":7,"status":"in_progress","output":[]}}"#,
        r#"{"type":"response.output_text.delta","item_id":"a","output_index":0,"content_index":0,"delta":"streamed"}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"b","output_index":1,"delta":"{}"}"#,
        r#"{"type":"response.completed","response":{"output":[]}}"#,
    ]);
    assert_eq!(
        (
            response.id.as_str(),
            response.model.as_str(),
            response.created_at
        ),
        ("r", "m", 7)
    );
    assert_eq!(response.status, ResponseStatus::Completed);
    assert_eq!(
        (response.output.len(), response.output_text()),
        (2, "streamed".to_owned())
    );

    let response = assemble(&[
        r#"{"type":"response.output_text.delta","item_id":"a","output_index":0,"content_index":0,"delta":"streamed"}"#,
        r#"{"type":"response.incomplete","response":{"id":"r","output":[{"type":"message","id":"a","role":"assistant","content":[{"type":"output_text","text":"final"}]}]}}"#,
    ]);
    assert_eq!(response.output_text(), "final");
    assert_eq!(response.status, ResponseStatus::Incomplete);

    let response = assemble(&[
        r#"{"type":"response.output_text.delta","item_id":"a","output_index":0,"content_index":0,"delta":"streamed"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"a","role":"assistant","content":[]}}"#,
    ]);
    assert_eq!(response.output_text(), "streamed");
}

#[test]
fn an_item_is_found_by_id_or_by_index_whichever_helps() {
    // The sender makes up a new id for every event.
    let response = assemble(&[
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"x1","role":"assistant","content":[]}}"#,
        r#"{"type":"response.output_text.delta","item_id":"x2","output_index":0,"content_index":0,"delta":"Hel"}"#,
        r#"{"type":"response.output_text.delta","item_id":"x3","output_index":0,"content_index":0,"delta":"lo"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"x4","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}}"#,
    ]);
    assert_eq!(
        (response.output.len(), response.output_text()),
        (1, "Hello".to_owned())
    );

    // The sender leaves the index out, which reads as 0.
    let response = assemble(&[
        r#"{"type":"response.output_item.added","item":{"type":"reasoning","id":"r","summary":[]}}"#,
        r#"{"type":"response.output_item.added","item":{"type":"message","id":"m","role":"assistant","content":[]}}"#,
        r#"{"type":"response.output_text.delta","item_id":"m","delta":"Hello"}"#,
        r#"{"type":"response.output_item.done","item":{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"Hello!"}]}}"#,
    ]);
    assert_eq!(
        (response.output.len(), response.output_text()),
        (2, "Hello!".to_owned())
    );

    // Items and parts that come out of order stand in order.
    let response = assemble(&[
        r#"{"type":"response.output_text.delta","item_id":"b","output_index":5,"content_index":1,"delta":"4"}"#,
        r#"{"type":"response.output_text.delta","item_id":"b","output_index":5,"content_index":0,"delta":"3"}"#,
        r#"{"type":"response.output_text.delta","item_id":"a","output_index":2,"content_index":4000000000,"delta":"2"}"#,
        r#"{"type":"response.output_text.delta","item_id":"a","output_index":2,"content_index":7,"delta":"1"}"#,
    ]);
    assert_eq!(response.output_text(), "1234");

    // A delta for an item of another kind changes nothing.
    let response = assemble(&[
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"hologram","id":"h"}}"#,
        r#"{"type":"response.output_text.delta","item_id":"h","output_index":0,"content_index":0,"delta":"x"}"#,
    ]);
    assert_eq!(
        (response.output.len(), response.output[0].kind()),
        (1, "hologram")
    );
}

#[test]
fn thousands_of_items_in_reverse_order_take_no_quadratic_time() {
    let mut assembler = Assembler::new();
    for index in (0..50_000).rev() {
        assembler.push(&StreamEvent::OutputTextDelta(orouter_wire::TextDelta::new(
            "", index, 0, "x",
        )));
    }
    assert_eq!(assembler.snapshot().output.len(), 50_000);
}

#[test]
fn failures_end_the_response() {
    for json in [
        r#"{"type":"error","code":"server_error","message":"Oops","param":null}"#,
        r#"{"type":"error","error":{"code":"server_error","message":"Oops"}}"#,
        r#"{"type":"response.error","error":{"code":"server_error","message":"Oops"}}"#,
        r#"{"error":{"code":"server_error","message":"Oops"}}"#,
    ] {
        let mut assembler = Assembler::new();
        assembler.push(&event(
            r#"{"type":"response.output_text.delta","item_id":"a","output_index":0,"content_index":0,"delta":"Hi"}"#,
        ));
        assembler.push(&event(json));
        assert!(assembler.is_finished(), "{json}");
        let response = assembler.snapshot();
        assert_eq!(response.status, ResponseStatus::Failed, "{json}");
        let error = response.error.as_ref().unwrap();
        assert_eq!(error.message, "Oops");
        assert_eq!(error.code.as_ref().unwrap().as_str(), "server_error");
        assert_eq!(response.output_text(), "Hi");

        assembler.push(&event(
            r#"{"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"rate_limit_exceeded","message":"Slow down"}}}"#,
        ));
        let response = assembler.into_response();
        assert_eq!(response.error.unwrap().message, "Slow down", "{json}");
        assert_eq!(response.id, "r");
    }
}

#[test]
fn nothing_after_the_end_changes_the_response() {
    let mut assembler = Assembler::new();
    for event in events_of(&everything()) {
        assembler.push(&event);
    }
    for event in events_of(&everything()).skip(2) {
        assembler.push(&event);
    }
    assembler.push(&event(r#"{"type":"error","code":"late","message":"x"}"#));
    assert_eq!(assembler.snapshot(), &everything());
}

#[test]
fn images_sound_and_shell_output_grow_too() {
    let response = assemble(&[
        r#"{"type":"response.image_generation_call.partial_image","item_id":"i","output_index":0,"partial_image_index":0,"partial_image_b64":"aGFsZg=="}"#,
        r#"{"type":"response.audio.delta","delta":"aA=="}"#,
        r#"{"type":"response.audio.delta","delta":"aQ=="}"#,
        r#"{"type":"response.audio.transcript.delta","delta":"h"}"#,
        r#"{"type":"response.audio.transcript.delta","delta":"i"}"#,
        r#"{"type":"response.shell_call_output_content.delta","item_id":"s","output_index":3,"command_index":0,"delta":{"stdout":"a"}}"#,
        r#"{"type":"response.shell_call_output_content.delta","item_id":"s","output_index":3,"command_index":0,"delta":{"stderr":"b"}}"#,
        r#"{"type":"response.fusion_call.panel.completed","item_id":"f","output_index":4,"model":"m","content":"c"}"#,
        r#"{"type":"response.content_part.delta","item_id":"m","output_index":5,"content_index":0,"delta":"d"}"#,
    ]);
    let Item::ImageGenerationCall(image) = &response.output[0] else {
        panic!()
    };
    assert_eq!(image.result.as_deref(), Some("aGFsZg=="));
    assert_eq!(image.status, Some(ItemStatus::Generating));
    let Item::Message(message) = &response.output[1] else {
        panic!()
    };
    let [ContentPart::OutputAudio(audio)] = message.parts() else {
        panic!()
    };
    assert_eq!(
        (audio.data.as_str(), audio.transcript.as_deref()),
        ("aGk=", Some("hi"))
    );
    let Item::ShellCallOutput(output) = &response.output[2] else {
        panic!()
    };
    assert_eq!(
        (
            output.output[0].stdout.as_str(),
            output.output[0].stderr.as_str()
        ),
        ("a", "b")
    );
    let Item::OpenRouterFusion(fusion) = &response.output[3] else {
        panic!()
    };
    assert_eq!(
        fusion.responses.as_ref().unwrap()[0].content.as_deref(),
        Some("c")
    );
    assert_eq!(response.output_text(), "d");
}

#[test]
fn the_auditor_names_each_broken_rule() {
    let events: Vec<StreamEvent> = events_of(&everything()).collect();
    let kinds: Vec<&str> = events.iter().map(StreamEvent::kind).collect();
    let at = |kind: &str| kinds.iter().position(|other| *other == kind).unwrap();
    // Each change breaks one rule; the numbers are put right after it.
    let changed = |change: &dyn Fn(&mut Vec<StreamEvent>)| {
        let mut events = events.clone();
        change(&mut events);
        for (event, number) in events.iter_mut().zip(0..) {
            event.set_sequence_number(number);
        }
        let findings = audit(&events);
        assert!(!findings.is_empty());
        findings.join("\n")
    };
    let check = |what: &str, change: &dyn Fn(&mut Vec<StreamEvent>)| {
        let found = changed(change);
        assert!(found.contains(what), "{what:?} is not in {found}");
    };
    let delta = at("response.output_text.delta");
    let item_done = at("response.output_item.done");
    let part_added = at("response.content_part.added");
    let part_done = at("response.content_part.done");
    let end = events.len() - 1;

    check("does not begin with response.created", &|e| {
        drop(e.remove(0));
    });
    check("before response.in_progress", &|e| drop(e.remove(1)));
    check("response.created comes again", &|e| {
        e.insert(1, e[0].clone());
    });
    check("the deltas of part 0 of item 1 do not make up", &|e| {
        drop(e.remove(delta));
    });
    check("the deltas of part 0 of item 1 do not make up", &|e| {
        e.insert(delta, e[delta].clone());
    });
    check("item 0 was never added", &|e| drop(e.remove(2)));
    check("no item has output_index 14", &|e| {
        for event in e {
            if let StreamEvent::OutputItemAdded(it) | StreamEvent::OutputItemDone(it) = event {
                if it.output_index == Some(14) {
                    it.output_index = Some(15);
                }
            }
        }
    });
    check("part 3 of item 0 is added where 0 should follow", &|e| {
        let StreamEvent::ContentPartAdded(added) = &mut e[part_added] else {
            panic!()
        };
        added.content_index = 3;
    });
    check("item 0 is added again", &|e| e.insert(3, e[2].clone()));
    check("item 0 was never done", &|e| drop(e.remove(item_done)));
    check("item 0 is done already", &|e| {
        e.insert(item_done + 1, e[item_done].clone());
    });
    check("part 0 of item 0 was never added", &|e| {
        drop(e.remove(part_added));
    });
    check("part 0 of item 0 is added again", &|e| {
        e.insert(part_added, e[part_added].clone());
    });
    check("part 0 of item 0 was never done", &|e| {
        drop(e.remove(part_done));
    });
    check("part 0 of item 0 is done already", &|e| {
        e.insert(part_done, e[part_done].clone());
    });
    check("the stream had ended", &|e| e.push(e[end].clone()));
    check("the stream does not end", &|e| drop(e.pop()));
    check("has 14 items where 15 were done", &|e| {
        response_mut(&mut e[end], |r| drop(r.output.pop()))
    });
    check(
        "item 2 of the last response is not the one that was done: name",
        &|e| {
            response_mut(&mut e[end], |r| {
                let Item::FunctionCall(call) = &mut r.output[2] else {
                    panic!()
                };
                call.name = "other".to_owned();
            });
        },
    );
    check("the response's id was \"resp_1\" and is \"resp_2\"", &|e| {
        response_mut(&mut e[end], |r| r.id = "resp_2".to_owned());
    });
    check(
        "status is \"failed\" where it should be \"completed\"",
        &|e| {
            response_mut(&mut e[end], |r| r.status = ResponseStatus::Failed);
        },
    );
    check("the id of item 1 was \"msg_1\" and is \"msg_2\"", &|e| {
        let StreamEvent::OutputTextDelta(delta) = &mut e[delta] else {
            panic!()
        };
        delta.item_id = "msg_2".to_owned();
    });

    let mut gap = events.clone();
    gap.remove(delta + 1);
    assert!(audit(&gap)[0].contains(&format!("sequence_number is {} where", delta + 2)));
}

fn response_mut(event: &mut StreamEvent, change: impl FnOnce(&mut Response)) {
    let StreamEvent::Completed(event) = event else {
        panic!()
    };
    change(event.response.as_mut().unwrap());
}

#[test]
fn what_the_rules_allow_is_not_found() {
    let mut events: Vec<StreamEvent> = events_of(&everything()).collect();
    events.insert(0, event(r#"{"type":"response.debug","debug":{}}"#));
    events.insert(5, event(r#"{"type":"keepalive"}"#));
    for (event, number) in events.iter_mut().zip(0..) {
        event.set_sequence_number(number);
    }
    assert_eq!(audit(&events), [] as [&str; 0]);
    let failing = [
        r#"{"type":"response.created","sequence_number":0,"response":{"id":"r","status":"in_progress"}}"#,
        r#"{"type":"error","sequence_number":1,"code":"x","message":"y"}"#,
        r#"{"type":"response.failed","sequence_number":2,"response":{"id":"r","status":"failed"}}"#,
    ];
    assert_eq!(audit(&failing.map(event)), [] as [&str; 0]);
    assert_eq!(
        audit(&[event(failing[0]), event(failing[1])]),
        [] as [&str; 0]
    );
}
