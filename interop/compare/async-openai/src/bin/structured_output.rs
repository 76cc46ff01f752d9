use std::error::Error;

use async_openai::{
    Client,
    config::OpenAIConfig,
    types::responses::{
        CreateResponseArgs, ResponseFormatJsonSchema, ResponseTextParam,
        TextResponseFormatConfiguration,
    },
};
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    age: i32,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = OpenAIConfig::new()
        .with_api_base("https://openrouter.ai/api/v1")
        .with_api_key(std::env::var("OPENROUTER_API_KEY")?);
    let client = Client::with_config(config);
    let format = TextResponseFormatConfiguration::JsonSchema(ResponseFormatJsonSchema {
        name: "person".into(),
        description: None,
        schema: serde_json::to_value(schema_for!(Person))?,
        strict: Some(true),
    });
    let request = CreateResponseArgs::default()
        .model("openai/gpt-4o")
        .input("Maria Lopez is 34 years old.")
        .text(ResponseTextParam {
            format,
            verbosity: None,
        })
        .build()?;
    let response = client.responses().create(request).await?;
    let text = response.output_text().ok_or("no text")?;
    let person: Person = serde_json::from_str(&text)?;
    println!("{} is {}", person.name, person.age);
    Ok(())
}
