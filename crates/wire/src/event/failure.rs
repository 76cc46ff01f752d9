//! [`ErrorEvent`]: a failure inside a stream whose status was 200.

use crate::failure::{ApiErrorType, ErrorBody, ErrorCode, ErrorMetadata, ErrorValue};
use crate::metadata::OpenRouterMetadata;
use crate::{Extra, Wire};

/// A failure inside a stream. It comes flat (`code`, `message`, `param` beside the `type`) or
/// nested (the same in a member `error`); [`ErrorEvent::message()`] and [`ErrorEvent::code()`]
/// read both.
///
/// Stands for `ErrorEvent` and `BaseErrorEvent`.
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
    /// The failure's name or number.
    #[wire(nullable)]
    pub code: Option<ErrorCode>,
    /// The error message.
    pub message: Option<String>,
    /// The member of the request that is at fault; written as `null` when there is none.
    #[wire(nullable)]
    pub param: Option<String>,
    /// The failure, nested. Not in the specification.
    pub error: Option<ErrorValue>,
    /// The stable name of the failure. Not in the specification.
    pub error_type: Option<ApiErrorType>,
    /// More about it. Not in the specification.
    #[wire(open)]
    pub metadata: Option<Box<ErrorMetadata>>,
    /// The HTTP status that the failure would have had. Not in the specification.
    pub status: Option<u32>,
    /// `status` under another name. Not in the specification.
    pub status_code: Option<u32>,
    /// The id of the request. Not in the specification.
    pub request_id: Option<String>,
    /// Routing of the request by OpenRouter. Present if the request asked for it.
    #[wire(open)]
    pub openrouter_metadata: Option<Box<OpenRouterMetadata>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ErrorEvent {
    /// A flat failure with this name and these words.
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self {
            code: Some(code.into()),
            message: Some(message.into()),
            ..Self::default()
        }
    }

    /// The nested failure, when it is nested.
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

    /// The failure's name or number, flat or nested.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.code.as_ref().or_else(|| self.body()?.code.as_ref())
    }

    /// The member of the request that is at fault, flat or nested.
    pub fn param(&self) -> Option<&str> {
        self.param
            .as_deref()
            .or_else(|| self.body()?.param.as_deref())
    }

    /// The stable name of the failure, wherever it stands.
    pub fn error_type(&self) -> Option<&ApiErrorType> {
        self.error_type
            .as_ref()
            .or_else(|| self.metadata.as_ref()?.error_type.as_ref())
            .or_else(|| self.body()?.metadata.as_ref()?.error_type.as_ref())
    }
}
