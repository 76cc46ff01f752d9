//! A call as a standalone function, named as in the TypeScript SDK. Every failure is in the `Result`.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example standalone_function`

use orouter::{OpenRouter, RequestOptions, ResponsesRequest, funcs};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let core = OpenRouter::from_env()?.core().clone();
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    match funcs::responses_send(&core, request, RequestOptions::new()).await {
        Ok(sent) => println!("{}", sent.into_response().await?.output_text()),
        Err(error) => eprintln!("responses_send failed: {error}"),
    }
    Ok(())
}
