//! Benchmarks of `orouter-wire` and of alternative crates, in one run. Prints the tables of
//! `docs/benchmarks.md`:
//!
//! ```text
//! cd benches && cargo run --release
//! ```
//!
//! The argument `instructions` prints instruction counts instead, which do not depend on the load of
//! the machine. It requires valgrind.

mod allocations;
mod framing;
mod instructions;
mod json;
mod measure;
mod plain;
mod samples;

use std::hint::black_box;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use measure::{Work, compare, table};
use orouter_wire::{Response, StreamEvent};

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("instructions") => instructions::print(),
        Some("work") => {
            let (name, times) = (std::env::args().nth(2), std::env::args().nth(3));
            instructions::work(name.as_deref(), times.as_deref());
        }
        _ => tables(),
    }
}

fn tables() {
    framing_tables();
    decode_tables();
    encode_tables();
    assemble_table();
}

/// Makes the compiler believe that a value is needed.
fn keep<T>(value: T) {
    black_box(value);
}

const BUDGET: Duration = Duration::from_millis(1500);

fn framing_tables() {
    let count = 1000;
    for (title, named, size) in [
        (
            "Framing: one delta of about 200 bytes in each chunk",
            false,
            None,
        ),
        ("Framing: the same with `event:` lines", true, None),
        ("Framing: chunks of 16 KiB", false, Some(16384)),
        ("Framing: chunks of 64 bytes", false, Some(64)),
    ] {
        let chunks = samples::chunks(count, named, size);
        let rows = compare(count, framings(&chunks), BUDGET);
        table(title, "ns an event", &rows);
    }
    let mut ours = Vec::new();
    for (title, size) in [
        ("Framing: one event of 2 MB in chunks of 16 KiB", 2 << 20),
        ("Framing: one event of 8 MB in chunks of 16 KiB", 8 << 20),
    ] {
        let chunks = samples::large(size);
        // One parser is quadratic: it runs separately and skips the larger event.
        let (works, slow): (Vec<_>, Vec<_>) = framings(&chunks)
            .into_iter()
            .partition(|(name, _)| *name != "eventsource-stream");
        let mut rows = compare(1, works, BUDGET);
        ours.push(rows[0].nanoseconds);
        if size < 4 << 20 {
            rows.extend(compare(1, slow, Duration::from_millis(1)));
        }
        table(title, "ms", &rows);
    }
    println!(
        "\nAn event of four times the size takes `orouter-wire` {:.2} times as long.",
        ours[1] / ours[0]
    );
}

fn framings(chunks: &[Bytes]) -> Vec<Work<'_>> {
    framing::PARSERS
        .iter()
        .map(|(name, parser)| -> Work<'_> {
            (name, Box::new(move || keep(parser(black_box(chunks)))))
        })
        .collect()
}

fn decode_tables() {
    let (delta, padded) = (samples::delta(false), samples::delta(true));
    let completed = samples::completed();
    let response = samples::response();
    let (delta_by_name, completed_by_name) =
        (samples::by_name(&delta), samples::by_name(&completed));
    for (title, unit, decoders, text) in [
        (
            "Decoding: an `output_text.delta`",
            "ns",
            json::EVENT,
            &delta,
        ),
        (
            "Decoding: the same with `obfuscation`",
            "ns",
            json::EVENT,
            &padded,
        ),
        (
            "Decoding: a `response.completed`",
            "µs",
            json::EVENT,
            &completed,
        ),
        (
            "Decoding: the delta with its members sorted by name, so that the type is last",
            "ns",
            json::EVENT,
            &delta_by_name,
        ),
        (
            "Decoding: the `response.completed` with all members by name",
            "µs",
            json::EVENT,
            &completed_by_name,
        ),
        (
            "Decoding: the response in it, as a body",
            "µs",
            json::RESPONSE,
            &response,
        ),
    ] {
        let rows = compare(1, decodings(decoders, text), BUDGET);
        table(&format!("{title} ({} bytes)", text.len()), unit, &rows);
    }

    let rows = compare(1, decodings(json::ONLY_DELTA, &delta), BUDGET);
    table("Decoding: the delta, beside decoders of this one event", "ns", &rows);

    let odd = samples::odd_delta();
    let event = |text| orouter_wire::from_str::<StreamEvent>(text).is_ok();
    let works: Vec<Work<'_>> = vec![
        (
            "valid",
            Box::new(|| keep(event(black_box(&delta)))),
        ),
        (
            "mistyped, incomplete, unknown, type last",
            Box::new(|| keep(event(black_box(&odd)))),
        ),
        (
            "valid, by serde_json",
            Box::new(|| keep(serde_json::from_str::<StreamEvent>(black_box(&delta)))),
        ),
        (
            "mistyped, by serde_json",
            Box::new(|| keep(serde_json::from_str::<StreamEvent>(black_box(&odd)))),
        ),
    ];
    table(
        "Decoding: valid and malformed events",
        "ns",
        &compare(1, works, BUDGET),
    );
}

fn decodings<'a>(decoders: &'a [json::Decode], text: &'a str) -> Vec<Work<'a>> {
    decoders
        .iter()
        .filter(|(name, decode)| {
            let takes = decode(text);
            if !takes {
                println!("\n{name} refuses this one.");
            }
            takes
        })
        .map(|(name, decode)| -> Work<'_> {
            (name, Box::new(move || keep(decode(black_box(text)))))
        })
        .collect()
}

fn encode_tables() {
    let delta: StreamEvent = orouter_wire::from_str(&samples::delta(false)).expect("a delta");
    let plain: plain::Delta = serde_json::from_str(&samples::delta(false)).expect("a delta");
    let message = samples::message("");
    let item: orouter_wire::Item = orouter_wire::from_str(&message).expect("a message");
    let plain_item: plain::Message = serde_json::from_str(&message).expect("a message");
    let same = |ours: String, theirs: String| {
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(parse(&ours), parse(&theirs), "the structs are equal");
    };
    same(
        orouter_wire::to_string(&delta),
        serde_json::to_string(&plain).expect("a delta"),
    );
    same(
        orouter_wire::to_string(&item),
        serde_json::to_string(&plain_item).expect("a message"),
    );

    let works: Vec<Work<'_>> = vec![
        (
            "orouter-wire",
            Box::new(|| keep(orouter_wire::to_vec(black_box(&delta)))),
        ),
        (
            "serde_json, equal struct",
            Box::new(|| keep(serde_json::to_vec(black_box(&plain)))),
        ),
    ];
    table(
        "Encoding: an `output_text.delta`",
        "ns",
        &compare(1, works, BUDGET),
    );
    let works: Vec<Work<'_>> = vec![
        (
            "orouter-wire",
            Box::new(|| keep(orouter_wire::to_vec(black_box(&item)))),
        ),
        (
            "serde_json, equal struct",
            Box::new(|| keep(serde_json::to_vec(black_box(&plain_item)))),
        ),
    ];
    table(
        "Encoding: a message with 10 KB of text",
        "ns",
        &compare(1, works, BUDGET),
    );

    let mut ours: Response = orouter_wire::from_str(&samples::response()).expect("one");
    ours.user = Some("u".to_owned());
    let works: Vec<Work<'_>> = vec![
        (
            "orouter-wire",
            Box::new(|| keep(orouter_wire::to_vec(black_box(&ours)))),
        ),
        (
            "serde_json over the same value",
            Box::new(|| keep(serde_json::to_vec(black_box(&ours)))),
        ),
    ];
    table(
        "Encoding: the whole response",
        "µs",
        &compare(1, works, BUDGET),
    );

    let mut out = BytesMut::with_capacity(1 << 16);
    let encoder = orouter_wire::sse::Encoder::new();
    let works: Vec<Work<'_>> = vec![(
        "orouter-wire",
        Box::new(|| {
            out.clear();
            encoder.event(delta.kind(), black_box(&delta), &mut out);
            black_box(&out);
        }),
    )];
    table(
        "Encoding: a whole frame into an existing buffer",
        "ns",
        &compare(1, works, BUDGET),
    );
}

fn assemble_table() {
    let response: Response = orouter_wire::from_str(&samples::response()).expect("one");
    let deltas: Vec<StreamEvent> = (0..1000)
        .map(|number| {
            let event: StreamEvent = orouter_wire::from_str(&samples::delta(false)).expect("one");
            event.numbered(number)
        })
        .collect();
    let works: Vec<Work<'_>> = vec![(
        "orouter-wire",
        Box::new(|| {
            let mut assembler = orouter_wire::assemble::Assembler::new();
            for event in &deltas {
                assembler.push(black_box(event));
            }
            black_box(assembler.into_response());
        }),
    )];
    table(
        "Assembling: a delta",
        "ns",
        &compare(deltas.len(), works, BUDGET),
    );
    let works: Vec<Work<'_>> = vec![(
        "orouter-wire",
        Box::new(|| {
            for event in orouter_wire::assemble::events_of(black_box(&response)) {
                black_box(event);
            }
        }),
    )];
    table(
        "Response to events: all events of the whole response",
        "µs",
        &compare(1, works, BUDGET),
    );
}
