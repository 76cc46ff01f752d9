//! Routing over HTTP: which endpoints are tried, in which order, and what the client learns.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod breaker;
mod catalog;
mod cost;
mod fake;
mod fallback;
mod figures;
mod latest;
mod order;
mod plan;
mod queue;
mod sticky;
#[path = "../support/mod.rs"]
mod support;
mod tiers;

use orouter_server::{Server, ServerBuilder};
use serde_json::{Value, json};
use support::{HttpResponse, Running};

use fake::Fake;

const MODEL: &str = "test/one";
const OTHER: &str = "test/two";

async fn serving(fakes: &[&Fake]) -> Running {
    let builder = fakes.iter().fold(Server::builder(), |builder, fake| {
        builder.provider((*fake).clone())
    });
    start(builder).await
}

async fn start(builder: ServerBuilder) -> Running {
    Running::start(builder).await
}

fn body(members: &Value) -> Value {
    let mut body = json!({"model": MODEL, "input": "hi"});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    body
}

/// Posts a request that asks for metadata.
async fn ask(server: &Running, members: &Value) -> HttpResponse {
    let body = body(members).to_string();
    let head = format!(
        "POST /api/v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\nx-openrouter-metadata: enabled\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    server.client().open(head.as_bytes()).await.whole().await
}

/// Returns the names of the providers of all attempts.
fn attempts(response: &HttpResponse) -> Vec<String> {
    let metadata = &response.json()["openrouter_metadata"];
    let attempts = metadata["attempts"].as_array().expect("attempts");
    let provider = |attempt: &Value| attempt["provider"].as_str().unwrap().to_owned();
    attempts.iter().map(provider).collect()
}
