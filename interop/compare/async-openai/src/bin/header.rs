use std::error::Error;

use async_openai::{
    Client, config::OpenAIConfig, traits::RequestOptionsBuilder,
    types::responses::CreateResponseArgs,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = OpenAIConfig::new()
        .with_api_base("https://openrouter.ai/api/v1")
        .with_api_key(std::env::var("OPENROUTER_API_KEY")?);
    let client = Client::with_config(config);
    let request = CreateResponseArgs::default()
        .model("openai/gpt-4o")
        .input("Tell me a joke")
        .build()?;
    let responses = client.responses().header("x-trace", "1")?;
    let response = responses.create(request).await?;
    println!("{}", response.output_text().unwrap_or_default());
    Ok(())
}
