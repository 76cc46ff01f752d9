//! `ResponseStream`: events in order, exactly one end, and no lost data.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::disallowed_methods, reason = "beside a socket, time is real")]

mod support;

use std::{pin::Pin, time::Duration};

use futures_core::Stream;
use orouter::{
    Error, ErrorKind, RequestOptions, ResponseStream, StreamEvent, TimeoutKind, Timeouts,
    testing::{Reply, ScriptedServer, Step, sse},
};
use support::{
    CREATED, HEL, ITEM_ADDED, LO, PART_ADDED, RESPONSE, completed, events, replay, request, soon,
};

async fn open(reply: Reply) -> ResponseStream {
    let (client, ..) = replay([reply]);
    client.responses().stream(request()).await.unwrap()
}

/// Returns all events, and the error that ended the stream. Asserts that nothing follows.
async fn all(stream: &mut ResponseStream) -> (Vec<StreamEvent>, Option<Error>) {
    let mut seen = Vec::new();
    let mut failure = None;
    while let Some(event) = stream.next().await {
        assert!(failure.is_none(), "something came after an error");
        match event {
            Ok(event) => seen.push(event),
            Err(error) => failure = Some(error),
        }
    }
    assert!(stream.next().await.is_none());
    (seen, failure)
}

fn kinds(events: &[StreamEvent]) -> Vec<&str> {
    events.iter().map(StreamEvent::kind).collect()
}

#[tokio::test]
async fn events_come_in_order_and_end_with_the_last() {
    let mut stream = open(Reply::events(events()).body("data: [DONE]\n\n")).await;
    let (seen, failure) = all(&mut stream).await;
    assert!(failure.is_none());
    assert_eq!(
        kinds(&seen),
        [
            "response.created",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.completed",
        ]
    );
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn event_names_comments_and_every_line_end_are_understood() {
    let body = format!(
        "\u{FEFF}: OPENROUTER PROCESSING\r\n\r\nevent: response.created\r\ndata: {CREATED}\r\n\r\n\
         event: keepalive\rdata: {{\"type\":\"keepalive\"}}\r\rdata:{HEL}\n\nid: 7\n\ndata: {}\n\n",
        completed()
    );
    // One byte per chunk: the result does not depend on the chunks.
    let mut reply = Reply::status(200).header("content-type", "Text/Event-Stream; charset=utf-8");
    for byte in body.bytes() {
        reply = reply.body(vec![byte]);
    }
    let mut stream = open(reply).await;
    let (seen, failure) = all(&mut stream).await;
    assert!(failure.is_none(), "{failure:?}");
    assert_eq!(
        kinds(&seen),
        [
            "response.created",
            "keepalive",
            "response.output_text.delta",
            "response.completed"
        ]
    );
}

#[tokio::test]
async fn done_without_the_last_event_is_truncated() {
    let mut stream = open(Reply::events([
        CREATED, ITEM_ADDED, PART_ADDED, HEL, "[DONE]",
    ]))
    .await;
    let (seen, failure) = all(&mut stream).await;
    assert_eq!(seen.len(), 4);
    let error = failure.unwrap();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(error.partial_response().unwrap().output_text(), "Hel");
    assert_eq!(
        stream.into_response().await.unwrap_err().kind(),
        ErrorKind::Truncated
    );
}

#[tokio::test]
async fn an_end_without_the_last_event_is_truncated() {
    let (client, ..) = replay([Reply::events([CREATED, ITEM_ADDED, PART_ADDED, HEL])]);
    let stream = client.responses().stream(request()).await.unwrap();
    let error = stream.into_response().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.into_partial_response().unwrap().id, "resp_1");
}

#[tokio::test]
async fn a_last_event_without_its_blank_line_counts() {
    let mut stream = open(Reply::events([CREATED]).body(format!("data: {}", completed()))).await;
    let (seen, failure) = all(&mut stream).await;
    assert!(failure.is_none());
    assert_eq!(seen.len(), 2);
    let mut stream = open(Reply::events([CREATED]).body(completed()[..40].to_owned())).await;
    assert_eq!(
        all(&mut stream).await.1.unwrap().kind(),
        ErrorKind::Truncated
    );
}

#[tokio::test]
async fn nothing_after_the_last_event_matters() {
    let error = r#"{"type":"error","message":"late"}"#;
    for reply in [
        Reply::events(events()).then_break(),
        Reply::events(events()).then_hang(),
        Reply::events(events()).body(format!("data: {error}\n\n")),
        Reply::events(events()).body("data: garbage\n\n"),
    ] {
        let mut stream = open(reply).await;
        let (seen, failure) = all(&mut stream).await;
        assert!(failure.is_none());
        assert_eq!(seen.len(), 6);
    }
}

#[tokio::test]
async fn failures_inside_the_stream_are_errors_in_every_shape() {
    let shapes = [
        (
            r#"{"type":"error","code":"rate_limit_exceeded","message":"Slow down","param":null,"sequence_number":1}"#,
            "rate_limit_exceeded",
        ),
        (
            r#"{"type":"error","error":{"code":"rate_limit_exceeded","message":"Slow down"}}"#,
            "rate_limit_exceeded",
        ),
        (
            r#"{"type":"response.error","error":{"code":"rate_limit_exceeded","message":"Slow down"}}"#,
            "rate_limit_exceeded",
        ),
        (r#"{"error":{"code":429,"message":"Slow down"}}"#, "429"),
        (
            r#"{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"rate_limit_exceeded","message":"Slow down"},"error_type":"rate_limit_exceeded","output":[]}}"#,
            "rate_limit_exceeded",
        ),
        (
            r#"{"type":"response.completed","response":{"id":"resp_1","error":{"code":"rate_limit_exceeded","message":"Slow down"},"output":[]}}"#,
            "rate_limit_exceeded",
        ),
        (
            r#"{"type":"response.incomplete","response":{"id":"resp_1","status":"failed","error":{"code":"rate_limit_exceeded","message":"Slow down"}}}"#,
            "rate_limit_exceeded",
        ),
    ];
    for (shape, code) in shapes {
        let mut stream = open(Reply::events([CREATED, ITEM_ADDED, PART_ADDED, HEL, shape])).await;
        let (seen, failure) = all(&mut stream).await;
        assert_eq!(seen.len(), 4, "{shape}");
        let error = failure.unwrap();
        assert_eq!(error.kind(), ErrorKind::InBand, "{shape}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.message(), Some("Slow down"), "{shape}");
        assert_eq!(error.code(), Some(code), "{shape}");
        assert!(error.is_rate_limit() && error.is_in_band(), "{shape}");
        assert!(error.is_retryable(), "{shape}");
        assert_eq!(error.body().unwrap(), shape);
        assert_eq!(error.partial_response().unwrap().id, "resp_1", "{shape}");
        assert!(error.to_string().contains("Slow down"), "{error}");
    }
}

#[tokio::test]
async fn a_failure_that_only_the_frame_s_name_tells_is_one() {
    for data in [r#"{"code":502,"message":"Broke"}"#, r#""Broke""#] {
        let body = format!("data: {CREATED}\n\nevent: error\ndata: {data}\n\ndata: [DONE]\n\n");
        let reply = Reply::status(200).header("content-type", "text/event-stream");
        let mut stream = open(reply.body(body)).await;
        let (seen, failure) = all(&mut stream).await;
        let error = failure.unwrap();
        assert_eq!(
            (seen.len(), error.kind(), error.message()),
            (1, ErrorKind::InBand, Some("Broke")),
            "{data}"
        );
    }
}

#[tokio::test]
async fn incomplete_is_an_end_and_no_error() {
    let last = r#"{"type":"response.incomplete","response":{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}}"#;
    let stream = open(Reply::events([CREATED, last])).await;
    let response = stream.into_response().await.unwrap();
    assert_eq!(response.status, orouter::ResponseStatus::Incomplete);
}

#[tokio::test]
async fn unknown_and_mistyped_events_do_not_end_a_stream() {
    let odd = [
        r#"{"type":"response.brand_new","x":1}"#,
        r#"{"type":"response.output_text.delta","delta":7}"#,
        "42",
        "null",
        "[]",
        r#""text""#,
    ];
    let mut all_events = vec![CREATED.to_owned()];
    all_events.extend(odd.map(str::to_owned));
    all_events.push(completed());
    let mut stream = open(Reply::events(all_events)).await;
    let (seen, failure) = all(&mut stream).await;
    assert!(failure.is_none(), "{failure:?}");
    assert_eq!(seen.len(), 8);
}

#[tokio::test]
async fn an_event_that_is_not_json_ends_the_stream_with_what_came() {
    let mut stream = open(Reply::events([CREATED, r#"{"type":"response.outp"#, LO])).await;
    let (seen, failure) = all(&mut stream).await;
    assert_eq!(seen.len(), 1);
    let error = failure.unwrap();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.body().unwrap(), r#"{"type":"response.outp"#);
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
}

#[tokio::test]
async fn a_broken_connection_holds_what_came() {
    let mut stream = open(Reply::events([CREATED, ITEM_ADDED, PART_ADDED, HEL]).then_break()).await;
    let (seen, failure) = all(&mut stream).await;
    assert_eq!(seen.len(), 4);
    let error = failure.unwrap();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(error.partial_response().unwrap().output_text(), "Hel");
    assert!(error.maybe_billed());
}

#[tokio::test]
async fn silence_is_an_error_and_comments_are_not_silence() {
    let comment = || ": OPENROUTER PROCESSING\n\n";
    let minute = Duration::from_secs(60);
    let alive = Reply::events([CREATED])
        .then_pause(minute * 3 / 2)
        .body(comment())
        .then_pause(minute * 3 / 2)
        .body(comment())
        .then_pause(minute * 3 / 2)
        .body(format!("data: {}\n\n", completed()));
    let stream = open(alive).await;
    assert_eq!(stream.into_response().await.unwrap().id, "resp_1");

    let (client, _, clock) = replay([Reply::events([CREATED]).body(comment()).then_hang()]);
    let mut stream = client.responses().stream(request()).await.unwrap();
    let (seen, failure) = all(&mut stream).await;
    assert_eq!(seen.len(), 1);
    let error = failure.unwrap();
    assert_eq!(
        (error.kind(), error.timeout()),
        (ErrorKind::Timeout, Some(TimeoutKind::Idle))
    );
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
    assert_eq!(clock.elapsed(), minute * 2);
}

#[tokio::test]
async fn a_total_limit_holds_for_the_stream_too() {
    let second = Duration::from_secs(1);
    let mut reply = Reply::events([CREATED]);
    for _ in 0..100 {
        reply = reply.then_pause(second).body(": still here\n\n");
    }
    let (client, _, clock) = replay([reply]);
    let options = RequestOptions::new().timeouts(Timeouts::default().total(second * 10));
    let stream = client
        .responses()
        .stream(request())
        .options(options)
        .await
        .unwrap();
    let error = stream.into_response().await.unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::Total));
    assert_eq!(clock.elapsed(), second * 10);
}

#[tokio::test]
async fn text_deltas_and_items_borrow_so_the_response_is_still_there() {
    let mut stream = open(Reply::events(events())).await;
    let mut text = String::new();
    let mut deltas = stream.text_deltas();
    while let Some(delta) = deltas.next().await {
        text.push_str(&delta.unwrap());
    }
    assert_eq!(text, "Hello");
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");

    let mut stream = open(Reply::events(events())).await;
    let mut lengths = Vec::new();
    let mut items = stream.items();
    while let Some(update) = items.next().await {
        let update = update.unwrap();
        assert_eq!(update.index, 0);
        let orouter::Item::Message(message) = update.item else {
            panic!()
        };
        lengths.push(message.text().len());
    }
    assert_eq!(lengths, [0, 0, 3, 5]);
    assert_eq!(stream.snapshot().id, "resp_1");
}

#[tokio::test]
async fn a_server_that_answers_whole_is_read_as_a_stream() {
    let mut stream = open(Reply::json(RESPONSE)).await;
    let (seen, failure) = all(&mut stream).await;
    assert!(failure.is_none());
    assert_eq!(seen.first().unwrap().kind(), "response.created");
    assert_eq!(seen.last().unwrap().kind(), "response.completed");
    let text: String = seen.iter().filter_map(StreamEvent::text_delta).collect();
    assert_eq!(text, "Hello");
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn it_is_a_futures_stream_send_static_and_unpin() {
    fn check<T: Stream<Item = Result<StreamEvent, Error>> + Send + Unpin + 'static>(_: &T) {}
    let mut stream = open(Reply::events(events())).await;
    check(&stream);
    let mut count = 0;
    while let Some(event) = std::future::poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
        event.unwrap();
        count += 1;
    }
    assert_eq!(count, 6);
}

#[tokio::test]
async fn giving_up_on_next_loses_nothing() {
    let pause = Duration::from_millis(30);
    let server = ScriptedServer::start([vec![
        Step::send(sse([CREATED])),
        Step::Wait(pause),
        Step::send(format!("data: {HEL}\n\ndata: {}\n\n", completed())),
        Step::Close,
    ]])
    .await
    .unwrap();
    let client = support::client(&server);
    let mut stream = soon(client.responses().stream(request())).await.unwrap();
    let mut seen = Vec::new();
    let reading = async {
        loop {
            match tokio::time::timeout(Duration::from_millis(3), stream.next()).await {
                Ok(Some(event)) => seen.push(event.unwrap()),
                Ok(None) => break,
                Err(_) => {}
            }
        }
    };
    soon(reading).await;
    assert_eq!(
        kinds(&seen),
        [
            "response.created",
            "response.output_text.delta",
            "response.completed"
        ]
    );
}

#[tokio::test]
async fn dropping_it_closes_the_connection() {
    let server = ScriptedServer::start([vec![Step::send(sse([CREATED])), Step::Hang]])
        .await
        .unwrap();
    let client = support::client(&server);
    let mut stream = soon(client.responses().stream(request())).await.unwrap();
    soon(stream.next()).await.unwrap().unwrap();
    assert_eq!(server.open_connections(), 1);
    drop(stream);
    support::until(|| server.open_connections() == 0).await;
}

#[tokio::test]
async fn a_stream_without_end_is_an_error_with_what_came() {
    let delta = format!("data: {LO}\n\n");
    let (client, ..) = replay([Reply::status(200)
        .header("content-type", "text/event-stream")
        .body(format!("data: {CREATED}\n\ndata: {ITEM_ADDED}\n\n"))
        .body(delta.repeat(100))]);
    let options = RequestOptions::new().max_response_bytes(2000);
    let call = client.responses().create(request()).options(options);
    let error = call.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
    assert!(error.to_string().contains("8000 bytes"), "{error}");
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
}

#[tokio::test]
async fn too_large_an_event_has_a_kind_of_its_own() {
    let (client, ..) = replay([Reply::events([CREATED, HEL, &completed()])]);
    let options = RequestOptions::new().max_event_bytes(200);
    let stream = client
        .responses()
        .stream(request())
        .options(options)
        .await
        .unwrap();
    let error = stream.into_response().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EventTooLarge);
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
}
