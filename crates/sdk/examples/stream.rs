//! Prints the text of a response while it is generated.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example stream`

use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let mut text = client.responses().stream(request).await?.into_text_deltas();
    while let Some(delta) = text.next().await {
        print!("{}", delta?);
    }
    Ok(())
}
