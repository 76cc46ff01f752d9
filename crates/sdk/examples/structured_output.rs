//! Structured output: the facts of a text as a type.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --features schema --example structured_output`

use orouter::{OpenRouter, ResponsesRequest, schemars};

/// A person that the text mentions.
#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Person {
    name: String,
    /// Age in years.
    age: u8,
    city: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let model = std::env::var("MODEL").unwrap_or_else(|_| "openai/gpt-4o-mini".to_owned());
    let text = "Maria Lopez is 34 years old and lives in Lisbon.";

    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new(model).input(text);
    let Person { name, age, city } = client.responses().parse(request).await?.value;
    println!("{name} is {age} years old and lives in {city:?}");
    Ok(())
}
