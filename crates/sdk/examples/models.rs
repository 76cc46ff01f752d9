//! Lists models that support tools, the cheapest input first.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example models`

use orouter::{OpenRouter, RequestOptions};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let options = RequestOptions::new()
        .query("supported_parameters", "tools")
        .query("sort", "pricing-low-to-high");
    for model in client
        .models()
        .list()
        .options(options)
        .await?
        .into_iter()
        .take(20)
    {
        println!("{:>12}  {}", model.pricing.prompt, model.id);
    }
    Ok(())
}
