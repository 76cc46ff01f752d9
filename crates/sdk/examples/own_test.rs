//! A test of code that calls a model, without a network. In a crate of your own, `main` is a
//! `#[tokio::test]`.
//!
//! `cargo run -p orouter --features testing --example own_test`

use orouter::testing::{self, Reply};
use orouter::{Error, OpenRouter, ResponsesRequest};

async fn joke(client: &OpenRouter) -> Result<String, Error> {
    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    Ok(client.call_model(request).await?.text())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (client, _) = testing::client([Reply::text("A horse walks into a bar.")])?;
    assert_eq!(joke(&client).await?, "A horse walks into a bar.");
    Ok(())
}
