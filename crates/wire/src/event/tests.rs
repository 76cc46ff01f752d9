use super::{
    ErrorEvent, EventClass, ItemEvent, ItemProgress, ResponseEvent, StreamEvent, TextDelta,
};
use crate::item::Message;
use crate::response::{Response, ResponseStatus};
use crate::{Wire, from_str, to_string};

#[test]
fn an_event_fits_two_cache_lines() {
    assert!(
        size_of::<StreamEvent>() <= 128,
        "{}",
        size_of::<StreamEvent>()
    );
}

#[test]
fn a_text_delta_without_logprobs_is_a_text_delta() {
    let text = r#"{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"Hi","sequence_number":4,"obfuscation":"x9"}"#;
    let event: StreamEvent = from_str(text).unwrap();
    assert_eq!(event.text_delta(), Some("Hi"));
    assert_eq!(event.sequence_number(), Some(4));
    assert_eq!(event.unknown(), Vec::<String>::new());
    assert_eq!(to_string(&event), text);
}

#[test]
fn events_are_numbered() {
    let events = [
        StreamEvent::Created(ResponseEvent::new(Response::new("r", "m"))),
        StreamEvent::OutputItemAdded(ItemEvent::new(0, Message::assistant(""))),
        StreamEvent::OutputTextDelta(TextDelta::new("m", 0, 0, "Hi")),
        StreamEvent::WebSearchCallSearching(ItemProgress::new("w", 1)),
    ];
    for (number, event) in (0..).zip(events) {
        assert_eq!(event.sequence_number(), None);
        let event = event.numbered(number);
        assert_eq!(event.sequence_number(), Some(number));
        assert!(to_string(&event).contains(&format!(r#""sequence_number":{number}"#)));
    }
    let unknown: StreamEvent = from_str(r#"{"type":"response.zap","sequence_number":9}"#).unwrap();
    assert_eq!(
        (unknown.kind(), unknown.sequence_number()),
        ("response.zap", Some(9))
    );
    assert_eq!(
        to_string(&unknown.numbered(1)),
        r#"{"type":"response.zap","sequence_number":9}"#
    );
}

#[test]
fn the_last_event_is_known_by_its_kind() {
    let kind = |kind: &str| from_str::<StreamEvent>(&format!(r#"{{"type":"{kind}"}}"#)).unwrap();
    for last in [
        "response.completed",
        "response.incomplete",
        "response.failed",
        "response.cancelled",
        "response.done",
        "response.error",
        "error",
    ] {
        assert!(kind(last).is_terminal(), "{last}");
    }
    for other in [
        "response.created",
        "response.output_text.done",
        "response.zap",
        "ping",
    ] {
        assert!(!kind(other).is_terminal(), "{other}");
    }
    for sign in ["ping", "keepalive", "response.keep_alive"] {
        assert!(kind(sign).is_keepalive(), "{sign}");
    }
}

#[test]
fn every_type_has_its_class_and_its_members() {
    for (kind, class) in StreamEvent::TYPES {
        let text = format!(
            r#"{{"type":"{kind}","item_id":"i","output_index":3,"sequence_number":7,"new":[1]}}"#
        );
        let event: StreamEvent = from_str(&text).unwrap();
        assert!(!matches!(event, StreamEvent::Unknown(_)), "{kind}");
        assert_eq!((event.kind(), event.class()), (*kind, *class));
        assert_eq!(event.sequence_number(), Some(7), "{kind}");
        assert!(event.unknown().contains(&"/new".to_owned()), "{kind}");
        // Members may come in any order, and the tag last.
        let turned = format!(
            r#"{{"new":[1],"sequence_number":7,"output_index":3,"item_id":"i","type":"{kind}"}}"#
        );
        assert_eq!(from_str::<StreamEvent>(&turned).unwrap().kind(), *kind);
        if let Some(change) = event.item_change() {
            assert!(class.is_content(), "{kind}");
            assert_eq!((change.output_index, change.item_id), (3, Some("i")));
            assert_eq!(event.output_index(), Some(3), "{kind}");
            assert_eq!(event.item_id(), Some("i"), "{kind}");
        }
        let about_response = matches!(class, EventClass::Lifecycle | EventClass::Terminal);
        let announces = event.announced_status().is_some();
        assert_eq!(
            announces,
            about_response && *kind != "response.done",
            "{kind}"
        );
        assert_eq!(event.is_terminal(), class.is_terminal(), "{kind}");
    }
}

#[test]
fn a_keep_alive_of_the_response_is_typed_and_tolerant() {
    for (text, number) in [
        (r#"{"type":"response.keep_alive"}"#, None),
        (
            r#"{"type":"response.keep_alive","sequence_number":5}"#,
            Some(5),
        ),
        (
            r#"{"sequence_number":5,"type":"response.keep_alive"}"#,
            Some(5),
        ),
        (
            r#"{"type":"response.keep_alive","sequence_number":null}"#,
            None,
        ),
        (
            r#"{"type":"response.keep_alive","sequence_number":"x"}"#,
            None,
        ),
        (r#"{"type":"response.keep_alive","at":{"s":1}}"#, None),
    ] {
        let event: StreamEvent = from_str(text).unwrap();
        assert!(matches!(event, StreamEvent::ResponseKeepAlive(_)), "{text}");
        assert_eq!(event.class(), EventClass::KeepAlive);
        assert_eq!(event.sequence_number(), number, "{text}");
        let again: serde_json::Value = serde_json::from_str(&to_string(&event)).unwrap();
        let given: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(again, given);
    }
    let text = r#"{"type":"response.keep_alive","at":1}"#;
    let event: StreamEvent = from_str(text).unwrap();
    assert_eq!(event.unknown(), ["/at"]);

    let mut assembler = crate::assemble::Assembler::new();
    let before = assembler.snapshot().clone();
    assembler.push(&event);
    assembler.push_owned(event);
    assert_eq!(*assembler.snapshot(), before);
    assert!(!assembler.is_finished() && assembler.touched().is_none());
}

#[test]
fn an_event_without_a_type_is_an_error_or_unknown() {
    for (text, class) in [
        (r#"{"error":{"message":"Oops"}}"#, EventClass::Error),
        (r#"{"error":"Oops"}"#, EventClass::Error),
        (r#"{"error":null}"#, EventClass::Unknown),
        (r#"{"error":7}"#, EventClass::Unknown),
        (
            r#"{"type":"response.zap","error":"Oops"}"#,
            EventClass::Unknown,
        ),
        ("[]", EventClass::Unknown),
    ] {
        let event: StreamEvent = from_str(text).unwrap();
        assert_eq!(event.class(), class, "{text}");
        assert_eq!(event.is_failure(), class == EventClass::Error, "{text}");
        assert_eq!(event.is_terminal(), class == EventClass::Error, "{text}");
    }
}

#[test]
fn a_failure_is_found_in_every_last_event() {
    let failed = |text: &str| from_str::<StreamEvent>(text).unwrap().is_failure();
    for text in [
        r#"{"type":"response.failed"}"#,
        r#"{"type":"response.done","response":{"status":"failed"}}"#,
        r#"{"type":"response.completed","response":{"status":"failed"}}"#,
        r#"{"type":"response.completed","response":{"status":"completed","error":{"code":"x"}}}"#,
        r#"{"type":"response.incomplete","response":{"status":"incomplete","error":"Oops"}}"#,
    ] {
        assert!(failed(text), "{text}");
    }
    for text in [
        r#"{"type":"response.created","response":{"status":"failed"}}"#,
        r#"{"type":"response.completed"}"#,
        r#"{"type":"response.completed","response":{"status":"completed","error":null}}"#,
        r#"{"type":"response.completed","response":{"status":"completed","error":{}}}"#,
        r#"{"type":"response.completed","response":{"status":"completed","error":""}}"#,
        r#"{"type":"response.done","response":{"status":"cancelled"}}"#,
    ] {
        assert!(!failed(text), "{text}");
    }
}

#[test]
fn the_response_is_reached_and_taken() {
    let event: StreamEvent = from_str(
        r#"{"type":"response.completed","response":{"id":"r","status":"completed"},"sequence_number":7}"#,
    )
    .unwrap();
    assert_eq!(event.response().unwrap().status, ResponseStatus::Completed);
    assert_eq!(event.into_response().unwrap().id, "r");
    let event: StreamEvent = from_str(r#"{"type":"response.completed"}"#).unwrap();
    assert!(event.response().is_none());
    assert_eq!(to_string(&event), r#"{"type":"response.completed"}"#);
}

/// The shapes in which a stream that began with a 200 says that it failed.
#[test]
fn failures_of_all_shapes_are_found() {
    let shapes = [
        r#"{"type":"error","code":"server_error","message":"Oops","param":"input"}"#,
        r#"{"type":"error","error":{"code":"server_error","message":"Oops","param":"input"}}"#,
        r#"{"type":"response.error","error":{"code":"server_error","message":"Oops","param":"input"}}"#,
        r#"{"error":{"code":"server_error","message":"Oops","param":"input"}}"#,
    ];
    for shape in shapes {
        let event: StreamEvent = from_str(shape).unwrap();
        let error = event.error().unwrap_or_else(|| panic!("{shape}"));
        assert_eq!(error.message(), Some("Oops"), "{shape}");
        assert_eq!(
            error.code().and_then(|code| code.as_name()),
            Some("server_error"),
            "{shape}"
        );
        assert_eq!(error.param(), Some("input"), "{shape}");
        assert_eq!(to_string(&event), shape);
    }
    let words: StreamEvent = from_str(r#"{"error":"Oops","code":503}"#).unwrap();
    let error = words.error().unwrap();
    assert_eq!(
        (error.message(), error.code().unwrap().as_status()),
        (Some("Oops"), Some(503))
    );
    for none in [
        r#"{"type":"response.zap","error":{"message":"x"}}"#,
        r#"{"error":null}"#,
        "{}",
        "7",
    ] {
        assert_eq!(
            from_str::<StreamEvent>(none).unwrap().error(),
            None,
            "{none}"
        );
    }
}

#[test]
fn a_failure_made_here_is_spelled_out() {
    let event = StreamEvent::Error(Box::new(ErrorEvent::new("server_error", "Oops")));
    assert_eq!(
        to_string(&event.numbered(3)),
        r#"{"type":"error","code":"server_error","message":"Oops","param":null,"sequence_number":3}"#
    );
}

#[test]
fn the_headers_of_a_failure_are_typed() {
    let text = r#"{"type":"error","error":{"message":"Slow down","type":"too_many_requests","code":null,"param":null,"headers":{"retry-after":"3"}},"sequence_number":4}"#;
    let event: StreamEvent = crate::from_str(text).unwrap();
    assert!(event.unknown().is_empty());
    let StreamEvent::Error(error) = &event else {
        panic!("{event:?}");
    };
    let headers = error.body().unwrap().headers.as_ref().unwrap();
    assert_eq!(headers["retry-after"], "3");
    let again: StreamEvent = crate::from_str(&crate::to_string(&event)).unwrap();
    assert_eq!(again, event);
}
