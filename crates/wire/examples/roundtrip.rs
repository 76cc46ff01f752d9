//! Reads JSON values from standard input, decodes and encodes each, and prints the results.
//!
//! ```text
//! $ echo '{"id":1,"root":"event","value":{"type":"ping","x":1}}' | cargo run -qp orouter-wire --example roundtrip
//! {"id":1,"value":{"type":"ping","x":1},"typed":{"type":"ping"},"unknown":["/x"]}
//! ```
//!
//! An input line is `{"id", "root", "value"}`. `root` is `request`, `response`, `event` or `error`.
//! An output line is `{"id", "value", "typed", "unknown"}`: the encoded value, the encoding of the
//! typed fields alone, and pointers to untyped values. On an error it is `{"id", "error"}`.

use std::io::{self, BufRead, BufWriter, Write};

use orouter_wire::{ErrorResponse, Raw, Response, ResponsesRequest, StreamEvent, Wire};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    id: u64,
    root: String,
    value: Raw,
}

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.is_empty() {
            continue;
        }
        let case: Line = serde_json::from_str(&line)?;
        let text = case.value.get();
        let result = match case.root.as_str() {
            "request" => round_trip::<ResponsesRequest>(text),
            "response" => round_trip::<Response>(text),
            "event" => round_trip::<StreamEvent>(text),
            "error" => round_trip::<ErrorResponse>(text),
            other => Err(format!(
                "unknown root {other:?}; use request, response, event or error"
            )),
        };
        match result {
            Ok(members) => writeln!(out, "{{\"id\":{},{members}}}", case.id)?,
            Err(error) => {
                let error = serde_json::to_string(&error)?;
                writeln!(out, "{{\"id\":{},\"error\":{error}}}", case.id)?;
            }
        }
    }
    out.flush()
}

/// Encodes the result of one round trip as JSON.
fn round_trip<T: Wire>(text: &str) -> Result<String, String> {
    let value: T = orouter_wire::from_str(text).map_err(|error| error.to_string())?;
    let encoded = orouter_wire::to_string(&value);
    let typed = value.typed_json();
    let unknown = serde_json::to_string(&value.unknown()).map_err(|error| error.to_string())?;
    Ok(format!(
        "\"value\":{encoded},\"typed\":{typed},\"unknown\":{unknown}"
    ))
}
