use openrouter_rs::{
    OpenRouterClient,
    api::chat::{ChatCompletionRequest, Message},
    types::{DataCollectionPolicy, Effort, ProviderPreferences, Role},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouterClient::builder()
        .api_key(std::env::var("OPENROUTER_API_KEY")?)
        .build()?;
    let mut provider = ProviderPreferences::default();
    provider.order = Some(vec!["openai".into(), "anthropic".into()]);
    provider.data_collection = Some(DataCollectionPolicy::Deny);
    let request = ChatCompletionRequest::builder()
        .model("openai/o4-mini")
        .models(vec!["anthropic/claude-sonnet-4.5".to_string()])
        .provider(provider)
        .reasoning_effort(Effort::High)
        .messages(vec![Message::new(
            Role::User,
            "How many primes are below 100?",
        )])
        .build()?;
    let response = client.chat().create(&request).await?;
    let text = response.choices[0].content().unwrap_or("");
    println!("{}: {text}", response.model);
    Ok(())
}
