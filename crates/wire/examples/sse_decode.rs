//! Decodes event streams in JSON Lines, to compare with the test vectors of other parsers.
//!
//! Reads lines `{"id": .., "chunks": [base64, ..]}` from standard input and writes a line
//! `{"id": .., "events": [{"event", "data", "id"}, ..], "rest": N}` for each. N is the number of
//! bytes of an unfinished event at the end.
//!
//! ```text
//! echo '{"id":1,"chunks":["ZGF0YTogaGkK","CmRhdGE="]}' | cargo run -p orouter-wire --example sse_decode
//! {"id":1,"events":[{"event":"message","data":"hi","id":""}],"rest":4}
//! ```

use std::error::Error;
use std::io::{BufRead, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use orouter_wire::sse::Decoder;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
struct Input {
    id: Value,
    chunks: Vec<String>,
}

#[derive(Serialize)]
struct Output {
    id: Value,
    events: Vec<Event>,
    rest: u64,
}

#[derive(Serialize)]
struct Event {
    event: String,
    data: String,
    id: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        serde_json::to_writer(&mut out, &decode(serde_json::from_str(&line)?)?)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

fn decode(input: Input) -> Result<Output, Box<dyn Error>> {
    let mut decoder = Decoder::new();
    let mut events = Vec::new();
    for chunk in &input.chunks {
        decoder.push(STANDARD.decode(chunk)?);
        while let Some(event) = decoder.next()? {
            events.push(Event {
                event: event.event.to_owned(),
                data: event.data.to_owned(),
                id: event.id.to_owned(),
            });
        }
    }
    Ok(Output {
        id: input.id,
        events,
        rest: decoder.unfinished(),
    })
}
