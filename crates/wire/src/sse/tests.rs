//! Tests of the decoder with small streams, split in every way, and of the encoder with the
//! decoder.

use bytes::{Bytes, BytesMut};

use super::{Decoder, Encoder, SseError};

/// Result of decoding a stream: events, errors and the number of unfinished bytes.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    events: Vec<[String; 3]>,
    errors: usize,
    unfinished: u64,
    comments: u64,
    retry: Option<u64>,
}

fn decode<'a>(decoder: Decoder, chunks: impl IntoIterator<Item = &'a [u8]>) -> Seen {
    let mut decoder = decoder;
    let mut seen = Seen::default();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        take(&mut decoder, &mut seen);
    }
    seen.unfinished = decoder.unfinished();
    seen.comments = decoder.comments();
    seen.retry = decoder.retry();
    seen
}

fn take(decoder: &mut Decoder, seen: &mut Seen) {
    loop {
        match decoder.next() {
            Ok(Some(event)) => {
                seen.events
                    .push([event.event, event.data, event.id].map(str::to_owned));
            }
            Ok(None) => break,
            Err(SseError::TooLarge { .. }) => seen.errors += 1,
        }
    }
}

/// Decodes the stream in one chunk, split in two at every offset, and byte by byte. All results
/// must be equal.
fn every_way(new: impl Fn() -> Decoder, bytes: &[u8]) -> Seen {
    let whole = decode(new(), [bytes]);
    for at in 0..=bytes.len() {
        let (a, b) = bytes.split_at(at);
        assert_eq!(
            decode(new(), [a, b]),
            whole,
            "split at {at} of {:?}",
            bytes.escape_ascii()
        );
    }
    assert_eq!(
        decode(new(), bytes.chunks(1)),
        whole,
        "byte by byte {}",
        bytes.escape_ascii()
    );
    assert_eq!(
        decode(new(), bytes.chunks(3)),
        whole,
        "by three {}",
        bytes.escape_ascii()
    );
    let mut queued = new();
    let mut seen = Seen::default();
    for chunk in bytes.chunks(5) {
        queued.push(Bytes::copy_from_slice(chunk));
    }
    take(&mut queued, &mut seen);
    assert_eq!(seen.events, whole.events, "queued {}", bytes.escape_ascii());
    whole
}

fn events(bytes: &[u8]) -> Vec<[String; 3]> {
    every_way(Decoder::new, bytes).events
}

fn message(data: &str) -> [String; 3] {
    ["message".to_owned(), data.to_owned(), String::new()]
}

#[test]
fn line_ends_of_all_kinds_and_a_byte_order_mark() {
    for end in ["\n", "\r", "\r\n"] {
        let stream = format!(
            "\u{feff}event: a{end}data: 1{end}data:2{end}{end}data:3{end}{end}{end}data: 4{end}{end}"
        );
        let mut first = message("1\n2");
        first[0] = "a".to_owned();
        assert_eq!(
            events(stream.as_bytes()),
            [first, message("3"), message("4")],
            "{end:?}"
        );
    }
}

#[test]
fn a_byte_order_mark_is_skipped_only_at_the_start() {
    assert_eq!(
        events(b"\xef\xbb\xbfdata: 1\n\n\xef\xbb\xbfdata: 2\n\n"),
        [message("1")]
    );
    assert_eq!(events(b"\xef\xbbdata: 1\n\ndata: 2\n\n"), [message("2")]);
    assert_eq!(events(b"\xef\ndata: 2\n\n"), [message("2")]);
    assert_eq!(every_way(Decoder::new, b"\xef\xbb").unfinished, 2);
    assert_eq!(every_way(Decoder::new, b"\xef\xbb\xbf").unfinished, 0);
}

#[test]
fn unknown_fields_are_skipped() {
    assert_eq!(
        events(b"datax: 1\ndat: 2\n data: 3\nData: 4\nd\n\n"),
        [] as [[String; 3]; 0]
    );
    assert_eq!(events(b"data\n\ndata\ndata\n\ndata:  x\n\n").len(), 3);
    assert_eq!(events(b"event: a\n\ndata: x\n\n"), [message("x")]);
    assert_eq!(events(b"event: a\nevent:\ndata: x\n\n"), [message("x")]);
}

#[test]
fn ids_persist_and_those_with_nul_are_ignored() {
    let ids: Vec<String> = events(
        b"data: 1\n\nid: a\ndata: 2\n\nid: b\0\ndata: 3\n\nid: c\n\ndata: 4\n\nid\ndata: 5\n\n",
    )
    .into_iter()
    .map(|[_, _, id]| id)
    .collect();
    assert_eq!(ids, ["", "a", "a", "c", ""]);
}

#[test]
fn retry_takes_digits_only() {
    assert_eq!(
        every_way(
            Decoder::new,
            b"retry: 1500\nretry: 2x\nretry:\nretry: -1\n\n"
        )
        .retry,
        Some(1500)
    );
    assert_eq!(
        every_way(Decoder::new, b"retry: 99999999999999999999\n").retry,
        Some(u64::MAX)
    );
}

#[test]
fn invalid_utf8_affects_only_its_event() {
    let seen = events(b"data: a\xff\xe2\x82\n\nevent: \xc3\ndata: b\n\ndata: \xe2\x82\xac\n\n");
    assert_eq!(seen[0][1], "a\u{fffd}\u{fffd}");
    assert_eq!(seen[1][..2], ["\u{fffd}", "b"]);
    assert_eq!(seen[2], message("€"));
}

#[test]
fn unfinished_events_are_counted_and_can_be_taken() {
    for (bytes, unfinished, event) in [
        (&b"data: 1\n\n"[..], 0, None),
        (b"data: 1\n\r\n", 0, None),
        (b"data: 1\r\n\r\n\r\n", 0, None),
        (b"data: 1\n\ndata: 2", 7, Some("2")),
        (b"data: 1\n\ndata: 2\n", 8, Some("2")),
        (b"data: 1\n\ndata: 2\r\n", 9, Some("2")),
        (b"data: 1\n\nid: 7\n", 6, None),
        (b"data: 1\n\n: ping\n", 0, None),
        (b"data: 1\n\n: pi", 4, None),
        (b"data: 1\n\ndata: 2\ndata", 12, Some("2\n")),
    ] {
        let seen = every_way(Decoder::new, bytes);
        assert_eq!(seen.unfinished, unfinished, "{}", bytes.escape_ascii());
        for size in [1, 4, 100] {
            let mut decoder = Decoder::new();
            let mut skipped = Seen::default();
            for chunk in bytes.chunks(size) {
                decoder.push(Bytes::copy_from_slice(chunk));
                take(&mut decoder, &mut skipped);
            }
            let left = decoder.take_unfinished().unwrap();
            assert_eq!(
                left.map(|event| event.data),
                event,
                "{}",
                bytes.escape_ascii()
            );
            assert!(decoder.take_unfinished().unwrap().is_none());
            assert_eq!(decoder.unfinished(), 0);
        }
    }
}

#[test]
fn an_event_over_the_limit_is_one_error_and_decoding_continues() {
    let new = || Decoder::with_limit(20);
    for bytes in [
        &b"data: 1\n\ndata: 0123456789abcdef\nid: x\n\ndata: 2\n\n"[..],
        b"data: 1\n\ndata: 012345\ndata: 012345\nid: x\nretry: 1\n\ndata: 2\n\n",
        b"data: 1\n\ndata: 0123456789\nid: xyz\n\ndata: 2\n\n",
        b"data: 1\r\n\r\ndata: 0123456789abcd\r\n\r\ndata: 2\r\n\r\n",
    ] {
        let seen = every_way(new, bytes);
        assert_eq!(seen.errors, 1, "{}", bytes.escape_ascii());
        assert_eq!(
            seen.events,
            [message("1"), message("2")],
            "{}",
            bytes.escape_ascii()
        );
    }
    let fits = every_way(new, b"data: 0123456789abc\n\n");
    assert_eq!((fits.errors, fits.events.len()), (0, 1));
    let comments = every_way(new, &b": 0123456789\n".repeat(30));
    assert_eq!((comments.errors, comments.comments), (0, 30));
    assert_eq!(
        Decoder::with_limit(20).next().map(|event| event.is_some()),
        Ok(false),
        "an empty decoder has nothing to say"
    );
}

#[test]
fn done_is_recognised() {
    let mut decoder = Decoder::new();
    decoder.push("data: [DONE]\n\ndata: \"[DONE]\"\n\n");
    assert!(decoder.next().unwrap().unwrap().is_done());
    assert!(!decoder.next().unwrap().unwrap().is_done());
}

#[test]
fn a_chunk_is_released_when_no_event_is_left() {
    let mut decoder = Decoder::new();
    for (text, events) in [
        ("data: a\n\ndata: b\n\n", 2),
        ("data: c\nda", 0),
        ("ta: d\n\n:", 1),
    ] {
        let chunk = Bytes::copy_from_slice(text.as_bytes());
        decoder.push(chunk.clone());
        for _ in 0..events {
            assert!(decoder.next().unwrap().is_some());
            assert!(!chunk.is_unique());
        }
        assert!(decoder.next().unwrap().is_none());
        assert!(chunk.is_unique(), "{text:?}");
    }
}

#[test]
fn release_drops_a_processed_chunk() {
    let mut decoder = Decoder::new();
    let chunk = Bytes::copy_from_slice(b"data: a\n\ndata: b\n\n");
    decoder.push(chunk.clone());
    assert_eq!(decoder.next().unwrap().unwrap().data, "a");
    decoder.release();
    assert!(!chunk.is_unique(), "there is more in it");
    assert_eq!(decoder.next().unwrap().unwrap().data, "b");
    decoder.release();
    assert!(chunk.is_unique());
    assert_eq!(decoder.received(), chunk.len() as u64);
    decoder.push("data: c\n");
    decoder.release();
    decoder.push("\n");
    assert_eq!(decoder.next().unwrap().unwrap().data, "c");
    assert!(decoder.next().unwrap().is_none());
    assert_eq!(decoder.unfinished(), 0);
}

#[test]
fn a_large_event_in_small_chunks_is_decoded() {
    let data = "0123456789".repeat(40_000);
    let stream = format!("event: big\ndata: {data}\ndata: {data}\n\n");
    for size in [7, 1024, 16 * 1024] {
        let seen = decode(Decoder::new(), stream.as_bytes().chunks(size));
        assert_eq!(seen.events.len(), 1);
        assert_eq!(seen.events[0][1], format!("{data}\n{data}"));
    }
}

#[test]
fn the_decoder_reads_the_encoders_output() {
    for data in [
        "",
        "x",
        "a\nb",
        "a\r\nb",
        "a\rb\n",
        "\n\n",
        " x",
        ":x",
        "é\u{2028}",
    ] {
        let mut out = BytesMut::new();
        Encoder::new().text("name\nd", data, &mut out);
        Encoder::data_only().text("name", data, &mut out);
        Encoder::new().comment("a\nb\r\nc", &mut out);
        let seen = every_way(Decoder::new, &out);
        let data = data.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(
            seen.events,
            [
                ["name d".to_owned(), data.clone(), String::new()],
                message(&data)
            ]
        );
        assert_eq!((seen.unfinished, seen.comments), (0, 1));
    }
}

#[test]
fn line_breaks_in_raw_parts_are_replaced() {
    let pretty = "{\n  \"type\": \"hologram\",\r\n  \"text\": \"a\\nb\"\n}";
    let event: crate::StreamEvent = crate::from_str(pretty).unwrap();
    let mut out = BytesMut::new();
    Encoder::new().event(event.kind(), &event, &mut out);
    Encoder::data_only().event(event.kind(), &event, &mut out);
    let seen = every_way(Decoder::new, &out);
    assert_eq!(seen.events.len(), 2);
    assert_eq!(seen.events[0][0], "hologram");
    assert_eq!(seen.events[1][0], "message");
    for [_, data, _] in seen.events {
        assert!(!data.contains('\n'));
        let same: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(
            same,
            serde_json::from_str::<serde_json::Value>(pretty).unwrap()
        );
    }
}
