//! A conversation: the output items of each response are sent back unchanged in the next request.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example conversation`

use orouter::{Item, Message, OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let model = std::env::var("MODEL").unwrap_or_else(|_| "openai/gpt-4o-mini".to_owned());
    let client = OpenRouter::from_env()?;

    let mut history: Vec<Item> = Vec::new();
    for question in ["My name is Maria.", "What is my name?"] {
        history.push(Message::user(question).into());
        let request = ResponsesRequest::new(model.clone()).input(history.clone());
        let response = client.responses().create(request).await?;
        println!("> {question}\n{}\n", response.output_text());
        history.extend(response.output);
    }
    Ok(())
}
