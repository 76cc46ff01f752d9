//! A reasoning model, with preferred providers and a model to fall back to.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example reasoning`

use orouter::{DataCollection, OpenRouter, ProviderPreferences, ReasoningEffort, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let provider = ProviderPreferences::new().order(["openai", "anthropic"]);
    let request = ResponsesRequest::new("openai/o4-mini")
        .models(["anthropic/claude-sonnet-4.5"])
        .provider(provider.data_collection(DataCollection::Deny))
        .reasoning(ReasoningEffort::High)
        .input("How many primes are below 100?");
    let response = client.responses().create(request).await?;
    println!("{}: {}", response.model, response.output_text());
    Ok(())
}
