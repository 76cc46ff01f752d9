use base64::{Engine, prelude::BASE64_STANDARD};
use rig::{
    completion::CompletionRequest,
    message::{ImageDetail, ImageMediaType, Message, UserContent},
    providers::openrouter,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let image = BASE64_STANDARD.encode(std::fs::read("cat.png")?);
    let message = Message::User {
        content: vec![
            UserContent::text("What is in this image?"),
            UserContent::image_base64(image, Some(ImageMediaType::PNG), Some(ImageDetail::Low)),
        ],
    };
    let response = model.call(CompletionRequest::new(message)).await?;
    println!("{}", response.text());
    Ok(())
}
