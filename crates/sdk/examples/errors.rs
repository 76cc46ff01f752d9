//! Handles an error by its kind.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example errors`

use orouter::{ErrorKind, OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    match client.responses().create(request).await {
        Ok(response) => println!("{}", response.output_text()),
        Err(error) => match error.kind() {
            ErrorKind::TooManyRequests => eprintln!("wait {:?}", error.retry_after()),
            ErrorKind::PaymentRequired => eprintln!("no credits left"),
            kind if kind.is_status() => eprintln!("{error}"),
            _ => return Err(error),
        },
    }
    Ok(())
}
