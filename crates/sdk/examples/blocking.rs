//! A call without async.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --features blocking --example blocking`

use std::io::Write as _;

use orouter::{ResponsesRequest, blocking::OpenRouter};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = std::env::var("MODEL").unwrap_or_else(|_| "openai/gpt-4o-mini".to_owned());
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new(model).input("Tell me a joke");
    for delta in client.responses().stream(request).call()?.text_deltas() {
        print!("{}", delta?);
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}
