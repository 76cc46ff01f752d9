//! Bodies with a wrong content type: the first bytes decide.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::disallowed_methods, reason = "beside a socket, time is real")]

mod support;

use std::time::Duration;

use orouter::{
    ErrorKind, RequestOptions, Sent, TimeoutKind, Timeouts,
    testing::{Reply, ScriptedServer, Step},
};
use support::{HEL, RESPONSE, abortable_call, events, replay, request, soon};

const TYPES: [Option<&str>; 6] = [
    Some("application/json"),
    Some("application/json; charset=utf-8"),
    Some("text/plain"),
    Some("application/octet-stream"),
    Some("text/event-stream"),
    None,
];

fn reply(content_type: Option<&str>) -> Reply {
    let reply = Reply::status(200);
    match content_type {
        Some(content_type) => reply.header("content-type", content_type),
        None => reply,
    }
}

/// Returns the frames of a stream, without names.
fn plain<D: AsRef<str>>(events: impl IntoIterator<Item = D>) -> String {
    let frame = |data: D| format!("data: {}\n\n", data.as_ref());
    events.into_iter().map(frame).collect()
}

/// Returns the text, which is equal for all calls.
async fn text_of(reply: Reply) -> String {
    let (client, ..) = replay([reply.clone(), reply.clone(), reply]);
    let created = client.responses().create(request()).await.unwrap();
    assert_eq!(created.id, "resp_1");
    let mut stream = client.responses().stream(request()).await.unwrap();
    let mut text = String::new();
    let mut deltas = stream.text_deltas();
    while let Some(delta) = deltas.next().await {
        text.push_str(&delta.unwrap());
    }
    assert_eq!(text, created.output_text());
    let sent = client.responses().send(request()).await.unwrap();
    assert_eq!(sent.into_response().await.unwrap().output_text(), text);
    text
}

#[tokio::test]
async fn streams_and_responses_are_read_under_any_type() {
    let stream = plain(events());
    let named: String = events()
        .iter()
        .map(|data| format!("event: x\r\nid: 7\r\nretry: 5\r\ndata: {data}\r\n\r\n"))
        .collect();
    for content_type in TYPES {
        for body in [&stream, &named, &RESPONSE.to_owned()] {
            let comment = if body == RESPONSE {
                ""
            } else {
                ": OPENROUTER PROCESSING\n\n"
            };
            for start in ["", "\u{feff}", "\n\r\n", " \t\n", "\u{feff}\n  "] {
                let whole = format!("{start}{comment}{body}");
                let text = text_of(reply(content_type).body(whole.clone())).await;
                assert_eq!(text, "Hello", "{content_type:?} {whole}");
            }
            let mut bytewise = reply(content_type);
            for byte in format!("\u{feff} \n{body}").into_bytes() {
                bytewise = bytewise.body(vec![byte]);
            }
            assert_eq!(text_of(bytewise).await, "Hello", "{content_type:?}");
        }
    }
}

#[tokio::test]
async fn what_is_neither_stays_an_error() {
    for content_type in TYPES {
        for (body, kind) in [
            ("<!doctype html><p>busy", ErrorKind::Decode),
            (" <html></html>", ErrorKind::Decode),
            (
                r#"{"error":{"code":502,"message":"Broke"}}"#,
                ErrorKind::InBand,
            ),
            (r#"{"detail":"no"}"#, ErrorKind::Decode),
            (
                "data: {\"type\":\"error\",\"message\":\"Broke\"}\n\n",
                ErrorKind::InBand,
            ),
            (
                "data: {\"error\":{\"message\":\"Broke\"}}\n\n",
                ErrorKind::InBand,
            ),
            ("event: error\ndata: Broke\n\n", ErrorKind::InBand),
            ("data: [DONE]\n\n", ErrorKind::Truncated),
            (": only a comment\n\n", ErrorKind::Truncated),
        ] {
            let error = support::error_of(reply(content_type).body(body)).await;
            assert_eq!(error.kind(), kind, "{content_type:?} {body}: {error}");
        }
        if content_type != Some("text/event-stream") {
            for body in ["", "  ", "data", "dates: none", "Internal error"] {
                let error = support::error_of(reply(content_type).body(body)).await;
                assert_eq!(error.kind(), ErrorKind::Decode, "{content_type:?} {body:?}");
            }
        }
    }
}

/// An endless response that claims to be JSON.
fn hanging(start: &str) -> Vec<Step> {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("{:x}\r\n{start}\r\n", start.len());
    vec![Step::send(head), Step::send(chunk), Step::Hang]
}

#[tokio::test]
async fn a_stream_is_recognised_by_its_first_bytes_alone() {
    for start in [":", "data:", "\n id:"] {
        let server = ScriptedServer::start([hanging(start)]).await.unwrap();
        let client = support::client(&server);
        // The rest is never sent.
        drop(soon(client.responses().stream(request())).await.unwrap());
    }
    let server = ScriptedServer::start([hanging(&plain([HEL]))])
        .await
        .unwrap();
    let client = support::client(&server);
    let Sent::Stream(mut stream) = soon(client.responses().send(request())).await.unwrap() else {
        panic!()
    };
    let event = soon(stream.next()).await.unwrap().unwrap();
    assert_eq!(event.text_delta(), Some("Hel"));
}

#[tokio::test]
async fn timeouts_aborts_and_limits_hold_while_nothing_is_decided() {
    for start in [" ", "dat"] {
        let server = ScriptedServer::start([hanging(start)]).await.unwrap();
        let client = support::client(&server);
        let idle = Timeouts::default().idle(Duration::from_millis(50));
        let options = RequestOptions::new().timeouts(idle);
        let error = soon(support::failure(&client, options)).await;
        assert_eq!(error.timeout(), Some(TimeoutKind::Idle), "{start:?}");

        let server = ScriptedServer::start([hanging(start)]).await.unwrap();
        let client = support::client(&server);
        let (abort, call) = abortable_call(&client);
        support::until(|| server.accepted_connections() == 1).await;
        abort.abort();
        assert_eq!(
            soon(call).await.unwrap().unwrap_err().kind(),
            ErrorKind::Aborted
        );
    }
    for content_type in ["application/json", "text/event-stream"] {
        let mut endless = reply(Some(content_type));
        for _ in 0..100 {
            endless = endless.body(" ".repeat(100));
        }
        let (client, ..) = replay([endless.then_hang()]);
        let options = RequestOptions::new().max_response_bytes(2000);
        let error = support::failure(&client, options).await;
        assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
    }
}
