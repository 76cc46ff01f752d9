//! Aborts a call from another thread, after one second.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --example abort`

use std::{thread, time::Duration};

use orouter::{AbortHandle, OpenRouter, ResponsesRequest};

#[tokio::main]
async fn main() -> Result<(), orouter::Error> {
    let client = OpenRouter::from_env()?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let abort = AbortHandle::new();
    let timer = abort.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(1));
        timer.abort();
    });
    match client.responses().create(request).abort(&abort).await {
        Ok(response) => println!("{}", response.output_text()),
        Err(error) if error.is_aborted() => eprintln!("aborted"),
        Err(error) => return Err(error),
    }
    Ok(())
}
