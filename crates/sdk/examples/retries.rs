//! A retry schedule of one's own, for all calls of a client.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example retries`

use std::time::Duration;

use orouter::{Backoff, OpenRouter, RequestOptions, ResponsesRequest, RetryConfig};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let backoff = Backoff::new()
        .initial_interval(Duration::from_secs(1))
        .max_interval(Duration::from_secs(20))
        .exponent(2.0)
        .max_elapsed_time(Duration::from_secs(60));
    let retries = RetryConfig::backoff(backoff).retry_connection_errors(true);
    let options = RequestOptions::new().retries(retries);
    let client = OpenRouter::builder().options(options).build()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    println!(
        "{}",
        client.responses().create(request).await?.output_text()
    );
    Ok(())
}
