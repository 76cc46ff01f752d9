//! Events about a whole response, a whole item, or nothing but time.

use crate::item::Item;
use crate::response::Response;
use crate::vendor::CopilotUsage;
use crate::{Extra, Wire};

/// The response as it stands: in full at the end, with little more than its settings at first.
///
/// Stands for `OpenResponsesCreatedEvent`, `OpenResponsesInProgressEvent`, `CreatedEvent`,
/// `InProgressEvent`, `CompletedEvent`, `IncompleteEvent`, `FailedEvent` and the
/// `StreamEventsResponse*` forms of them.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ResponseEvent {
    /// The response as it stands.
    pub response: Option<Box<Response>>,
    /// Cost of the response on GitHub Copilot; on the last event.
    pub copilot_usage: Option<Box<CopilotUsage>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ResponseEvent {
    /// An event that carries this response.
    pub fn new(response: Response) -> Self {
        Self {
            response: Some(Box::new(response)),
            ..Self::default()
        }
    }
}

/// An item as it stands: nearly empty when added, whole when done.
///
/// Stands for `OutputItemAddedEvent`, `OutputItemDoneEvent` and the `StreamEventsResponse*` forms
/// of them.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ItemEvent {
    /// The item's place in the response's output, from 0.
    pub output_index: Option<u32>,
    /// The item as it stands.
    pub item: Option<Box<Item>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ItemEvent {
    /// An event that carries the item in this place of the output.
    pub fn new(output_index: u32, item: impl Into<Item>) -> Self {
        Self {
            output_index: Some(output_index),
            item: Some(Box::new(item.into())),
            ..Self::default()
        }
    }
}

/// A keep-alive event: it shows only that the connection is alive.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Keepalive {
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}
