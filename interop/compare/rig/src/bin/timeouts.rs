use std::time::Duration;

use rig::{completion::CompletionRequest, providers::openrouter};
use tokio::time::timeout;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let request = CompletionRequest::new("Tell me a joke");
    match timeout(Duration::from_secs(10), model.call(request)).await {
        Ok(response) => println!("{}", response?.text()),
        Err(_) => eprintln!("no response within 10 s"),
    }
    Ok(())
}
