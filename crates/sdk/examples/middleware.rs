//! Middleware: adds up the cost of calls, and sends a header with each attempt. Runs offline.
//!
//! `cargo run -p orouter --features testing --example middleware`

use std::sync::Mutex;

use orouter::{
    Error, Meta, OpenRouter, ResponsesRequest, SendOutput,
    middleware::{Attempt, CallRequest, Middleware, NextAttempt, NextCall},
    testing::{ReplayTransport, Reply},
    transport::{BoxFuture, HttpResponse, TransportError},
};

/// Adds up the cost of calls.
#[derive(Default)]
struct Spending(Mutex<f64>);

impl Middleware for Spending {
    fn on_call<'a>(
        &'a self,
        call: CallRequest,
        next: NextCall<'a>,
    ) -> BoxFuture<'a, Result<(SendOutput, Meta), Error>> {
        Box::pin(async move {
            let outcome = next.run(call).await?;
            if let SendOutput::Response(response) = &outcome.0 {
                let cost = response
                    .usage
                    .as_ref()
                    .and_then(|usage| usage.cost)
                    .unwrap_or(0.0);
                if let Ok(mut sum) = self.0.lock() {
                    *sum += cost;
                    println!("spent so far: ${sum:.4}");
                }
            }
            Ok(outcome)
        })
    }

    fn on_attempt<'a>(
        &'a self,
        mut attempt: Attempt,
        next: NextAttempt<'a>,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let number = attempt.number().into();
        attempt
            .request_mut()
            .headers_mut()
            .insert("x-attempt", number);
        next.run(attempt)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let answer = r#"{"id":"resp_1","status":"completed","output":[],"usage":{"input_tokens":5,"output_tokens":9,"cost":0.0031}}"#;
    let client = OpenRouter::builder()
        .api_key("not-a-real-key")
        .transport(ReplayTransport::new([Reply::json(answer)]))
        .middleware(Spending::default())
        .build()?;
    for _ in 0..3 {
        client
            .responses()
            .create(ResponsesRequest::new("m").input("hi"))
            .await?;
    }
    Ok(())
}
