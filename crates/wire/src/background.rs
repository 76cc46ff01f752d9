//! [`BackgroundOptions`]: time and order in which a background response is generated.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Options of a response that is generated in the background. Not in OpenRouter's specification;
/// OpenAI's API has it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct BackgroundOptions {
    /// Time within which the response is complete. Default: `soonest`.
    pub completion_window: Option<CompletionWindow>,
    /// Id of the caller's choice that related requests share. The service uses it to order them; it
    /// adds no history to the input.
    pub continuation_id: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl BackgroundOptions {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(BackgroundOptions {
    into completion_window: CompletionWindow;
    into continuation_id: String;
});

/// Time within which a background response is complete.
///
/// The windows of hours have a lower price. They require `background: true`, the default service
/// tier and no stream.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CompletionWindow {
    /// As soon as possible.
    Soonest,
    /// Two hours.
    #[wire("2h")]
    TwoHours,
    /// Eight hours.
    #[wire("8h")]
    EightHours,
    /// A window unknown to this version.
    Unknown(UnknownValue),
}
