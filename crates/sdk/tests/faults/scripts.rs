//! The server's script for each fault at each point of an exchange.

use std::time::Duration;

use orouter::testing::{ScriptedServer, Step};

use crate::{
    json_head,
    redirects::redirect,
    support::{
        CREATED, HEL, ITEM_ADDED, PART_ADDED, RESPONSE, completed,
        compressed::{Body, Coding},
        over_hyper,
    },
};

/// The points at which a fault can occur. The first four belong to a call for JSON, the rest to a
/// stream.
pub(crate) const PLACES: [&str; 7] = [
    "before the head",
    "in the head",
    "before the body",
    "in JSON",
    "in an event",
    "between events",
    "after the last event",
];

pub(crate) fn is_stream(place: &str) -> bool {
    PLACES[4..].contains(&place)
}

pub(crate) const FAULTS: [&str; 25] = [
    "refused",
    "reset",
    "stalled",
    "cut off",
    "cut off, in chunks",
    "slow, byte by byte",
    "garbage",
    "oversized",
    "length too long",
    "length too short",
    "no content type",
    "HTML",
    "event stream labelled JSON",
    "JSON labelled event stream",
    "compressed without request",
    "gzip, brotli, zstd",
    "gzip, brotli, zstd: cut off",
    "gzip, brotli, zstd: garbled",
    "100 and 103 first",
    "101",
    "201",
    "204",
    "301, 302, 303",
    "307, 308 within the origin",
    "307, 308 to another origin",
];

/// Returns `true` if this run can check the fault: compression needs its feature, and a transport that has it.
pub(crate) fn can_be_shown(fault: &str) -> bool {
    !fault.starts_with("gzip") || (Coding::built().next().is_some() && !over_hyper())
}

const STREAM_HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

fn data(event: &str) -> String {
    format!("data: {event}\n\n")
}

fn first_events() -> String {
    [CREATED, ITEM_ADDED, PART_ADDED, HEL].map(data).concat()
}

const DONE: &str = "data: [DONE]\n\n";

/// Returns the body of a healthy response, cut in two at `place`.
fn body_around(place: &str) -> (String, String) {
    let last = data(&completed());
    match place {
        "before the body" => (String::new(), RESPONSE.to_owned()),
        "in JSON" => (RESPONSE[..60].to_owned(), RESPONSE[60..].to_owned()),
        "in an event" => (first_events() + &last[..50], last[50..].to_owned()),
        "between events" => (first_events(), last),
        "after the last event" => (first_events() + &last, DONE.to_owned()),
        other => panic!("{other} is in no body"),
    }
}

/// Returns a healthy response, cut in two at `place`.
fn around(place: &str) -> (String, String) {
    let head = json_head();
    match place {
        "before the head" => (String::new(), head + RESPONSE),
        "in the head" => (head[..30].to_owned(), head[30..].to_owned() + RESPONSE),
        _ => {
            let head = if is_stream(place) {
                STREAM_HEAD.to_owned()
            } else {
                head
            };
            let (before, after) = body_around(place);
            (head + &before, after)
        }
    }
}

/// Returns the head of a response for `place`, with these headers in place of its own about the body.
fn head_with(place: &str, headers: &str) -> String {
    let kind = if is_stream(place) {
        "text/event-stream"
    } else {
        "application/json"
    };
    format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{headers}\r\n\r\n")
}

/// The server's part of one call: a script for each of its requests.
pub(crate) type Scripts = Vec<Vec<Step>>;

/// Returns a script that sends these bytes to one request, and no more.
fn answer(bytes: impl Into<Vec<u8>>) -> Vec<Scripts> {
    vec![vec![vec![Step::send(bytes.into()), Step::Close]]]
}

/// Returns all forms of `fault` at `place`, which have the same outcome; none if the fault cannot occur
/// there.
pub(crate) fn forms(fault: &str, place: &str) -> Vec<Scripts> {
    match (fault, place) {
        // No server.
        ("refused", "before the head") => vec![Vec::new()],
        ("reset", _) => vec![vec![vec![Step::send(around(place).0), Step::Reset]]],
        ("stalled", _) => vec![vec![vec![Step::send(around(place).0), Step::Hang]]],
        ("cut off", _) => answer(around(place).0),
        ("cut off, in chunks", _) if PLACES[2..].contains(&place) => {
            let (before, _) = body_around(place);
            let head = head_with(place, "transfer-encoding: chunked");
            let chunk = format!("{:x}\r\n{before}\r\n", before.len());
            // An empty chunk would be the end of the body.
            answer(head + if before.is_empty() { "" } else { &chunk })
        }
        ("slow, byte by byte", _) => {
            let (before, after) = around(place);
            let (slow, rest) = after.split_at(after.len().min(20));
            let slow = Step::Drip(slow.to_owned().into(), Duration::from_millis(2));
            let rest = Step::send(rest.to_owned());
            vec![vec![vec![Step::send(before), slow, rest, Step::Close]]]
        }
        ("garbage", _) => {
            let garbage = match place {
                "before the head" | "in the head" => "\u{1}\u{2} what\r\n\r\n",
                "between events" | "after the last event" => "data: what\n\n",
                _ => "\u{1}\u{2}\u{3}",
            };
            let (before, after) = around(place);
            answer(before + garbage + &after)
        }
        ("oversized", _) => oversized(place),
        ("length too long" | "length too short", _) => wrong_length(fault, place),
        ("gzip, brotli, zstd", "before the body" | "between events") => compressed(place, |body| {
            let (before, after) = body_around(place);
            let start = if before.is_empty() {
                Vec::new()
            } else {
                body.push(before.as_bytes())
            };
            [start, body.push(after.as_bytes()), body.last()].concat()
        }),
        ("gzip, brotli, zstd: cut off", _) if PLACES[2..].contains(&place) => {
            compressed(place, |body| {
                let (before, after) = body_around(place);
                let whole = body.push((before.clone() + &after).as_bytes());
                let overhead = whole.len() - before.len() - after.len();
                whole[..overhead + before.len()].to_vec()
            })
        }
        // In a stream, the output of a decompressor before it fails depends on the chunks.
        ("gzip, brotli, zstd: garbled", "before the body" | "in JSON") => {
            compressed(place, |body| {
                let (before, _) = body_around(place);
                let start = if before.is_empty() {
                    Vec::new()
                } else {
                    body.push(before.as_bytes())
                };
                [start, vec![0xff; 64]].concat()
            })
        }
        (_, "before the body") => body_that_is_not_what_it_is_called(fault),
        ("100 and 103 first", "before the head") => answer(format!(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n{}",
            around(place).1
        )),
        (_, "in the head") => other_status(fault),
        _ => Vec::new(),
    }
}

fn oversized(place: &str) -> Vec<Scripts> {
    let (before, after) = around(place);
    match place {
        "in the head" => {
            let header = format!("\r\nx-long: {}\r\n\r\n", "x".repeat(1 << 20));
            answer(json_head().replace("\r\n\r\n", &header) + RESPONSE)
        }
        "before the body" => answer(head_with(place, "content-length: 1000000000")),
        "in JSON" => {
            let body = format!(r#"{{"id":"{}"}}"#, "x".repeat(9000));
            answer(head_with(place, &format!("content-length: {}", body.len())) + &body)
        }
        "in an event" => answer(before + &"x".repeat(9000)),
        "between events" => answer(format!("{before}: {}\n\n{after}", "x".repeat(9000))),
        "after the last event" => answer(before + &data(&"x".repeat(9000))),
        _ => Vec::new(),
    }
}

fn wrong_length(fault: &str, place: &str) -> Vec<Scripts> {
    if !PLACES[3..].contains(&place) {
        return Vec::new();
    }
    let (before, after) = body_around(place);
    if fault == "length too long" {
        let length = before.len() + after.len() + 1;
        let sent = if place == "in JSON" {
            before + &after
        } else {
            before
        };
        answer(head_with(place, &format!("content-length: {length}")) + &sent)
    } else {
        let head = head_with(place, &format!("content-length: {}", before.len()));
        answer(head + &before + &after)
    }
}

/// Returns a response for each compression that this build reads.
fn compressed(place: &str, make: impl Fn(&mut Body) -> Vec<u8>) -> Vec<Scripts> {
    Coding::built()
        .flat_map(|coding| {
            let body = make(&mut Body::new(coding));
            let length = format!(
                "content-encoding: {}\r\ncontent-length: {}",
                coding.name(),
                body.len()
            );
            answer([head_with(place, &length).into_bytes(), body].concat())
        })
        .collect()
}

fn body_that_is_not_what_it_is_called(fault: &str) -> Vec<Scripts> {
    let events = first_events() + &data(&completed());
    let (kind, body) = match fault {
        "no content type" => ("x-none: 1", RESPONSE),
        "HTML" => (
            "content-type: text/html",
            "<html><title>Sign in</title></html>",
        ),
        "event stream labelled JSON" => ("content-type: application/json", events.as_str()),
        "JSON labelled event stream" => ("content-type: text/event-stream", RESPONSE),
        "compressed without request" => (
            "content-type: application/json\r\ncontent-encoding: compress",
            RESPONSE,
        ),
        _ => return Vec::new(),
    };
    let length = body.len();
    answer(format!(
        "HTTP/1.1 200 OK\r\n{kind}\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

fn other_status(fault: &str) -> Vec<Scripts> {
    let whole = || vec![Step::send(json_head() + RESPONSE), Step::Close];
    let each = |statuses: &[u16], location: &str| {
        let hops = statuses.iter().map(|status| redirect(*status, location));
        hops.map(|hop| vec![hop, whole()]).collect()
    };
    match fault {
        "101" => {
            answer("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n")
        }
        "201" => answer(json_head().replace("200 OK", "201 Created") + RESPONSE),
        "204" => answer("HTTP/1.1 204 No Content\r\n\r\n"),
        "301, 302, 303" => each(&[301, 302, 303], "/api/v1/other"),
        "307, 308 within the origin" => each(&[307, 308], "/api/v1/other"),
        "307, 308 to another origin" => each(&[307, 308], "http://other.invalid/api/v1/responses"),
        _ => Vec::new(),
    }
}

/// Starts a server for these scripts; without scripts, returns a URL without a listener.
pub(crate) async fn serve(scripts: Scripts) -> (String, Option<ScriptedServer>) {
    let server = ScriptedServer::start(scripts.clone()).await.unwrap();
    let url = server.url();
    (url, (!scripts.is_empty()).then_some(server))
}
