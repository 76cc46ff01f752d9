//! Getting an answer and showing it: what `send` and `chat` share.

use std::borrow::Cow;

use orouter::{
    ErrorKind, OpenRouter, Raw, Response, ResponseStatus, ResponsesRequest, StreamEvent,
};

use crate::args::AnswerArgs;
use crate::exit::Failure;
use crate::terminal::{self, Answer};

/// A request with everything that the arguments say, but no input.
pub(crate) fn request(args: &AnswerArgs, default_model: Option<&str>) -> ResponsesRequest {
    let mut request = ResponsesRequest::default();
    request.model = args
        .model
        .clone()
        .or_else(|| default_model.map(str::to_owned));
    request.instructions.clone_from(&args.instructions);
    request.temperature = args.temperature;
    request.max_output_tokens = args.max_output_tokens.map(u64::from);
    if let Some(seed) = args.seed {
        // Not part of the API, but many servers take it.
        request
            .extra
            .insert("seed", Raw::from(serde_json::Value::from(seed)));
    }
    request
}

/// Streams an answer to the output. `said` holds what was shown so far, also when this is dropped
/// half-way.
pub(crate) async fn stream(
    client: &OpenRouter,
    request: ResponsesRequest,
    out: &mut Answer,
    said: &mut String,
) -> Result<Response, Failure> {
    let mut stream = client
        .responses()
        .stream(request)
        .await
        .map_err(|e| failure(&e))?;
    while let Some(event) = stream.next().await {
        let text = match &event {
            Ok(StreamEvent::RefusalDelta(delta)) => Cow::Borrowed(delta.delta.as_str()),
            _ => stream.new_text(),
        };
        said.push_str(&text);
        out.text(&text)?;
        if let Err(error) = event {
            out.end_line()?;
            return Err(failure(&error));
        }
    }
    let outcome = stream.into_response().await.map_err(|e| failure(&e));
    if let (Ok(response), true) = (&outcome, said.is_empty()) {
        // Some servers send a refusal without deltas.
        said.push_str(&words(response));
        out.text(said)?;
    }
    out.end_line()?;
    outcome
}

/// Waits for a whole answer.
pub(crate) async fn whole(
    client: &OpenRouter,
    request: ResponsesRequest,
) -> Result<Response, Failure> {
    client
        .responses()
        .create(request)
        .await
        .map_err(|e| failure(&e))
}

/// What the model said: its text, or else its refusal.
pub(crate) fn words(response: &Response) -> String {
    let text = response.output_text();
    if text.is_empty() {
        response.refusal().unwrap_or_default().to_owned()
    } else {
        text
    }
}

/// Whether the answer is all there, or why not.
pub(crate) fn check(response: &Response) -> Result<(), Failure> {
    match response.status {
        ResponseStatus::Incomplete => {
            let reason = response
                .incomplete_details
                .as_ref()
                .and_then(|details| details.reason.as_ref());
            Err(Failure::incomplete(format!(
                "the answer is incomplete: {}",
                reason.map_or("the server does not say why", |reason| reason.as_str())
            )))
        }
        ResponseStatus::Failed | ResponseStatus::Cancelled => {
            let error = response.error.as_ref();
            Err(Failure::failed(
                error.map_or("the answer failed", |error| error.message.as_str()),
            ))
        }
        _ => Ok(()),
    }
}

/// Prints what an answer took to standard error.
pub(crate) fn print_usage(response: &Response) {
    let Some(usage) = &response.usage else {
        return terminal::notice("the server does not say what the answer took");
    };
    let cost = usage
        .cost
        .map(|cost| format!("; cost: ${cost}"))
        .unwrap_or_default();
    terminal::notice(&format!(
        "tokens: {} in, {} out, {} in all{cost}",
        usage.input_tokens, usage.output_tokens, usage.total_tokens
    ));
}

/// An error of the SDK as an end of the command.
pub(crate) fn failure(error: &orouter::Error) -> Failure {
    // `Debug` is one line with the causes.
    let message = format!("{error:?}");
    match error.kind() {
        ErrorKind::Configuration | ErrorKind::Build => Failure::usage(message),
        _ => Failure::failed(message),
    }
}
