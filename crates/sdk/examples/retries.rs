//! Retries with a schedule of its own: up to 5 attempts within a minute.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example retries`

use std::time::Duration;

use orouter::{Backoff, OpenRouter, ResponsesRequest, RetryConfig};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let backoff = Backoff::new()
        .initial_interval(Duration::from_secs(1))
        .max_interval(Duration::from_secs(20))
        .exponent(2.0)
        .max_elapsed_time(Duration::from_secs(60));
    let client = OpenRouter::builder()
        .retries(RetryConfig::backoff(backoff).max_attempts(5))
        .build()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let response = client.responses().create(request).await?;
    println!("{}", response.output_text());
    Ok(())
}
