//! Event streams: B20, B21, B25.

use orouter::{
    ErrorKind, Item, StreamEvent,
    testing::{Reply, ScriptedServer, Step, sse},
};

use crate::support::{
    CREATED, HEL, ITEM_ADDED, LO, PART_ADDED, assert_presentable, completed, replay, request, soon,
    until,
};

/// Returns the kinds of the events in `reply`, and the kind of the error, if one ended the stream.
async fn read(reply: Reply) -> (Vec<String>, Option<ErrorKind>) {
    let (client, ..) = replay([reply]);
    let mut stream = client.responses().stream(request()).await.unwrap();
    let mut kinds = Vec::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => kinds.push(event.kind().to_owned()),
            Err(error) => {
                assert_presentable(&error);
                assert!(stream.next().await.is_none(), "an error is the last thing");
                return (kinds, Some(error.kind()));
            }
        }
    }
    (kinds, None)
}

fn stream(content_type: &str, body: &str) -> Reply {
    Reply::status(200)
        .header("content-type", content_type)
        .body(body.to_owned())
}

const DELTA: &str = "response.output_text.delta";
const COMPLETED: &str = "response.completed";

#[tokio::test]
async fn b20_every_form_of_an_event_stream_is_read() {
    let last = completed();
    let (start, rest) = last.split_at(last.find(',').unwrap() + 1);
    for (what, body) in [
        ("LF", format!("data: {HEL}\n\ndata: {last}\n\n")),
        ("CRLF", format!("data: {HEL}\r\n\r\ndata: {last}\r\n\r\n")),
        ("CR", format!("data: {HEL}\r\rdata: {last}\r\r")),
        ("mixed", format!("data: {HEL}\r\n\ndata: {last}\n\r\n")),
        (
            "comments",
            format!(": a\n\n:\ndata: {HEL}\n: b\n\ndata: {last}\n\n"),
        ),
        (
            "lines",
            format!("data: {HEL}\n\ndata: {start}\ndata: {rest}\n\n"),
        ),
        (
            "no data",
            format!("event: ping\n\nid: 1\n\nretry: 9\n\ndata: {HEL}\n\ndata: {last}\n\n"),
        ),
        (
            "bare data",
            format!("data\n\ndata:\n\ndata: {HEL}\n\ndata: {last}\n\n"),
        ),
        (
            "byte order mark",
            format!("\u{feff}data: {HEL}\n\ndata: {last}\n\n"),
        ),
        ("no space", format!("data:{HEL}\n\ndata:{last}\n\n")),
        (
            "names",
            format!("event: x\ndata: {HEL}\n\nevent: y\ndata: {last}\n\n"),
        ),
        (
            "done",
            format!("data: {HEL}\n\ndata: {last}\n\ndata: [DONE]\n\n"),
        ),
        (
            "done, and more",
            format!("data: {HEL}\n\ndata: {last}\n\ndata: [DONE]\n\ndata: {LO}\n\n"),
        ),
        ("no blank line", format!("data: {HEL}\n\ndata: {last}\n")),
        ("no line end", format!("data: {HEL}\n\ndata: {last}")),
    ] {
        let outcome = read(stream("text/event-stream", &body)).await;
        assert_eq!(
            outcome,
            (vec![DELTA.to_owned(), COMPLETED.to_owned()], None),
            "{what}"
        );
    }
}

#[tokio::test]
async fn b20_an_end_without_the_last_event_is_an_error_however_it_looks() {
    for (what, end) in [
        ("nothing", ""),
        ("done", "data: [DONE]\n\n"),
        ("done with more space", "data:  [DONE]\n\n"),
        ("a partial event", "data: {\"type\":\"response.compl"),
        (
            "another whole event without its end",
            "data: {\"type\":\"response.in_progress\"}",
        ),
    ] {
        let outcome = read(stream(
            "text/event-stream",
            &format!("data: {HEL}\n\n{end}"),
        ))
        .await;
        let expected = (vec![DELTA.to_owned()], Some(ErrorKind::Truncated));
        assert_eq!(outcome, expected, "{what}");
    }
    let done = format!("data: {HEL}\n\ndata: [DONE]\n\n");
    let open = stream("text/event-stream", &done).then_hang();
    assert_eq!(
        read(open).await.1,
        Some(ErrorKind::Truncated),
        "a server that keeps it open"
    );
}

#[tokio::test]
async fn b20_characters_and_events_may_be_cut_anywhere() {
    let text = "h\u{e9}llo \u{1f600} \u{4e16}";
    let delta = HEL.replace("Hel", text);
    let body = format!("data: {delta}\r\n\r\ndata: {}\r\n\r\n", completed());
    for size in [1, 2, 3, 7] {
        let mut reply = Reply::status(200).header("content-type", "text/event-stream");
        for chunk in body.as_bytes().chunks(size) {
            reply = reply.body(chunk.to_vec());
        }
        let (client, ..) = replay([reply]);
        let mut stream = client.responses().stream(request()).await.unwrap();
        let mut deltas = stream.text_deltas();
        assert_eq!(deltas.next().await.unwrap().unwrap(), text);
        assert!(deltas.next().await.is_none());
    }
}

#[tokio::test]
async fn b20_the_content_type_or_the_first_bytes_decide() {
    let body = format!("data: {}\n\n", completed());
    for content_type in [
        "text/event-stream; charset=utf-8",
        "TEXT/Event-Stream ; x=y",
        "text/plain",
        "text/event-streams",
        "application/json",
    ] {
        assert_eq!(
            read(stream(content_type, &body)).await.1,
            None,
            "{content_type}"
        );
    }
    let body = "<html>busy</html>";
    for content_type in ["text/plain", "text/event-streams", "application/json"] {
        let (client, ..) = replay([stream(content_type, body)]);
        let error = client.responses().stream(request()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{content_type}");
        assert_eq!(error.body().unwrap(), body);
    }
}

#[tokio::test]
async fn b21_odd_events_are_given_as_far_as_they_go() {
    let odd = [
        r#"{"type":"response.brand_new","x":{"y":[1]}}"#,
        // Without members that the API describes as required.
        r#"{"type":"response.output_text.delta","delta":"Hel"}"#,
        r#"{"type":"response.function_call_arguments.done","item_id":"fc_1","arguments":"{}"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","brand_new":1}}"#,
        r#"{"type":"response.output_text.delta","delta":"lo","logprobs":[],"obfuscation":"xx","brand_new":[null]}"#,
        "42",
        r#""text""#,
        "null",
        "[]",
        "{}",
    ];
    let all = odd.map(str::to_owned).into_iter().chain([completed()]);
    let (client, ..) = replay([Reply::events(all)]);
    let mut stream = client.responses().stream(request()).await.unwrap();
    let mut text = String::new();
    for data in odd {
        let event = stream.next().await.unwrap().unwrap();
        text.push_str(event.text_delta().unwrap_or_default());
        match (&event, data) {
            (StreamEvent::FunctionCallArgumentsDone(done), _) => assert_eq!(done.arguments, "{}"),
            (StreamEvent::OutputItemDone(done), _) => {
                assert!(matches!(done.item.as_deref(), Some(Item::Message(_))));
            }
            _ => {}
        }
        // No member is lost.
        let written: serde_json::Value = serde_json::from_str(&orouter::to_string(&event)).unwrap();
        assert_eq!(
            written,
            serde_json::from_str::<serde_json::Value>(data).unwrap()
        );
    }
    assert_eq!(text, "Hello");
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn b25_leaving_the_loop_closes_the_connection() {
    let start = sse([CREATED, ITEM_ADDED, PART_ADDED, HEL, LO]);
    let server = ScriptedServer::start([vec![Step::send(start), Step::Hang]])
        .await
        .unwrap();
    let client = crate::support::client(&server);
    {
        let mut stream = soon(client.responses().stream(request())).await.unwrap();
        while let Some(event) = soon(stream.next()).await {
            if event.unwrap().text_delta().is_some() {
                break;
            }
        }
    }
    until(|| server.open_connections() == 0).await;
}

#[tokio::test]
async fn b25_dropping_a_call_that_waits_closes_the_connection() {
    let server = ScriptedServer::start([vec![Step::Hang]]).await.unwrap();
    let client = crate::support::client(&server);
    let call = client.responses().create(request()).into_future();
    tokio::select! {
        _ = call => panic!("nobody answers"),
        () = until(|| !server.received().is_empty()) => {}
    }
    until(|| server.open_connections() == 0).await;
}
