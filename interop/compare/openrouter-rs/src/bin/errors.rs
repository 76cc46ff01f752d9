use openrouter_rs::{
    OpenRouterClient,
    api::chat::{ChatCompletionRequest, Message},
    error::OpenRouterError,
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
    match client.chat().create(&request).await {
        Ok(response) => println!("{}", response.choices[0].content().unwrap_or("")),
        Err(OpenRouterError::Api(error)) => match error.status.as_u16() {
            429 => eprintln!("wait {:?}", error.retry_after),
            402 => eprintln!("no credits left"),
            status => eprintln!("status {status}: {}", error.message),
        },
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
