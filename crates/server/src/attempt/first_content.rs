//! Waits for the first event with content.

use orouter_protocols::UpstreamEvent;
use orouter_wire::EventClass;

use crate::failure::{Failure, FailureKind, Fallback};
use crate::provider::{BoxFuture, EventStream};

/// Maximum number of events that are withheld.
const MAX_WITHHELD: usize = 64;

/// The events of a provider up to the first one with content.
pub(super) struct FirstContent {
    /// The beginnings of items and parts before it, without content.
    pub(super) openings: Vec<UpstreamEvent>,
    pub(super) first: UpstreamEvent,
    /// The events after it.
    pub(super) events: EventStream,
}

/// Waits for the first event with content. The beginning of an item or of a part has none: if the
/// provider fails after it, another one can still serve the request.
///
/// # Errors
/// The failure that the provider reports before it.
pub(super) async fn first_content(
    generating: BoxFuture<Result<EventStream, Failure>>,
    provider: &str,
) -> Result<FirstContent, Failure> {
    let mut events = generating.await?;
    let mut openings = Vec::new();
    loop {
        let next = events.next_upstream().await;
        let event = next.unwrap_or_else(|| Err(broken_off()))?;
        match event.event.class() {
            EventClass::Lifecycle | EventClass::KeepAlive => {}
            EventClass::ItemAdded | EventClass::PartAdded if openings.len() < MAX_WITHHELD => {
                openings.push(event);
            }
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
                    None => Ok(FirstContent {
                        openings,
                        first: event,
                        events,
                    }),
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
    .fallback(Fallback::MaybeBilled)
}
