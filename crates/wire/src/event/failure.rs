//! [`ErrorEvent`]: a failure inside a stream whose status was 200.

use crate::failure::{ApiErrorType, ErrorBody, ErrorCode, ErrorMetadata, ErrorValue};
use crate::metadata::OpenRouterMetadata;
use crate::{Extra, ThinString, Wire};

/// A failure inside a stream. It is flat (`code`, `message` and `param` next to `type`) or nested
/// (the same members in `error`); [`ErrorEvent::message()`] and [`ErrorEvent::code()`] read both.
///
/// ```
/// use orouter_wire::{ErrorEvent, StreamEvent};
///
/// let nested = r#"{"type":"error","error":{"code":"server_error","message":"Oops"}}"#;
/// let flat = r#"{"type":"error","code":"server_error","message":"Oops","param":null}"#;
/// for text in [nested, flat] {
///     let event: StreamEvent = orouter_wire::from_str(text).unwrap();
///     let StreamEvent::Error(error) = event else { panic!() };
///     assert_eq!(error.message(), Some("Oops"));
///     assert_eq!(error.code().and_then(|code| code.as_name()), Some("server_error"));
/// }
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ErrorEvent {
    /// The name or number of the failure.
    #[wire(nullable)]
    pub code: Option<ErrorCode>,
    /// The error message.
    pub message: Option<String>,
    /// The member of the request at fault. Written as `null` if there is none.
    #[wire(nullable)]
    pub param: Option<String>,
    /// The nested failure. Not in the specification.
    pub error: Option<ErrorValue>,
    /// The stable name of the failure. Not in the specification.
    pub error_type: Option<ApiErrorType>,
    /// Details of the failure. Not in the specification.
    #[wire(open)]
    pub metadata: Option<Box<ErrorMetadata>>,
    /// The HTTP status for the failure. Not in the specification.
    pub status: Option<u32>,
    /// The HTTP status for the failure, as some services name it. Not in the specification.
    pub status_code: Option<u32>,
    /// The id of the request. Not in the specification.
    pub request_id: Option<String>,
    /// Routing of the request by OpenRouter. Present if the request asked for it.
    #[wire(open)]
    pub openrouter_metadata: Option<Box<OpenRouterMetadata>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ErrorEvent {
    /// Creates a flat failure with this code and message.
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self {
            code: Some(code.into()),
            message: Some(message.into()),
            ..Self::default()
        }
    }

    /// Returns the nested failure, if it is an object.
    pub fn body(&self) -> Option<&ErrorBody> {
        match &self.error {
            Some(ErrorValue::Body(body)) => Some(body),
            _ => None,
        }
    }

    /// Returns the error message, flat or nested.
    pub fn message(&self) -> Option<&str> {
        match (&self.message, &self.error) {
            (Some(message), _) => Some(message),
            (None, Some(ErrorValue::Body(body))) => Some(&body.message),
            (None, Some(ErrorValue::Text(text))) => Some(text),
            _ => None,
        }
    }

    /// Returns the name or number of the failure, flat or nested.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.code.as_ref().or_else(|| self.body()?.code.as_ref())
    }

    /// Returns the member of the request at fault, flat or nested.
    pub fn param(&self) -> Option<&str> {
        self.param
            .as_deref()
            .or_else(|| self.body()?.param.as_deref())
    }

    /// Returns the stable name of the failure, flat or nested.
    pub fn error_type(&self) -> Option<&ApiErrorType> {
        self.error_type
            .as_ref()
            .or_else(|| self.metadata.as_ref()?.error_type.as_ref())
            .or_else(|| self.body()?.error_type())
    }
}
