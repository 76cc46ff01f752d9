use bytes::Bytes;
use orouter_conformance::Auditor;
use orouter_protocols::json_text::{Edit, edit};
use orouter_protocols::responses::OF_THIS_SERVER;
use orouter_protocols::{
    Notes, Original, Protocol, Repair, ReplyReader, RequestSource, Target, UpstreamEvent,
};
use orouter_wire::event::ResponseEvent;
use orouter_wire::item::ItemStatus;
use orouter_wire::sse::Decoder;
use orouter_wire::{EventClass, Response, ResponseStatus, ResponsesRequest, StreamEvent};
use std::sync::Arc;

/// The request for the upstream decodes to the client's request, except for the members that change.
pub fn responses_request(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(request) = orouter_wire::from_str::<ResponsesRequest>(text) else {
        return;
    };
    let body = Bytes::copy_from_slice(data);
    for body in [body, Bytes::new()] {
        let source = RequestSource::new(&request, &body);
        let accepts = |content: &str| content.len().is_multiple_of(2);
        let target = Target::new("up\"stream").accepts_encrypted(&accepts);
        let notes = Notes::default();
        let Ok(sent) = Protocol::Responses.request(&source, &target, &notes) else {
            return;
        };
        let sent = std::str::from_utf8(&sent.body).expect("UTF-8");
        let decoded: ResponsesRequest = orouter_wire::from_str(sent).expect("a request");
        assert_eq!(decoded.model.as_deref(), Some("up\"stream"));
        assert_eq!(decoded.store, Some(false));
        assert!(decoded.models.is_empty() && decoded.provider.is_none());
        // A note about `input[3].extra_content` is about a member of an item that is sent.
        let changes = notes.list().into_iter().map(|note| note.param);
        let changes: Vec<String> = changes
            .filter(|param| param.starts_with("input["))
            .collect();
        let removed = changes.iter().filter(|param| param.ends_with(']')).count();
        // Of very many notes, some are not kept.
        if notes.dropped() == 0 {
            let count = |request: &ResponsesRequest| {
                let input = request.input.as_ref();
                input.map_or(0, |input| input.items().len())
            };
            assert_eq!(count(&decoded) + removed, count(&request));
        }
        let mut names = vec!["model", "store"];
        names.extend(OF_THIS_SERVER);
        if !changes.is_empty() {
            names.push("input");
        }
        let edits: Vec<Edit<'_>> = names.into_iter().map(Edit::remove).collect();
        let rest = |request| edit(&orouter_wire::to_string(request), &edits).expect("an object");
        assert_eq!(rest(&decoded), rest(&request));
    }
}

/// Any frames become a stream that follows the rules.
pub fn responses_stream(data: &[u8]) {
    let mut translator = reader().stream();
    let mut upstream = Vec::new();
    let mut decoder = Decoder::new();
    decoder.push(data.to_vec());
    while let Ok(Some(frame)) = decoder.next() {
        translator.frame(frame.event, frame.data, &mut upstream);
    }
    translator.end(false, &mut upstream);
    check_stream(upstream);
}

/// Any body is read or refused.
pub fn responses_body(data: &[u8]) {
    let Ok(event) = reader().body(&Bytes::copy_from_slice(data)) else {
        return;
    };
    assert!(event.event.is_terminal());
    if let Some(Original::Response(text)) = &event.original {
        let text = std::str::from_utf8(text.text()).expect("UTF-8");
        let response: Response = orouter_wire::from_str(text).expect("a response");
        let read = event.event.response().expect("a terminal event");
        let facts = |of: &Response| (of.id.clone(), of.status.clone(), of.error.clone());
        assert_eq!(facts(read), facts(&response));
        assert_eq!(
            (&read.output, &read.usage),
            (&response.output, &response.usage)
        );
        let edited = edit(
            text,
            &[Edit::set("id", "\"gen\""), Edit::default("new", "1")],
        );
        let edited: Response = orouter_wire::from_str(&edited.expect("an object")).expect("JSON");
        assert_eq!(edited.id, "gen");
        assert_eq!(edited.output, response.output);
    }
    check_stream(vec![event]);
}

fn reader() -> Arc<dyn ReplyReader> {
    let request = ResponsesRequest::new("a/b");
    let body = Bytes::new();
    let source = RequestSource::new(&request, &body);
    let sent = Protocol::Responses.request(&source, &Target::new("b"), &Notes::default());
    sent.expect("a request").reader
}

fn check_stream(upstream: Vec<UpstreamEvent>) {
    let mut repair = Repair::new("gen-1");
    let mut events = Vec::new();
    let mut send = |event: UpstreamEvent| events.push(event);
    let mut last = Response::default();
    let mut failed = true;
    for event in upstream {
        if matches!(
            event.event.class(),
            EventClass::Terminal | EventClass::Error
        ) {
            failed = event.event.failure().is_some();
            last = event.event.into_response().unwrap_or_default();
            break;
        }
        repair.push(event, &mut send);
    }
    let status = if failed {
        ItemStatus::Incomplete
    } else {
        ItemStatus::Completed
    };
    let output = repair.finish(last.output, &status, !failed, &mut send);
    let mut response = Response::new("gen-1", "a/b");
    let blank = ResponseEvent::new(response.clone());
    let mut sent = vec![
        StreamEvent::Created(blank.clone()),
        StreamEvent::InProgress(blank),
    ];
    for event in events {
        let mut sent_event = event.event;
        if let Some(Original::Event(text)) = &event.original {
            let text = std::str::from_utf8(text).expect("UTF-8");
            let decoded: StreamEvent = orouter_wire::from_str(text).expect("an event");
            assert_eq!(decoded, sent_event, "{text}");
            // Setting the number in the text equals setting it in the event.
            let numbered = edit(text, &[Edit::set("sequence_number", "7")]).expect("an object");
            let numbered: StreamEvent = orouter_wire::from_str(&numbered).expect("an event");
            assert_eq!(numbered.sequence_number(), Some(7), "{text}");
            let members = orouter_protocols::json_text::members(text)
                .into_iter()
                .flatten();
            let mut numbers = members.filter(|member| member.name == "sequence_number");
            // A second number, or one that is none, stays when the event is numbered.
            let is_plain = match (numbers.next(), numbers.next()) {
                (None, _) => true,
                (Some(_), second) => second.is_none() && sent_event.sequence_number().is_some(),
            };
            if numbered.class() != EventClass::Unknown && is_plain {
                sent_event.set_sequence_number(7);
                assert_eq!(numbered, sent_event);
            }
        }
        if sent_event.class() != EventClass::Unknown {
            sent.push(sent_event);
        }
    }
    response.output = output.items;
    response.status = if failed {
        ResponseStatus::Failed
    } else {
        ResponseStatus::Completed
    };
    let event = ResponseEvent::new(response);
    sent.push(if failed {
        StreamEvent::Failed(event)
    } else {
        StreamEvent::Completed(event)
    });
    let mut auditor = Auditor::new();
    for (event, number) in sent.iter_mut().zip(0..) {
        event.set_sequence_number(number);
        auditor.push(event);
    }
    let found = auditor.finish();
    let texts: Vec<String> = sent.iter().map(orouter_wire::to_string).collect();
    assert!(found.is_empty(), "{found:#?}\n{}", texts.join("\n"));
}
