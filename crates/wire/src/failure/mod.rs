//! Failures as services report them: their class, their HTTP status and their retry hints.
//!
//! Every service has its own words for the same failures. [`FailureClass`] is the common
//! classification, computed from one table (`vocabulary.rs`) for every form in which a failure
//! arrives: an HTTP status with a body, an error object inside a 200, and the events of a stream.
//! [`ReportedFailure`] reads such an object, [`RetryHints`] the times that come with it, and
//! [`FailureBody`] a response body in which the object may be damaged or absent.
//!
//! ```
//! use orouter_wire::{StreamEvent, failure::FailureClass};
//!
//! let event: StreamEvent = orouter_wire::from_str(
//!     r#"{"type":"error","error":{"type":"service_unavailable_error",
//!         "code":"server_is_overloaded","message":"Please try again in 12s."}}"#,
//! )?;
//! let failure = event.failure().unwrap();
//! assert_eq!(failure.class(None), Some(FailureClass::Overloaded));
//! assert!(failure.is_retryable(None));
//! assert_eq!(failure.retry_hints.delay(None, false), Some(std::time::Duration::from_secs(12)));
//! # Ok::<(), orouter_wire::DecodeError>(())
//! ```

mod body;
mod class;
mod damaged;
mod event;
mod hint;
mod members;
mod phrase;
mod report;
mod time;
mod vocabulary;

pub use self::{
    body::{BodyForm, FailureBody},
    class::FailureClass,
    hint::RetryHints,
    report::ReportedFailure,
};
