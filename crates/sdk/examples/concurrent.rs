//! Makes 20 calls, at most 5 at the same time, and prints the texts in the order of the questions.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example concurrent`

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = |n| ResponsesRequest::new("openai/gpt-4o").input(format!("Tell me fact {n}"));
    let calls = (0..20).map(|n| client.responses().create(request(n)));
    let mut responses = stream::iter(calls).buffered(5);
    while let Some(response) = responses.try_next().await? {
        println!("{}", response.output_text());
    }
    Ok(())
}
