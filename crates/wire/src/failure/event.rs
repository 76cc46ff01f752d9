//! [`StreamEvent::failure`]: the failure that an event reports, in one form.

use super::ReportedFailure;
use crate::{Raw, ResponseStatus, StreamEvent};

impl StreamEvent {
    /// Returns the failure that the event reports, in one form for all of them: `response.failed`
    /// and a `response.done` whose status is `failed`, `error` and `response.error` (flat or
    /// nested), and a frame without a `type` that has an `error`. Returns `None` for other events.
    ///
    /// ```
    /// use orouter_wire::{StreamEvent, failure::FailureClass};
    ///
    /// let event: StreamEvent = orouter_wire::from_str(
    ///     r#"{"type":"response.failed","response":{"status":"failed","error_type":"provider_overloaded",
    ///         "error":{"code":"server_error","message":"No capacity"}}}"#,
    /// )?;
    /// let failure = event.failure().unwrap();
    /// assert_eq!(failure.class(None), Some(FailureClass::Overloaded));
    /// assert_eq!(failure.status(None), Some(503));
    /// # Ok::<(), orouter_wire::DecodeError>(())
    /// ```
    pub fn failure(&self) -> Option<ReportedFailure> {
        let failed = match self {
            Self::Failed(_) | Self::Error(_) | Self::ResponseError(_) => true,
            Self::Done(_) => self
                .response()
                .is_some_and(|response| response.status == ResponseStatus::Failed),
            Self::Unknown(_) => self.error().is_some(),
            _ => false,
        };
        // The typed event does not tell where a member stood, so its JSON is read again.
        failed.then(|| ReportedFailure::from_raw(&Raw::from_wire(self)))
    }
}
