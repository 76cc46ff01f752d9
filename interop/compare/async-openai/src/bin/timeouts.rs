use std::{error::Error, time::Duration};

use async_openai::{Client, config::OpenAIConfig, types::responses::CreateResponseArgs};
use tokio::time::timeout;

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
    match timeout(Duration::from_secs(10), client.responses().create(request)).await {
        Ok(response) => println!("{}", response?.output_text().unwrap_or_default()),
        Err(_) => eprintln!("no response within 10 s"),
    }
    Ok(())
}
