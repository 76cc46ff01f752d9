//! Lets the model call a function, and prints the response that it writes from the function's output.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --features schema --example tools`

use orouter::{OpenRouter, ResponsesRequest, schemars, tool_fn};
use serde_json::json;

/// Get the weather of a city.
#[derive(serde::Deserialize, schemars::JsonSchema)]
struct WeatherArgs {
    city: String,
}

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let weather = tool_fn("get_weather", |args: WeatherArgs| async move {
        Ok(json!({"city": args.city, "celsius": 21}))
    })?;
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("What is the weather in Paris?");
    println!("{}", client.call_model(request).tool(weather).await?.text());
    Ok(())
}
