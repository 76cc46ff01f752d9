//! Retries: the default, a custom schedule, and none. Runs offline with a test clock, so waits take no
//! time.
//!
//! `cargo run -p orouter --features testing --example retry_schedules`

use std::time::Duration;

use orouter::{
    Backoff, OpenRouter, RequestOptions, ResponsesRequest, RetryConfig,
    testing::{ReplayTransport, Reply, TestClock},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), orouter::Error> {
    let patient = Backoff::new()
        .initial_interval(Duration::from_secs(2))
        .max_interval(Duration::from_secs(30))
        .max_elapsed_time(Duration::from_secs(300));
    for (name, retries) in [
        ("default", RetryConfig::default()),
        ("patient", RetryConfig::backoff(patient).max_attempts(8)),
        ("as the TypeScript SDK", RetryConfig::typescript()),
        ("none", RetryConfig::none()),
    ] {
        let clock = TestClock::new();
        let client = OpenRouter::builder()
            .api_key("not-a-real-key")
            .transport(ReplayTransport::new([Reply::status(503)]))
            .clock(clock.clone())
            .build()?;
        let call = client
            .responses()
            .create(ResponsesRequest::new("openai/gpt-4o").input("hi"))
            .options(RequestOptions::new().retries(retries));
        if let Err(error) = call.await {
            println!(
                "{name}: {} attempts in {:.1?}",
                error.attempts(),
                clock.elapsed()
            );
        }
    }
    Ok(())
}
