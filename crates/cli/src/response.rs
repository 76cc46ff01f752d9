//! Requests a response, prints its text and checks its status, for `send` and `chat`.

use std::borrow::Cow;

use orouter::{OpenRouter, Response, ResponseStatus, ResponsesRequest, StreamEvent};

use crate::exit::CommandError;
use crate::terminal::{self, Stdout};

/// Streams a response to standard output. `printed` receives the printed text, also if the future
/// is dropped before its end.
pub(crate) async fn stream(
    client: &OpenRouter,
    request: ResponsesRequest,
    out: &mut Stdout,
    printed: &mut String,
) -> Result<Response, CommandError> {
    let mut stream = client
        .responses()
        .stream(request)
        .await
        .map_err(|e| CommandError::from(&e))?;
    while let Some(event) = stream.next().await {
        let text = match &event {
            Ok(StreamEvent::RefusalDelta(delta)) => Cow::Borrowed(delta.delta.as_str()),
            _ => stream.new_text(),
        };
        printed.push_str(&text);
        out.text(&text)?;
        if let Err(error) = event {
            out.end_line()?;
            return Err(CommandError::from(&error));
        }
    }
    let outcome = stream
        .into_response()
        .await
        .map_err(|e| CommandError::from(&e));
    if let (Ok(response), true) = (&outcome, printed.is_empty()) {
        // Some servers send a refusal without deltas.
        printed.push_str(&text_or_refusal(response));
        out.text(printed)?;
    }
    out.end_line()?;
    outcome
}

/// Requests a response without streaming.
pub(crate) async fn create(
    client: &OpenRouter,
    request: ResponsesRequest,
) -> Result<Response, CommandError> {
    client
        .responses()
        .create(request)
        .await
        .map_err(|e| CommandError::from(&e))
}

/// Returns the text of a response, or its refusal if it has no text.
pub(crate) fn text_or_refusal(response: &Response) -> String {
    let text = response.output_text();
    if text.is_empty() {
        response.refusal().unwrap_or_default().to_owned()
    } else {
        text
    }
}

/// Checks that a response is complete.
pub(crate) fn check(response: &Response) -> Result<(), CommandError> {
    match response.status {
        ResponseStatus::Incomplete => {
            let reason = response
                .incomplete_details
                .as_ref()
                .and_then(|details| details.reason.as_ref());
            Err(CommandError::incomplete(format!(
                "the response is incomplete: {}",
                reason.map_or("the server gave no reason", |reason| reason.as_str())
            )))
        }
        ResponseStatus::Failed | ResponseStatus::Cancelled => {
            let error = response.error.as_ref();
            Err(CommandError::failed(error.map_or(
                "the response failed without an error message",
                |error| error.message.as_str(),
            )))
        }
        _ => Ok(()),
    }
}

/// Prints the token counts and the cost of a response to standard error.
pub(crate) fn print_usage(response: &Response) {
    let Some(usage) = &response.usage else {
        return terminal::print_notice("the response has no token counts");
    };
    let cost = usage
        .cost
        .map(|cost| format!("; cost: ${cost}"))
        .unwrap_or_default();
    terminal::print_notice(&format!(
        "tokens: {} in, {} out, {} in total{cost}",
        usage.input_tokens, usage.output_tokens, usage.total_tokens
    ));
}
