use std::time::Duration;

use openrouter_rs::{
    OpenRouterClient,
    api::chat::{ChatCompletionRequest, Message},
    types::Role,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouterClient::builder()
        .api_key(std::env::var("OPENROUTER_API_KEY")?)
        .build()?;
    let request = ChatCompletionRequest::builder()
        .model("openai/gpt-4o")
        .messages(vec![Message::new(Role::User, "Tell me a joke")])
        .build()?;
    let call = tokio::spawn(async move { client.chat().create(&request).await });
    let handle = call.abort_handle();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        handle.abort();
    });
    match call.await {
        Ok(response) => println!("{}", response?.choices[0].content().unwrap_or("")),
        Err(error) if error.is_cancelled() => eprintln!("aborted"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
