use rig::{completion::CompletionRequest, providers::openrouter};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let request = CompletionRequest::new("Tell me a joke");
    match model.call(request).await {
        Ok(response) => println!("{}", response.text()),
        Err(error) => match error.provider_response_status().map(|s| s.as_u16()) {
            Some(429) => {
                let headers = error.provider_response_headers();
                let wait = headers.and_then(|headers| headers.get("retry-after"));
                eprintln!("wait {wait:?}");
            }
            Some(402) => eprintln!("no credits left"),
            Some(status) => eprintln!("status {status}: {error}"),
            None => return Err(error.into()),
        },
    }
    Ok(())
}
