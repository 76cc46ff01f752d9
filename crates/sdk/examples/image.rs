//! Asks about an image in the working directory, `cat.png`.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example image`

use orouter::{ImageDetail, InputImage, Message, OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let image = InputImage::from_path("cat.png")?.detail(ImageDetail::Low);
    let message = Message::user("What is in this image?").part(image);
    let request = ResponsesRequest::new("openai/gpt-4o").input(message);
    let response = client.responses().create(request).await?;
    println!("{}", response.output_text());
    Ok(())
}
