//! Timeouts, and aborting a call from another task. Runs offline, against a server that never responds.
//!
//! `cargo run -p orouter --features testing --example timeouts_and_abort`

#![allow(clippy::disallowed_methods, reason = "a socket needs real time")]

use std::time::Duration;

use orouter::{
    AbortHandle, OpenRouter, RequestOptions, ResponsesRequest, Timeouts,
    testing::{ScriptedServer, Step},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = ScriptedServer::start([vec![Step::Hang]]).await?;
    let client = OpenRouter::builder()
        .without_api_key()
        .server_url(server.url())
        .build()?;
    let request = ResponsesRequest::new("m").input("hi");

    let limits = Timeouts::default().first_byte(Duration::from_millis(200));
    let options = RequestOptions::new().timeouts(limits);
    if let Err(error) = client
        .responses()
        .create(request.clone())
        .options(options)
        .await
    {
        println!("{error}");
    }

    let abort = AbortHandle::new();
    let options = RequestOptions::new().abort(&abort);
    let call = tokio::spawn(client.responses().create(request).options(options));
    tokio::time::sleep(Duration::from_millis(100)).await;
    abort.abort();
    if let Err(error) = call.await? {
        println!("{error}");
    }
    Ok(())
}
