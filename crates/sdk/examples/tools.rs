//! A tool loop: the model calls an async function.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --features schema --example tools`

use orouter::{OpenRouter, ResponsesRequest, schemars, tool_fn};

/// Get the weather of a city
#[derive(serde::Deserialize, schemars::JsonSchema)]
struct WeatherArgs {
    city: String,
}

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let weather = tool_fn("get_weather", |args: WeatherArgs| async move {
        Ok(serde_json::json!({"city": args.city, "celsius": 21}))
    })?;
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("What is the weather in Paris?");
    let run = client.call_model(request).tool(weather).await?;
    println!("{}", run.text());
    Ok(())
}
