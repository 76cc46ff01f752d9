//! Waits for the first event with content.

use orouter_protocols::UpstreamEvent;
use orouter_wire::EventClass;

use crate::failure::{Failure, FailureKind, Fallback};
use crate::provider::{BoxFuture, EventStream};

/// Waits for the first event with content.
///
/// # Errors
/// The failure that the provider reports before it.
pub(super) async fn first_content(
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
    .fallback(Fallback::MaybeBilled)
}
