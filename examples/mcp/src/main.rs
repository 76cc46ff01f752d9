//! Lets a model call the tools of an MCP server, which runs in the same process.
//!
//! ```sh
//! cd examples/mcp
//! OPENROUTER_API_KEY=... cargo run   # asks a model
//! cargo run                          # without a key: with scripted replies of a model
//! ```

mod server;

use orouter::{
    OpenRouter, ResponsesRequest,
    testing::{ReplayTransport, Reply},
};
use rmcp::ServiceExt as _;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = match std::env::var_os("OPENROUTER_API_KEY") {
        Some(_) => OpenRouter::from_env()?,
        None => scripted()?,
    };

    let (near, far) = tokio::io::duplex(64 << 10);
    let serving = tokio::spawn(async move { server::Arithmetic::new().serve(far).await });
    let mcp = ().serve(near).await?;
    let _server = serving.await??;

    let tools = orouter_example_mcp::tools(mcp.peer()).await?;
    let request = ResponsesRequest::new("openai/gpt-4o").input("What is 19 + 23, and 1 / 0?");
    let run = client.call_model(request).tools(tools).await?;
    for output in run.steps().iter().flat_map(|step| &step.outputs) {
        if let Some(output) = output.as_function_call_output() {
            let text = output.output.as_ref().map(|output| output.text());
            println!("{}: {}", output.call_id, text.unwrap_or_default());
        }
    }
    println!("{}", run.text());

    mcp.cancel().await?;
    Ok(())
}

/// Returns a client whose model calls each tool once. Its clock is the real one: the tools wait for the
/// server.
fn scripted() -> Result<OpenRouter, orouter::Error> {
    let replies = ReplayTransport::new([
        Reply::tool_calls([
            ("add", json!({"a": 19, "b": 23})),
            ("divide", json!({"a": 1, "b": 0})),
        ]),
        Reply::text("19 + 23 is 42; a number cannot be divided by 0."),
    ]);
    OpenRouter::builder()
        .api_key("test")
        .transport(replies)
        .build()
}
