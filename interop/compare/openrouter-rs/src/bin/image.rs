use base64::{Engine, prelude::BASE64_STANDARD};
use openrouter_rs::{
    OpenRouterClient,
    api::chat::{ChatCompletionRequest, ContentPart, Message},
    types::Role,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouterClient::builder()
        .api_key(std::env::var("OPENROUTER_API_KEY")?)
        .build()?;
    let image = BASE64_STANDARD.encode(std::fs::read("cat.png")?);
    let url = format!("data:image/png;base64,{image}");
    let parts = vec![
        ContentPart::text("What is in this image?"),
        ContentPart::image_url_with_detail(url, "low"),
    ];
    let request = ChatCompletionRequest::builder()
        .model("openai/gpt-4o")
        .messages(vec![Message::with_parts(Role::User, parts)])
        .build()?;
    let response = client.chat().create(&request).await?;
    println!("{}", response.choices[0].content().unwrap_or(""));
    Ok(())
}
