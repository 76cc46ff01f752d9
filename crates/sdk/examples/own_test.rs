//! A test of code that uses the SDK, without a network.
//!
//! `cargo test -p orouter --features testing --example own_test`

#![allow(dead_code, unused_imports, reason = "the test uses them")]

use orouter::{Error, OpenRouter, ResponsesRequest, testing};

async fn joke(client: &OpenRouter) -> Result<String, Error> {
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    Ok(client.responses().create(request).await?.output_text())
}

#[tokio::test]
async fn joke_returns_the_text_of_the_response() -> Result<(), Error> {
    let (client, _) = testing::client([testing::Reply::text("A horse walks into a bar.")])?;
    assert_eq!(joke(&client).await?, "A horse walks into a bar.");
    Ok(())
}

fn main() {}
