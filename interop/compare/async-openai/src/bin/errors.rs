use std::error::Error;

use async_openai::{
    Client, config::OpenAIConfig, error::OpenAIError, types::responses::CreateResponseArgs,
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
    match client.responses().create(request).await {
        Ok(response) => println!("{}", response.output_text().unwrap_or_default()),
        Err(OpenAIError::ApiError(error)) if error.status_code == 429 => {
            eprintln!("rate limited");
        }
        Err(OpenAIError::ApiError(error)) if error.status_code == 402 => {
            eprintln!("no credits left");
        }
        Err(OpenAIError::ApiError(error)) => {
            eprintln!("status {}: {error}", error.status_code);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
