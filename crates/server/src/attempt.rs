//! The third room: one endpoint after the other, until one has something to say.
//!
//! Events that only announce an answer are not enough: an endpoint that fails right after them is
//! passed over like one that refuses. Once content has come there is no way back.

use std::sync::Arc;

use http::StatusCode;
use orouter_wire::{ResponsesRequest, StreamEvent};

use crate::endpoint::{BoxFuture, Call, EventStream, Model};
use crate::failure::{Failure, FailureKind};
use crate::metadata::Routing;
use crate::plan::Candidate;

/// An endpoint that is answering.
pub(crate) struct Attempt {
    pub(crate) model: Model,
    pub(crate) provider: String,
    /// The first event with content, or the end.
    pub(crate) first: StreamEvent,
    /// The rest.
    pub(crate) events: EventStream,
}

/// Tries the candidates in order. The failure, if all fail, is the last one's.
pub(crate) fn attempt(
    request: Arc<ResponsesRequest>,
    candidates: Vec<Candidate>,
    routing: Routing,
) -> BoxFuture<Result<Attempt, Failure>> {
    Box::pin(async move {
        let mut failure = Failure::new(FailureKind::Server, "a plan without candidates");
        for Candidate { endpoint, model } in candidates {
            let call =
                Call::new(Arc::clone(&request), model.id.clone()).notes(routing.notes().clone());
            let provider = endpoint.provider().to_owned();
            match begin(endpoint.answer(call)).await {
                Ok((first, events)) => {
                    routing.attempted(&model.id, &provider, StatusCode::OK);
                    return Ok(Attempt {
                        model,
                        provider,
                        first,
                        events,
                    });
                }
                Err(error) => {
                    routing.attempted(&model.id, &provider, error.status());
                    tracing::debug!(
                        %provider, model = %model.id, status = error.status().as_u16(),
                        error_type = %error.kind().error_type(), "attempt failed"
                    );
                    failure = error;
                }
            }
        }
        Err(failure)
    })
}

/// Waits for the first event with content.
async fn begin(
    answer: BoxFuture<Result<EventStream, Failure>>,
) -> Result<(StreamEvent, EventStream), Failure> {
    let mut events = answer.await?;
    loop {
        match events.next().await {
            None => return Err(silent()),
            Some(event) => match event? {
                StreamEvent::Created(_) | StreamEvent::Queued(_) | StreamEvent::InProgress(_) => {}
                event => match failed(&event) {
                    Some(failure) => return Err(failure),
                    None => return Ok((event, events)),
                },
            },
        }
    }
}

/// The failure that an event tells of, if it does.
pub(crate) fn failed(event: &StreamEvent) -> Option<Failure> {
    let message = match event {
        StreamEvent::Failed(_) => event
            .response()
            .and_then(|r| r.error.as_ref())
            .map(|error| error.message.clone()),
        event => event.error()?.message().map(str::to_owned),
    };
    let message = message.unwrap_or_else(|| "the provider failed without a word".to_owned());
    Some(Failure::new(FailureKind::ProviderUnavailable, message))
}

/// The failure of a stream that just stops.
pub(crate) fn silent() -> Failure {
    Failure::new(
        FailureKind::ProviderUnavailable,
        "the provider's stream broke off",
    )
}
