//! Requests a response, and prints and checks a whole one.

use std::io::IsTerminal as _;

use orouter::{OpenRouter, RequestOptions, Response, ResponseStatus, ResponsesRequest};

use crate::exit::CommandError;
use crate::retry_notice::AnnouncedRetries;
use crate::spinner::Spinner;
use crate::terminal::{self, Stdout};
use crate::tool_calls;

/// Streams a response and prints nothing.
pub(crate) async fn collect(
    client: &OpenRouter,
    request: ResponsesRequest,
) -> Result<Response, CommandError> {
    let spinner = Spinner::start();
    let call = client
        .responses()
        .stream(request)
        .options(options(&spinner));
    let stream = call.await.map_err(|e| CommandError::from(&e))?;
    let response = stream.into_response().await;
    response.map_err(|e| CommandError::from(&e))
}

/// Requests a response without streaming.
pub(crate) async fn create(
    client: &OpenRouter,
    request: ResponsesRequest,
) -> Result<Response, CommandError> {
    let spinner = Spinner::start();
    client
        .responses()
        .create(request)
        .options(options(&spinner))
        .await
        .map_err(|e| CommandError::from(&e))
}

/// Returns the options of a call while this spinner runs: on a terminal, retries are announced.
pub(crate) fn options(spinner: &Spinner) -> RequestOptions {
    let options = RequestOptions::new();
    if std::io::stderr().is_terminal() {
        options.retry_policy(AnnouncedRetries::new(spinner.line()))
    } else {
        options
    }
}

/// Prints the text of a whole response, or its refusal, or the calls of tools if it has nothing else.
pub(crate) fn print(response: &Response, out: &mut Stdout) -> Result<(), CommandError> {
    if !print_text(response, out)? {
        print_empty(response);
    }
    out.end_line()
}

/// Prints the text and the calls of tools of a response to standard error, which must not be on standard
/// output.
pub(crate) fn print_notices(response: &Response) {
    let text = text_or_refusal(response);
    if !text.is_empty() {
        terminal::print_notice(&terminal::sanitized(&format!("output: {text}")));
    }
    tool_calls::print_notices(response);
}

/// Prints the text of a whole response, or its refusal, or the calls of tools if it has nothing else.
/// Returns `false` if it has none of them.
pub(crate) fn print_text(response: &Response, out: &mut Stdout) -> Result<bool, CommandError> {
    let text = text_or_refusal(response);
    if text.is_empty() {
        return tool_calls::print(response, out);
    }
    out.text(&text)?;
    tool_calls::print_notices(response);
    Ok(true)
}

/// Reports a complete response of which nothing was printed.
pub(crate) fn print_empty(response: &Response) {
    if check(response).is_ok() {
        terminal::print_notice("the response has no text; --json prints all of it");
    }
}

/// Returns the text of a response, or its refusal if it has no text.
fn text_or_refusal(response: &Response) -> String {
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
        ResponseStatus::Queued | ResponseStatus::InProgress => {
            Err(CommandError::incomplete(format!(
                "the response {} is not finished: its status is {}",
                response.id,
                response.status.as_str()
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
