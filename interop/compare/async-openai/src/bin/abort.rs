use std::{error::Error, time::Duration};

use async_openai::{Client, config::OpenAIConfig, types::responses::CreateResponseArgs};

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
    let call = tokio::spawn(async move { client.responses().create(request).await });
    let handle = call.abort_handle();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        handle.abort();
    });
    match call.await {
        Ok(response) => println!("{}", response?.output_text().unwrap_or_default()),
        Err(error) if error.is_cancelled() => eprintln!("aborted"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
