//! The third room: one endpoint after the other, until one has something to say.
//!
//! Events that only announce an answer are not enough: an endpoint that fails right after them is
//! passed over like one that refuses. Once content has come there is no way back.

use std::sync::Arc;

use http::StatusCode;
use orouter_wire::failure::ReportedFailure;
use orouter_wire::{Raw, ResponseStatus, ResponsesRequest, StreamEvent};

use crate::admit::parameters::unsupported;
use crate::endpoint::{BoxFuture, Call, EventStream, Model};
use crate::failure::{Failure, FailureKind};
use crate::metadata::Routing;
use crate::plan::Candidate;
use crate::quote::quote;

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
            for path in unsupported(&request, &model) {
                let reason = format!("`{}` does not support it", quote(&model.id));
                routing.notes().ignored(path, reason);
            }
            match begin(endpoint.answer(call), &provider).await {
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
    provider: &str,
) -> Result<(StreamEvent, EventStream), Failure> {
    let mut events = answer.await?;
    loop {
        match events.next().await {
            None => return Err(silent()),
            Some(event) => match event? {
                StreamEvent::Created(_) | StreamEvent::Queued(_) | StreamEvent::InProgress(_) => {}
                event if event.is_keepalive() => {}
                event => match failed(&event, provider) {
                    Some(failure) => return Err(failure),
                    None => return Ok((event, events)),
                },
            },
        }
    }
}

/// The failure that an event of this provider reports, if it reports one.
pub(crate) fn failed(event: &StreamEvent, provider: &str) -> Option<Failure> {
    let reported = event.failure().or_else(|| {
        // An event of another type can carry a failed response.
        let failed = event.is_terminal()
            && event
                .response()
                .is_some_and(|response| response.status == ResponseStatus::Failed);
        failed.then(|| ReportedFailure::from_raw(&Raw::from_wire(event)))
    })?;
    Some(Failure::reported(&reported, provider))
}

/// The failure of a stream that just stops.
pub(crate) fn silent() -> Failure {
    Failure::new(
        FailureKind::ProviderUnavailable,
        "the provider's stream broke off",
    )
}
