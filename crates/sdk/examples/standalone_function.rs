//! A call as a standalone function, as in the TypeScript SDK. Every failure is in the `Result`.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example standalone_function`

use orouter::{OpenRouter, RequestOptions, ResponsesRequest, SendOutput, funcs};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let model = std::env::var("MODEL").unwrap_or_else(|_| "openai/gpt-4o-mini".to_owned());
    let core = OpenRouter::from_env()?.core().clone();
    let request = ResponsesRequest::new(model).input("Tell me a joke");
    match funcs::responses_send(&core, request, RequestOptions::new()).await {
        Ok(SendOutput::Response(response)) => println!("{}", response.output_text()),
        Ok(SendOutput::Stream(stream)) => {
            println!("{}", stream.into_response().await?.output_text());
        }
        Err(error) => eprintln!("responses_send failed: {error:?}"),
    }
    Ok(())
}
