//! Limits the time of a call, its retries included.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example timeouts`

use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let limit = std::time::Duration::from_secs(10);
    match client.responses().create(request).timeout(limit).await {
        Ok(response) => println!("{}", response.output_text()),
        Err(error) if error.is_timeout() => eprintln!("no response within 10 s"),
        Err(error) => return Err(error),
    }
    Ok(())
}
