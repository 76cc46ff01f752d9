//! Waits for the first event with content.

use orouter_protocols::UpstreamEvent;
use orouter_wire::EventClass;

use crate::failure::{Failure, FailureKind, Fallback};
use crate::provider::{BoxFuture, EventStream};

/// Maximum number of events that are withheld.
const MAX_WITHHELD: usize = 64;

/// The events of a provider up to the first one with content.
pub(super) struct FirstContent {
    /// The beginnings of items and parts and the events of unknown types before it.
    pub(super) openings: Vec<UpstreamEvent>,
    pub(super) first: UpstreamEvent,
    /// The events after it.
    pub(super) events: EventStream,
}

/// Waits for the first event with content. The beginning of an item or of a part has none, and an
/// event of an unknown type is not known to have any: if the provider fails after it, another one
/// can still serve the request.
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
            EventClass::ItemAdded | EventClass::PartAdded | EventClass::Unknown
                if openings.len() < MAX_WITHHELD =>
            {
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

#[cfg(test)]
mod tests {
    use orouter_wire::StreamEvent;

    use super::*;

    const UNKNOWN: &str = r#"{"type":"response.queue_position","position":3}"#;
    const DELTA: &str = r#"{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"Hi"}"#;
    const FAILED: &str = r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"x"}}}"#;
    const UNTYPED: &str = r#"{"error":{"code":503,"message":"x"}}"#;

    async fn of(events: &[&str]) -> Result<FirstContent, Failure> {
        let events: Vec<StreamEvent> = events
            .iter()
            .map(|text| orouter_wire::from_str(text).unwrap())
            .collect();
        let stream = EventStream::ready(events);
        first_content(Box::pin(async { Ok(stream) }), "p").await
    }

    #[tokio::test]
    async fn events_of_unknown_types_are_withheld_until_the_first_content() {
        let found = of(&[UNKNOWN, UNKNOWN, DELTA]).await.unwrap();
        assert_eq!(found.openings.len(), 2);
        assert_eq!(found.first.event.class(), EventClass::ContentDelta);
        for failure in [FAILED, UNTYPED] {
            assert!(of(&[UNKNOWN, failure]).await.is_err(), "{failure}");
        }
        assert!(of(&[UNKNOWN]).await.is_err(), "the stream is broken off");
    }

    #[tokio::test]
    async fn only_some_are_withheld() {
        let found = of(&[UNKNOWN; MAX_WITHHELD + 1]).await.unwrap();
        assert_eq!(found.openings.len(), MAX_WITHHELD);
        assert_eq!(found.first.event.class(), EventClass::Unknown);
    }
}
