//! Aborts a call from another task.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example abort`

#![allow(clippy::disallowed_methods, reason = "an example that really waits")]

use std::time::Duration;

use orouter::{AbortHandle, OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let abort = AbortHandle::new();
    let call = client.responses().create(request).abort(&abort);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        abort.abort();
    });
    match call.await {
        Ok(response) => println!("{}", response.output_text()),
        Err(error) if error.is_aborted() => eprintln!("aborted"),
        Err(error) => return Err(error),
    }
    Ok(())
}
