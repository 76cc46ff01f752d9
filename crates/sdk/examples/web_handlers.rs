//! A web server that passes the text of a model on while it is generated.
//!
//! ```sh
//! OPENROUTER_API_KEY=... cargo run -p orouter --example web_handlers
//! curl -N http://127.0.0.1:3000/text -d 'Tell me a joke'
//! curl -N http://127.0.0.1:3000/events -d 'Tell me a joke'
//! ```

use axum::{
    Router,
    body::Body,
    extract::State,
    http::StatusCode,
    response::sse::{Event, KeepAlive, Sse},
    routing::post,
};
use futures_util::{Stream, StreamExt as _};
use orouter::{Error, OpenRouter, ResponsesRequest, TextStream};
use serde_json::json;

/// Starts a response. Errors until its first bytes have a status.
async fn start(client: &OpenRouter, prompt: String) -> Result<TextStream, StatusCode> {
    let request = ResponsesRequest::new("openai/gpt-4o")
        .input(prompt)
        .max_output_tokens(1000);
    let stream = client.responses().stream(request).await.map_err(status)?;
    Ok(stream.into_text_deltas())
}

fn status(error: Error) -> StatusCode {
    eprintln!("{error}");
    match error {
        error if error.is_rate_limit() => StatusCode::TOO_MANY_REQUESTS,
        error if error.is_timeout() => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::BAD_GATEWAY,
    }
}

async fn text(State(client): State<OpenRouter>, prompt: String) -> Result<Body, StatusCode> {
    Ok(Body::from_stream(start(&client, prompt).await?))
}

async fn events(
    State(client): State<OpenRouter>,
    prompt: String,
) -> Result<Sse<impl Stream<Item = Result<Event, Error>>>, StatusCode> {
    let events = start(&client, prompt).await?.map(|piece| {
        Ok(match piece {
            Ok(piece) => Event::default().data(json!(piece).to_string()),
            Err(error) => {
                eprintln!("{error}");
                Event::default()
                    .event("failed")
                    .data("the response broke off")
            }
        })
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new()
        .route("/text", post(text))
        .route("/events", post(events))
        .with_state(OpenRouter::from_env()?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app).await?;
    Ok(())
}
