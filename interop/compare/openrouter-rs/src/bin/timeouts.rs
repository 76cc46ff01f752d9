use std::time::Duration;

use openrouter_rs::{
    OpenRouterClient,
    api::chat::{ChatCompletionRequest, Message},
    types::Role,
};
use tokio::time::timeout;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouterClient::builder()
        .api_key(std::env::var("OPENROUTER_API_KEY")?)
        .build()?;
    let request = ChatCompletionRequest::builder()
        .model("openai/gpt-4o")
        .messages(vec![Message::new(Role::User, "Tell me a joke")])
        .build()?;
    match timeout(Duration::from_secs(10), client.chat().create(&request)).await {
        Ok(response) => println!("{}", response?.choices[0].content().unwrap_or("")),
        Err(_) => eprintln!("no response within 10 s"),
    }
    Ok(())
}
