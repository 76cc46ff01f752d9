//! Prints the text of a response while it is generated. `print!` writes whole lines to a terminal;
//! flush standard output after each piece to see the parts of a line.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example stream`

use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let mut text = client.responses().stream(request).await?.into_text_deltas();
    while let Some(piece) = text.next().await {
        print!("{}", piece?);
    }
    Ok(())
}
