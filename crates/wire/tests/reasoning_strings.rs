//! Summaries of reasoning whose parts are strings, as OpenRouter's guide shows them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use orouter_wire::assemble::{Assembler, events_of};
use orouter_wire::{Item, Response, StreamEvent, SummaryPart, Wire, from_str, to_string};

fn reasoning(summary: &str) -> Response {
    let text = format!(
        r#"{{"id":"r","status":"completed","output":[{{"type":"reasoning","id":"rs_1","summary":{summary}}}]}}"#
    );
    from_str(&text).unwrap()
}

#[test]
fn reasoning_text_reads_strings_and_objects() {
    for (summary, expected) in [
        (r#"["First","Then"]"#, Some("First\n\nThen")),
        (
            r#"["First",{"type":"summary_text","text":"Then"}]"#,
            Some("First\n\nThen"),
        ),
        (r#"[{"type":"future","text":"x"},"Then"]"#, Some("Then")),
        (r#"["line\nbreak"]"#, Some("line\nbreak")),
        (r#"[""]"#, None),
        ("[]", None),
        ("null", None),
        (r#""First""#, None),
        ("[7]", None),
    ] {
        let response = reasoning(summary);
        assert_eq!(response.reasoning_text().as_deref(), expected, "{summary}");
        let encoded = to_string(&response);
        assert_eq!(
            from_str::<Response>(&encoded).unwrap(),
            response,
            "{summary}"
        );
        assert!(
            summary == "null" || encoded.contains(summary),
            "{summary}: {encoded}"
        );
    }
}

#[test]
fn strings_are_typed_and_other_values_are_kept() {
    let parts: Vec<SummaryPart> =
        from_str(r#"["a",{"text":"b"},7,null,["c"],{"type":1}]"#).unwrap();
    assert_eq!(parts[0], SummaryPart::from("a"));
    assert_eq!((parts[0].kind(), parts[1].kind()), ("", "summary_text"));
    assert!(
        parts[2..]
            .iter()
            .all(|part| matches!(part, SummaryPart::Unknown(_)))
    );
    assert_eq!(parts.unknown(), ["/2", "/3", "/4", "/5"]);
    assert_eq!(
        to_string(&parts),
        r#"["a",{"text":"b"},7,null,["c"],{"type":1}]"#
    );
    // Half of a surrogate pair, which no string of Rust holds.
    let text = r#"{"type":"reasoning","summary":["a\ud83d"]}"#;
    assert_eq!(to_string(&from_str::<Item>(text).unwrap()), text);
}

#[test]
fn a_stream_grows_a_string() {
    let mut assembler = Assembler::new();
    for text in [
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[]}}"#,
        r#"{"type":"response.reasoning_summary_part.added","item_id":"rs_1","output_index":0,"summary_index":0,"part":""}"#,
        r#"{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"Fir"}"#,
        r#"{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"st"}"#,
        r#"{"type":"response.reasoning_summary_part.done","item_id":"rs_1","output_index":0,"summary_index":0,"part":""}"#,
    ] {
        assembler.push(&from_str::<StreamEvent>(text).unwrap());
    }
    let snapshot = assembler.snapshot();
    assert_eq!(snapshot.reasoning_text().as_deref(), Some("First"));
    assert_eq!(
        snapshot.output[0].as_reasoning().unwrap().summary,
        Some(vec![SummaryPart::Text("First".to_owned())])
    );
}

#[test]
fn the_events_of_a_response_make_up_its_strings() {
    let response = reasoning(r#"["First","Then"]"#);
    let mut assembler = Assembler::new();
    let mut deltas = String::new();
    for event in events_of(&response) {
        if let StreamEvent::ReasoningSummaryTextDelta(delta) = &event {
            deltas.push_str(&delta.delta);
        }
        assembler.push(&event);
    }
    assert_eq!(deltas, "FirstThen");
    assert_eq!(assembler.snapshot().output, response.output);
}
