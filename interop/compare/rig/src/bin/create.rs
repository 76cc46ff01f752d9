use rig::{completion::CompletionRequest, providers::openrouter};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let request = CompletionRequest::new("Tell me a joke");
    println!("{}", model.call(request).await?.text());
    Ok(())
}
