use std::time::Duration;

use rig::{completion::CompletionRequest, providers::openrouter};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let request = CompletionRequest::new("Tell me a joke");
    let call = tokio::spawn(async move { model.call(request).await });
    let handle = call.abort_handle();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        handle.abort();
    });
    match call.await {
        Ok(response) => println!("{}", response?.text()),
        Err(error) if error.is_cancelled() => eprintln!("aborted"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
