//! Shows the accessors of an error, with scripted failing responses. Runs offline.
//!
//! `cargo run -p orouter --features testing --example error_accessors`

use orouter::{
    ErrorKind, OpenRouter, RequestOptions, ResponsesRequest, RetryConfig,
    testing::{ReplayTransport, Reply},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), orouter::Error> {
    let busy = r#"{"error":{"code":429,"message":"Rate limit exceeded","metadata":{"error_type":"rate_limit_exceeded","provider_name":"Acme"}}}"#;
    let created =
        r#"{"type":"response.created","response":{"id":"resp_1","status":"in_progress"}}"#;
    let delta = r#"{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"Once upon a"}"#;
    let replies = [
        Reply::error(429, busy)
            .header("retry-after", "20")
            .header("x-generation-id", "gen-1"),
        Reply::status(502)
            .header("content-type", "text/html")
            .body("<title>Bad Gateway</title>"),
        Reply::events([created, delta]).then_break(),
        Reply::refuse(),
    ];
    let client = OpenRouter::builder()
        .api_key("not-a-real-key")
        .transport(ReplayTransport::new(replies))
        .options(RequestOptions::new().retries(RetryConfig::none()))
        .build()?;

    for _ in 0..4 {
        let request = ResponsesRequest::new("openai/gpt-4o")
            .input("Tell me a story")
            .stream(true);
        let Err(error) = client.responses().create(request).await else {
            continue;
        };
        println!("{error}");
        match error.kind() {
            ErrorKind::TooManyRequests => println!("  wait {:?}", error.retry_after()),
            kind if kind.is_status() => println!("  status {:?}", error.status()),
            _ => println!(
                "  retryable: {}, may be billed: {}",
                error.is_retryable(),
                error.maybe_billed()
            ),
        }
        if let Some(partial) = error.partial_response() {
            println!("  partial text: {:?}", partial.output_text());
        }
    }
    Ok(())
}
