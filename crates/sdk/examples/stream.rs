//! Prints the text of a response while it is generated.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example stream`

use std::io::Write as _;

use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = std::env::var("MODEL").unwrap_or_else(|_| "openai/gpt-4o-mini".to_owned());
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new(model)
        .input("Count to ten, in words")
        .max_output_tokens(64);

    let mut stream = client.responses().stream(request).await?;
    let mut text = stream.text_deltas();
    while let Some(delta) = text.next().await {
        print!("{}", delta?);
        std::io::stdout().flush()?;
    }
    let response = stream.into_response().await?;
    println!("\n{:?}", response.status);
    Ok(())
}
