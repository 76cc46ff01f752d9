//! Failures as services report them: error bodies, the class of a failure, its HTTP status and its
//! retry hints.
//!
//! [`ErrorResponse`] is the typed error body; its types are also at the crate's root.
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

mod availability;
mod body;
mod body_form;
mod class;
mod classify;
mod damaged;
mod detail;
mod error_body;
mod error_response;
mod error_type;
mod hint;
mod members;
mod misalignment;
mod phrase;
mod report;
mod sentences;
mod time;
mod vocabulary;

pub use self::{
    availability::{Availability, AvailabilityCode, AvailabilityConstraint},
    body::FailureBody,
    body_form::BodyForm,
    class::FailureClass,
    detail::{ErrorComplaint, ErrorDetail, ErrorLocation},
    error_body::{ErrorBody, ErrorCode, ErrorMetadata, ErrorValue, PreviousError},
    error_response::ErrorResponse,
    error_type::ApiErrorType,
    hint::RetryHints,
    misalignment::{Misalignment, MisalignmentKind, MisalignmentSteer},
    report::ReportedFailure,
};
