//! Stage 3 of 5: tries the endpoints in order until one starts to generate.
//!
//! An endpoint has started once it sends content. Until then a failure leads to the next endpoint,
//! also after `response.created` and similar events. After that there is no fallback.

use std::sync::Arc;

use http::StatusCode;
use orouter_protocols::UpstreamEvent;
use orouter_wire::{EventClass, ResponsesRequest};

use crate::admit::unsupported_parameters;
use crate::catalog::Endpoint;
use crate::failure::{Failure, FailureKind};
use crate::metadata::Routing;
use crate::provider::{BoxFuture, EventStream, Model, ProviderRequest};
use crate::quote::quote;

/// An endpoint that has started to generate.
pub(crate) struct Attempt {
    pub(crate) model: Arc<Model>,
    pub(crate) provider: String,
    /// The first event with content, or the terminal event.
    pub(crate) first: UpstreamEvent,
    /// The events after the first one.
    pub(crate) events: EventStream,
}

/// Tries the endpoints in order. If all fail, returns the failure of the last one.
pub(crate) fn attempt(
    request: Arc<ResponsesRequest>,
    endpoints: Vec<Arc<Endpoint>>,
    routing: Routing,
) -> BoxFuture<Result<Attempt, Failure>> {
    Box::pin(async move {
        let mut failure = Failure::new(FailureKind::Server, "the plan has no endpoints");
        for endpoint in endpoints {
            let (provider, model) = (&endpoint.provider, Arc::clone(&endpoint.model));
            for path in unsupported_parameters(&request, &model) {
                let reason = format!("`{}` does not support it", quote(&model.id));
                routing.notes().ignored(path, reason);
            }
            let name = provider.name().to_owned();
            let request = ProviderRequest::new(Arc::clone(&request), model.id.clone())
                .notes(routing.notes().clone())
                .upstream(endpoint.upstream.clone());
            match first_content(provider.generate(request), &name).await {
                Ok((first, events)) => {
                    routing.attempted(&model.id, &name, StatusCode::OK);
                    return Ok(Attempt {
                        model,
                        provider: name,
                        first,
                        events,
                    });
                }
                Err(error) => {
                    routing.attempted(&model.id, &name, error.status());
                    tracing::debug!(
                        provider = %name, model = %model.id, status = error.status().as_u16(),
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
async fn first_content(
    generating: BoxFuture<Result<EventStream, Failure>>,
    provider: &str,
) -> Result<(UpstreamEvent, EventStream), Failure> {
    let mut events = generating.await?;
    loop {
        let next = events.next_upstream().await;
        let event = next.unwrap_or_else(|| Err(broken_off()))?;
        match event.event.class() {
            EventClass::Lifecycle | EventClass::KeepAlive => {}
            EventClass::Terminal
            | EventClass::Error
            | EventClass::Debug
            | EventClass::ItemAdded
            | EventClass::ItemDone
            | EventClass::PartAdded
            | EventClass::PartDone
            | EventClass::ContentDelta
            | EventClass::ContentDone
            | EventClass::Progress
            | EventClass::Unknown => {
                return match Failure::from_event(&event.event, provider) {
                    Some(failure) => Err(failure),
                    None => Ok((event, events)),
                };
            }
        }
    }
}

/// Returns the failure of a stream that ends without a terminal event.
pub(crate) fn broken_off() -> Failure {
    Failure::new(
        FailureKind::ProviderUnavailable,
        "the provider's stream ended before the response was complete",
    )
}
