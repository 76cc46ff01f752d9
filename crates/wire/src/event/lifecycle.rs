//! Events about a response or an item, and keep-alives.

use crate::item::Item;
use crate::response::Response;
use crate::vendor::CopilotUsage;
use crate::{Extra, ThinString, Wire};

/// An event with a snapshot of the response: little more than its settings in the first event, the
/// whole response in the last.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ResponseEvent {
    /// A snapshot of the response.
    pub response: Option<Box<Response>>,
    /// Cost of the response on GitHub Copilot. Sent in the last event.
    pub copilot_usage: Option<Box<CopilotUsage>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ResponseEvent {
    /// Creates an event with this response.
    pub fn new(response: Response) -> Self {
        Self {
            response: Some(Box::new(response)),
            ..Self::default()
        }
    }
}

/// An item was added or is complete. An added item is nearly empty.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ItemEvent {
    /// Index of the item in the response's output, from 0.
    pub output_index: Option<u32>,
    /// A snapshot of the item.
    pub item: Option<Box<Item>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ItemEvent {
    /// Creates an event with the item at this index of the output.
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
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}
