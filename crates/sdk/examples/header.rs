//! Sends a header with one call.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example header`

use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let call = client.responses().create(request).header("x-trace", "1");
    println!("{}", call.await?.output_text());
    Ok(())
}
