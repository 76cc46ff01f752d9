use std::error::Error;

use async_openai::{Client, config::OpenAIConfig, types::responses::Response};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = OpenAIConfig::new()
        .with_api_base("https://openrouter.ai/api/v1")
        .with_api_key(std::env::var("OPENROUTER_API_KEY")?);
    let client = Client::with_config(config);
    // The request type has no provider preferences and no fallback models.
    let request = json!({
        "model": "openai/o4-mini",
        "models": ["anthropic/claude-sonnet-4.5"],
        "provider": {"order": ["openai", "anthropic"], "data_collection": "deny"},
        "reasoning": {"effort": "high"},
        "input": "How many primes are below 100?",
    });
    let response: Response = client.responses().create_byot(request).await?;
    let text = response.output_text().unwrap_or_default();
    println!("{}: {text}", response.model);
    Ok(())
}
