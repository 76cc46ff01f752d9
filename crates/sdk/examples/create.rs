//! A first call: prints the text of the response, its tokens and its cost.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example create -- "Why is the sky blue?"`

use orouter::{OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let question = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "Tell me a joke".to_owned());
    let model = std::env::var("MODEL").unwrap_or_else(|_| "openai/gpt-4o-mini".to_owned());

    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new(model).input(question);
    let (response, meta) = client.responses().create(request).with_meta().await?;

    println!("{}", response.output_text());
    if let Some(usage) = &response.usage {
        let cost = usage
            .cost
            .map_or_else(String::new, |cost| format!(", ${cost}"));
        eprintln!(
            "{} tokens in, {} out{cost}",
            usage.input_tokens, usage.output_tokens
        );
    }
    eprintln!(
        "response head after {:?}, generation {:?}",
        meta.elapsed(),
        meta.generation_id()
    );
    Ok(())
}
