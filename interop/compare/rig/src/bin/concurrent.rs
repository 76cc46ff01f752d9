use futures::future::try_join_all;
use rig::{completion::CompletionRequest, providers::openrouter};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let calls = (0..20).map(|n| {
        let request = CompletionRequest::new(format!("Tell me fact {n}"));
        model.call(request)
    });
    for response in try_join_all(calls).await? {
        println!("{}", response.text());
    }
    Ok(())
}
