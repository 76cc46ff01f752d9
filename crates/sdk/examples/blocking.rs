//! A call without async.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --features blocking --example blocking`

use orouter::{ResponsesRequest, blocking::OpenRouter};

fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let response = client.responses().create(request).call()?;
    println!("{}", response.output_text());
    Ok(())
}
