use std::error::Error;

use async_openai::{Client, config::OpenAIConfig, types::responses::CreateResponseArgs};
use futures::future::try_join_all;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = OpenAIConfig::new()
        .with_api_base("https://openrouter.ai/api/v1")
        .with_api_key(std::env::var("OPENROUTER_API_KEY")?);
    let client = Client::with_config(config);
    let calls = (0..20).map(async |n| {
        let request = CreateResponseArgs::default()
            .model("openai/gpt-4o")
            .input(format!("Tell me fact {n}"))
            .build()?;
        client.responses().create(request).await
    });
    for response in try_join_all(calls).await? {
        println!("{}", response.output_text().unwrap_or_default());
    }
    Ok(())
}
