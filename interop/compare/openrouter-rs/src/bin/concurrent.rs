use futures_util::future::try_join_all;
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
    let calls = (0..20).map(async |n| {
        let question = format!("Tell me fact {n}");
        let request = ChatCompletionRequest::builder()
            .model("openai/gpt-4o")
            .messages(vec![Message::new(Role::User, question)])
            .build()?;
        client.chat().create(&request).await
    });
    for response in try_join_all(calls).await? {
        println!("{}", response.choices[0].content().unwrap_or(""));
    }
    Ok(())
}
