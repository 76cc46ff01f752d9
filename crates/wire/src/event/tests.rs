use super::{ErrorEvent, ItemEvent, ItemProgress, ResponseEvent, StreamEvent, TextDelta};
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
