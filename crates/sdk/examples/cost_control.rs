//! Calls with limits on price and output, which end when an amount is spent.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example cost_control`

use orouter::{MaxPrice, OpenRouter, ProviderPreferences, ResponsesRequest, Usage};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let prices = MaxPrice::new().prompt(0.5).completion(2.0); // USD per million tokens
    let mut spent = Usage::default();
    for n in 1..=20 {
        let request = ResponsesRequest::new("openai/gpt-4o-mini")
            .input(format!("Tell me fact {n}"))
            .max_output_tokens(200)
            .provider(ProviderPreferences::new().max_price(prices.clone()))
            .metadata([("feature", "facts"), ("team", "growth")]);
        let response = client.responses().create(request).await?;
        println!("{}", response.output_text());
        spent += response.usage.unwrap_or_default();
        if spent.cost.unwrap_or_default() > 0.05 {
            break;
        }
    }
    println!("{} tokens, {:?} USD", spent.total_tokens, spent.cost);
    Ok(())
}
