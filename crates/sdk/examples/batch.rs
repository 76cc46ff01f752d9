//! Sends requests from standard input, one JSON object per line, and prints one line of outcome for
//! each.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example batch < requests.jsonl`

use std::io::{BufRead as _, Write as _};

use orouter::{OpenRouter, RequestOptions, ResponsesRequest, RetryConfig};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouter::builder()
        .options(RequestOptions::new().retries(RetryConfig::none()))
        .build()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let request: ResponsesRequest = orouter::from_str(&line)?;
        // `send` streams if the request's `stream` is true.
        let outcome = match client.responses().send(request).await {
            Ok(sent) => sent.into_response().await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(response) => writeln!(std::io::stdout(), "{}", orouter::to_string(&response))?,
            Err(error) => writeln!(std::io::stdout(), "{error}")?,
        }
    }
    Ok(())
}
