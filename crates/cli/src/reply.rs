//! Streams a response to standard output until it ends or is stopped, for `send` and `chat`.

use std::borrow::Cow;

use orouter::{OpenRouter, Response, ResponseStream, ResponsesRequest, StreamEvent};

use crate::exit::CommandError;
use crate::response;
use crate::spinner::Spinner;
use crate::terminal::Stdout;
use crate::tool_calls;

/// A response, or the part of it that arrived.
#[derive(Debug)]
pub(crate) struct Reply<S> {
    /// The response so far; `None` if nothing arrived.
    pub(crate) response: Option<Response>,
    pub(crate) end: ReplyEnd<S>,
    /// `true` if a text or the calls of tools were printed.
    pub(crate) printed: bool,
}

/// Reason why nothing follows.
#[derive(Debug)]
pub(crate) enum ReplyEnd<S> {
    /// The response ended. Its status can be a failure.
    Ended,
    /// The caller stopped it.
    Stopped(S),
    /// The request failed, the connection was cut, or the output cannot be written.
    Failed(CommandError),
}

/// Prints the text of a response as it arrives, and shows a spinner until then. Ends early, and
/// disconnects from the server, when `stop` is ready.
pub(crate) async fn print<S>(
    client: &OpenRouter,
    request: ResponsesRequest,
    out: &mut Stdout,
    stop: impl Future<Output = S>,
) -> Reply<S> {
    let mut stop = std::pin::pin!(stop);
    let mut spinner = Spinner::start();
    let call = client.responses().stream(request);
    let opened = tokio::select! {
        opened = call.options(response::options(&spinner)) => opened,
        stopped = &mut stop => return Reply::without_text(None, ReplyEnd::Stopped(stopped)),
    };
    let mut stream = match opened {
        Ok(stream) => stream,
        Err(error) => return Reply::failed(&error, false),
    };
    let mut printed = false;
    let end = loop {
        let event = tokio::select! {
            event = stream.next() => event,
            stopped = &mut stop => break ReplyEnd::Stopped(stopped),
        };
        let Some(event) = event else {
            break ReplyEnd::Ended;
        };
        let text = match &event {
            Ok(StreamEvent::RefusalDelta(delta)) => Cow::Borrowed(delta.delta.as_str()),
            _ => stream.new_text(),
        };
        if !text.is_empty() {
            spinner.stop();
            printed = true;
        }
        if let Err(error) = out.text(&text) {
            break ReplyEnd::Failed(error);
        }
        if let Err(error) = event {
            break ReplyEnd::Failed(CommandError::from(&error));
        }
    };
    let reply = match end {
        ReplyEnd::Ended => whole(stream, printed, &mut spinner, out).await,
        end => Reply {
            response: Some(stream.snapshot().clone()),
            end,
            printed,
        },
    };
    spinner.stop();
    match out.end_line() {
        Err(error) if !matches!(reply.end, ReplyEnd::Failed(_)) => Reply {
            end: ReplyEnd::Failed(error),
            ..reply
        },
        _ => reply,
    }
}

/// Takes the response of a stream that ended, and prints what the stream did not have.
async fn whole<S>(
    stream: ResponseStream,
    streamed: bool,
    spinner: &mut Spinner,
    out: &mut Stdout,
) -> Reply<S> {
    let response = match stream.into_response().await {
        Ok(response) => response,
        Err(error) => return Reply::failed(&error, streamed),
    };
    spinner.stop();
    let printed = if streamed {
        tool_calls::print_notices(&response);
        Ok(true)
    } else {
        // Some servers send a refusal without deltas.
        response::print_text(&response, out)
    };
    let (printed, end) = match printed {
        Ok(printed) => (printed, ReplyEnd::Ended),
        Err(error) => (false, ReplyEnd::Failed(error)),
    };
    Reply {
        response: Some(response),
        end,
        printed,
    }
}

impl<S> Reply<S> {
    fn without_text(response: Option<Response>, end: ReplyEnd<S>) -> Self {
        Self {
            response,
            end,
            printed: false,
        }
    }

    fn failed(error: &orouter::Error, printed: bool) -> Self {
        Self {
            response: error.partial_response().cloned(),
            end: ReplyEnd::Failed(CommandError::from(error)),
            printed,
        }
    }
}
