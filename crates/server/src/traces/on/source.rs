//! [`Source`]: what all spans need, and [`Parent`], what those of attempts need of their request.

use std::sync::Arc;

use super::context::TraceContext;
use super::queue::Queue;
use super::settings::SpanSettings;
use super::span::Clock;

/// The settings of spans, and the queue that they end in.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) settings: SpanSettings,
    pub(super) queue: Queue,
}

/// The span of a request as the parent of those of its attempts.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) source: Arc<Source>,
    pub(super) context: TraceContext,
    pub(super) clock: Clock,
}
