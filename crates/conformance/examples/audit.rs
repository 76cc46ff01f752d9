//! Audits a recorded stream: `audit < BODY`. Prints the rules that it breaks, or the number of its
//! events and the name of the last one. Exit status 1 if it breaks a rule or cannot be read.

use std::error::Error;
use std::io::Read;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let events = orouter_conformance::read_events(body)?;
    let findings = orouter_conformance::audit(&events);
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    let last = events.last().map_or("", |event| event.kind());
    println!("{} events, {last}", events.len());
    Ok(ExitCode::SUCCESS)
}
