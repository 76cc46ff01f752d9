//! What a call does when the server, or something on the way, misbehaves: every fault at every place
//! where it can stand, on a raw socket. The outcomes are the table in `docs/faults.md`; this test
//! fails when the table and the truth differ.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::{collections::BTreeMap, fmt::Write as _, path::Path, time::Duration};

use orouter::{
    Error, OpenRouter, RequestOptions, RetryConfig, Timeouts,
    testing::{ScriptedServer, Step},
};
use support::{CREATED, HEL, ITEM_ADDED, PART_ADDED, RESPONSE, completed, request, soon};

/// The limits of the table: real, and short.
const LIMIT: Duration = Duration::from_millis(80);

const PLACES: [&str; 7] = [
    "before the head",
    "in the head",
    "before the body",
    "in JSON",
    "in an event",
    "between events",
    "after the last event",
];

fn json_head() -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        RESPONSE.len()
    )
}

const STREAM_HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

fn data(event: &str) -> String {
    format!("data: {event}\n\n")
}

fn first_events() -> String {
    [CREATED, ITEM_ADDED, PART_ADDED, HEL].map(data).concat()
}

/// A healthy answer, cut in two where a place is: what comes before a fault there, and after it.
fn around(place: &str) -> (String, String) {
    let whole = format!("{}{RESPONSE}", json_head());
    let stream = |before: String, after: String| (format!("{STREAM_HEAD}{before}"), after);
    let at = |cut: usize| (whole[..cut].to_owned(), whole[cut..].to_owned());
    match place {
        "before the head" => (String::new(), whole),
        "in the head" => at(30),
        "before the body" => at(json_head().len()),
        "in JSON" => at(json_head().len() + 60),
        "in an event" => {
            let event = data(&completed());
            stream(first_events() + &event[..50], event[50..].to_owned())
        }
        "between events" => stream(first_events(), data(&completed())),
        "after the last event" => stream(
            first_events() + &data(&completed()),
            "data: [DONE]\n\n".to_owned(),
        ),
        other => panic!("{other}"),
    }
}

fn is_stream(place: &str) -> bool {
    PLACES[4..].contains(&place)
}

/// The steps of `fault` at `place`; `None` where the two make no sense together.
fn script(fault: &str, place: &str) -> Option<Vec<Step>> {
    let (before, after) = around(place);
    let start = || Step::send(before.clone());
    Some(match fault {
        "reset" => vec![start(), Step::Reset],
        "stalled" => vec![start(), Step::Hang],
        "cut off" => vec![start(), Step::Close],
        "slow, byte by byte" => {
            let (slow, rest) = after.split_at(after.len().min(20));
            let pause = Duration::from_millis(2);
            vec![
                start(),
                Step::Drip(slow.to_owned().into(), pause),
                Step::send(rest.to_owned()),
                Step::Close,
            ]
        }
        "garbage" => {
            let garbage = match place {
                "before the head" | "in the head" => "\u{1}\u{2} what\r\n\r\n",
                "between events" | "after the last event" => "data: what\n\n",
                _ => "\u{1}\u{2}\u{3}",
            };
            vec![
                start(),
                Step::send(format!("{garbage}{after}")),
                Step::Close,
            ]
        }
        "oversized" => match place {
            "in the head" => {
                let header = format!("x-long: {}\r\n", "x".repeat(1 << 20));
                vec![Step::send(
                    json_head().replace("\r\n\r\n", &format!("\r\n{header}\r\n")),
                )]
            }
            "in JSON" => {
                let body = format!(r#"{{"id":"{}"}}"#, "x".repeat(9000));
                let head =
                    json_head().replace(&RESPONSE.len().to_string(), &body.len().to_string());
                vec![Step::send(head + &body)]
            }
            "before the body" => {
                vec![Step::send(
                    json_head().replace(&RESPONSE.len().to_string(), "1000000000"),
                )]
            }
            "in an event" => vec![start(), Step::send("x".repeat(9000)), Step::Hang],
            "after the last event" => {
                vec![start(), Step::send(data(&"x".repeat(9000))), Step::Close]
            }
            _ => return None,
        },
        "length too long" if place == "in JSON" => {
            let head = json_head().replace(&RESPONSE.len().to_string(), "999");
            vec![Step::send(head + RESPONSE), Step::Close]
        }
        "length too short" if place == "in JSON" => {
            let head = json_head().replace(&RESPONSE.len().to_string(), "50");
            vec![Step::send(head + RESPONSE), Step::Close]
        }
        "no content type" if place == "before the body" => {
            let head = json_head().replace("content-type: application/json\r\n", "");
            vec![Step::send(head + RESPONSE)]
        }
        "HTML" if place == "before the body" => {
            let body = "<html><title>Sign in</title></html>";
            let head = json_head()
                .replace("application/json", "text/html")
                .replace(&RESPONSE.len().to_string(), &body.len().to_string());
            vec![Step::send(head + body)]
        }
        "compressed, not asked for" if place == "before the body" => {
            let head =
                json_head().replace("content-type", "content-encoding: compress\r\ncontent-type");
            vec![Step::send(head + RESPONSE)]
        }
        "100 and 103 first" if place == "before the head" => vec![Step::send(format!(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n{after}"
        ))],
        "201" if place == "in the head" => {
            vec![Step::send(format!(
                "{}{RESPONSE}",
                json_head().replace("200 OK", "201 Created")
            ))]
        }
        "204" if place == "in the head" => vec![Step::send("HTTP/1.1 204 No Content\r\n\r\n")],
        _ => return None,
    })
}

const FAULTS: [&str; 14] = [
    "reset",
    "stalled",
    "cut off",
    "slow, byte by byte",
    "garbage",
    "oversized",
    "length too long",
    "length too short",
    "no content type",
    "HTML",
    "compressed, not asked for",
    "100 and 103 first",
    "201",
    "204",
];

fn limits(limit: Duration) -> RequestOptions {
    RequestOptions::new()
        .retries(RetryConfig::none())
        .max_response_bytes(8000)
        .max_event_bytes(8000)
        .timeouts(
            Timeouts::default()
                .connect(limit)
                .first_byte(limit)
                .idle(limit),
        )
}

/// A client that gives up on silence after `limit`.
fn impatient_client(url: &str, limit: Duration) -> OpenRouter {
    support::builder()
        .server_url(url)
        .options(limits(limit))
        .build()
        .unwrap()
}

fn client(url: &str) -> OpenRouter {
    impatient_client(url, support::LONG)
}

/// What a caller sees, in a word.
fn word<T>(outcome: Result<T, Error>) -> String {
    let Err(error) = outcome else {
        return "ok".to_owned();
    };
    support::assert_presentable(&error);
    let mut word = error.kind().to_string();
    if let Some(which) = error.timeout() {
        word = format!("{word} ({which})");
    }
    if error
        .partial_response()
        .is_some_and(|partial| partial.id == "resp_1")
    {
        word.push_str(" + partial");
    }
    word
}

async fn outcome(fault: &str, place: &str) -> Option<String> {
    let server = ScriptedServer::start([script(fault, place)?])
        .await
        .unwrap();
    // Only what is about silence has short limits: the rest is not to depend on a busy machine.
    let limit = if fault == "stalled" {
        LIMIT
    } else {
        support::LONG
    };
    let client = impatient_client(&server.url(), limit);
    Some(if is_stream(place) {
        match soon(client.responses().stream(request())).await {
            Ok(stream) => {
                let response = soon(stream.into_response()).await;
                if let Ok(response) = &response {
                    assert_eq!(response.output_text(), "Hello", "{fault} {place}");
                }
                word(response)
            }
            Err(error) => word::<()>(Err(error)),
        }
    } else {
        let response = soon(client.responses().create(request())).await;
        if let Ok(response) = &response {
            assert_eq!(response.output_text(), "Hello", "{fault} {place}");
        }
        word(response)
    })
}

#[tokio::test]
async fn every_fault_at_every_place_ends_as_the_table_says() {
    let mut table = format!(
        "| Fault | {} |\n|---|{}\n",
        PLACES.join(" | "),
        "---|".repeat(PLACES.len())
    );
    for fault in FAULTS {
        write!(table, "| {fault} |").unwrap();
        for place in PLACES {
            let cell = outcome(fault, place).await;
            write!(table, " {} |", cell.as_deref().unwrap_or("")).unwrap();
        }
        table.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (start, rest) = page.split_once("<!-- table -->\n").unwrap();
    let (documented, end) = rest.split_once("<!-- end of table -->").unwrap();
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        let page = format!("{start}<!-- table -->\n{table}<!-- end of table -->{end}");
        std::fs::write(&path, page).unwrap();
        return;
    }
    assert_eq!(
        documented, table,
        "docs/faults.md is out of date; see it for how to renew it"
    );
}

#[tokio::test]
async fn a_refused_connection_is_named_and_was_not_sent() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let client = client(&format!("http://127.0.0.1:{port}/api/v1"));
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(word::<()>(Err(error)), "connect");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_a_connect_error() {
    let client = client("http://does-not-exist.invalid/api/v1");
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(word::<()>(Err(error)), "connect");
}

fn redirect(status: u16, location: &str) -> Vec<Step> {
    let headers: &[(&str, &str)] = if location.is_empty() {
        &[]
    } else {
        &[("location", location)]
    };
    vec![Step::send(orouter::testing::http_response(
        status, headers, "",
    ))]
}

#[tokio::test]
async fn redirects_are_followed_within_the_origin_and_as_they_are() {
    let answer = vec![Step::send(format!("{}{RESPONSE}", json_head()))];
    for status in [307, 308] {
        let location = "/elsewhere?x=1";
        let server = ScriptedServer::start([redirect(status, location), answer.clone()])
            .await
            .unwrap();
        let (_, meta) = soon(
            client(&server.url())
                .responses()
                .create(request())
                .with_meta(),
        )
        .await
        .unwrap();
        let received = server.received();
        assert_eq!(received[1].request_line(), "POST /elsewhere?x=1 HTTP/1.1");
        assert_eq!(received[1].body, received[0].body);
        assert_eq!(received[1].header("authorization"), Some("Bearer test-key"));
        assert_eq!(meta.attempts(), 1);
    }
}

#[tokio::test]
async fn other_redirects_are_errors_and_the_key_goes_nowhere() {
    let other = ScriptedServer::start([redirect(200, "")]).await.unwrap();
    let elsewhere = format!("http://{}/api/v1/responses?secret=1", other.address());
    let mut cases = BTreeMap::new();
    for status in [301, 302, 303] {
        cases.insert((status, "/api/v1/other".to_owned()), "/api/v1/other");
    }
    for status in [301, 302, 303, 307, 308] {
        cases.insert((status, elsewhere.clone()), "/api/v1/responses");
        cases.insert((status, String::new()), "nowhere");
    }
    cases.insert((307, "ftp://x/y".to_owned()), "ftp://x/y");
    for ((status, location), named) in cases {
        let server = ScriptedServer::start([redirect(status, &location)])
            .await
            .unwrap();
        let error = soon(client(&server.url()).responses().create(request()))
            .await
            .unwrap_err();
        let message = error.to_string();
        assert_eq!(word::<()>(Err(error)), "redirect", "{status} {location}");
        assert!(
            message.contains(named) && !message.contains("secret"),
            "{message}"
        );
        assert!(message.contains(&status.to_string()), "{message}");
    }
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let server = ScriptedServer::start([redirect(308, "/api/v1/responses")])
        .await
        .unwrap();
    let error = soon(client(&server.url()).responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(word::<()>(Err(error)), "redirect");
    assert_eq!(server.received().len(), 6);
}

#[tokio::test]
async fn a_stale_pooled_connection_is_not_repeated_blindly() {
    // The server answers once and closes as soon as the second request has come in.
    let answer = vec![Step::send(format!("{}{RESPONSE}", json_head()))];
    let server = ScriptedServer::start([answer.clone(), vec![Step::Close], answer])
        .await
        .unwrap();
    let client = support::builder().server_url(server.url()).build().unwrap();
    soon(client.responses().create(request())).await.unwrap();
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (orouter::ErrorKind::Transport, 1)
    );
    assert!(
        error.to_string().contains("retry_possibly_billed"),
        "{error}"
    );
}
