//! 20 calls at the same time.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example concurrent`

use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let calls = (0..20).map(|n| {
        let request = ResponsesRequest::new("openai/gpt-4o").input(format!("Tell me fact {n}"));
        client.responses().create(request)
    });
    for response in futures_util::future::try_join_all(calls).await? {
        println!("{}", response.output_text());
    }
    Ok(())
}
