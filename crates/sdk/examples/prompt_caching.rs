//! Questions about one long text, `manual.txt` in the working directory, which the provider caches.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example prompt_caching`

use orouter::{CacheControl, History, Message, OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouter::from_env()?;
    let manual = std::fs::read_to_string("manual.txt")?; // the same in every request, and first
    let mut history = History::from([Message::system(manual)]);
    for question in ["How do I reset the device?", "And how do I update it?"] {
        history.push(question);
        let request = ResponsesRequest::new("anthropic/claude-sonnet-4.5")
            .cache_control(CacheControl::ephemeral()) // Anthropic's models cache only on request
            .session_id("manual-42") // the same provider, whose cache has the prompt
            .input(&history);
        let response = client.responses().create(request).await?;
        history.append(&response);
        let usage = response.usage.clone().unwrap_or_default();
        println!("{}", response.output_text());
        println!(
            "{} of {} input tokens cached",
            usage.cached_tokens(),
            usage.input_tokens
        );
    }
    Ok(())
}
