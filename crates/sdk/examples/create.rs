//! A first call: prints the text of the response.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example create`

use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let response = OpenRouter::from_env()?.responses().create(request).await?;
    println!("{}", response.output_text());
    Ok(())
}
