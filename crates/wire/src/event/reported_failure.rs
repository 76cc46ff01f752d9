//! `StreamEvent::failure()`: the one decision if an event reports a failure.

use super::{EventClass, StreamEvent};
use crate::failure::ReportedFailure;
use crate::raw::Raw;
use crate::response::{Response, ResponseStatus};

impl StreamEvent {
    /// Returns the failure that the event reports, in one form for all of them: `response.failed`,
    /// any other last event whose response [has failed](crate::Response::has_failed), `error` and
    /// `response.error` (flat or nested), and a frame without a `type` that has an `error`. Returns
    /// `None` for other events.
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
        // The typed event does not tell where a member stood, so its JSON is read again.
        self.is_failure()
            .then(|| ReportedFailure::from_raw(&Raw::from_wire(self)))
    }

    /// Returns `true` if the event reports a failure, as [`failure`](Self::failure) returns it.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self.class() {
            EventClass::Error => true,
            EventClass::Terminal => {
                self.announced_status() == Some(ResponseStatus::Failed)
                    || self.response().is_some_and(Response::has_failed)
            }
            EventClass::Lifecycle
            | EventClass::KeepAlive
            | EventClass::Debug
            | EventClass::ItemAdded
            | EventClass::ItemDone
            | EventClass::PartAdded
            | EventClass::PartDone
            | EventClass::ContentDelta
            | EventClass::ContentDone
            | EventClass::Progress
            | EventClass::Unknown => false,
        }
    }
}
