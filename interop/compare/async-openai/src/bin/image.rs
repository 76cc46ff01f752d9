use std::error::Error;

use async_openai::{
    Client,
    config::OpenAIConfig,
    types::responses::{
        CreateResponseArgs, EasyInputContent, EasyInputMessageArgs, ImageDetail, InputImageContent,
        InputItem, InputParam, InputTextContent, Role,
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = OpenAIConfig::new()
        .with_api_base("https://openrouter.ai/api/v1")
        .with_api_key(std::env::var("OPENROUTER_API_KEY")?);
    let client = Client::with_config(config);
    let image = BASE64_STANDARD.encode(std::fs::read("cat.png")?);
    let message = EasyInputMessageArgs::default()
        .role(Role::User)
        .content(EasyInputContent::ContentList(vec![
            InputTextContent::from("What is in this image?").into(),
            InputImageContent {
                detail: ImageDetail::Low,
                image_url: Some(format!("data:image/png;base64,{image}")),
                ..Default::default()
            }
            .into(),
        ]))
        .build()?;
    let request = CreateResponseArgs::default()
        .model("openai/gpt-4o")
        .input(InputParam::Items(vec![InputItem::from(message)]))
        .build()?;
    let response = client.responses().create(request).await?;
    println!("{}", response.output_text().unwrap_or_default());
    Ok(())
}
