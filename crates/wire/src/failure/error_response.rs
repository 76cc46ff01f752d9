//! [`ErrorResponse`]: the typed error body that a service sends instead of a response.

use super::detail::ErrorDetail;
use super::error_body::{ErrorBody, ErrorCode, ErrorValue};
use super::error_type::ApiErrorType;
use crate::extra::Extra;
use crate::metadata::OpenRouterMetadata;

/// An error body. The form is the same for every error status.
///
/// ```
/// use orouter_wire::ErrorResponse;
///
/// let body: ErrorResponse = orouter_wire::from_str(
///     r#"{"error":{"code":429,"message":"Slow down","metadata":{"error_type":"rate_limit_exceeded"}}}"#,
/// )
/// .unwrap();
/// assert_eq!(body.message(), Some("Slow down"));
/// assert_eq!(body.body().unwrap().code.as_ref().unwrap().as_status(), Some(429));
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The error: an object or a string.
    pub error: Option<ErrorValue>,
    /// Routing of the request by OpenRouter. Present if the request asked for it.
    #[wire(open)]
    pub openrouter_metadata: Option<Box<OpenRouterMetadata>>,
    /// The account that sent the request.
    pub user_id: Option<String>,
    /// The word `error`, which some services send. Not in the specification.
    pub r#type: Option<String>,
    /// The id of the request, which some services send here. Not in the specification.
    pub request_id: Option<String>,
    /// The name of the failure, next to an `error` that is a string. xAI sends it.
    pub code: Option<ErrorCode>,
    /// The error message, on services without `error`. Not in the specification.
    pub message: Option<String>,
    /// The error message on services without `error`: a string, or complaints about members of the
    /// request. Not in the specification; services that are built with FastAPI send it.
    pub detail: Option<ErrorDetail>,
    /// The HTTP status. Not in the specification.
    pub status: Option<u32>,
    /// The class of the exception that a service serialized, such as `Error`. Not in the
    /// specification.
    pub name: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ErrorResponse {
    /// Creates an error with this code and message.
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self {
            error: Some(ErrorValue::Body(Box::new(ErrorBody::new(code, message)))),
            ..Self::default()
        }
    }

    /// Returns the error if it is an object.
    pub fn body(&self) -> Option<&ErrorBody> {
        match &self.error {
            Some(ErrorValue::Body(body)) => Some(body),
            _ => None,
        }
    }

    /// Returns the error message: that of `error`, which is an object or a string, or else the
    /// member `message` beside it, or else that of [`detail`](Self#structfield.detail): its text, or
    /// that of its first complaint.
    pub fn message(&self) -> Option<&str> {
        match &self.error {
            Some(ErrorValue::Body(body)) => Some(&body.message),
            Some(ErrorValue::Text(text)) => Some(text),
            Some(ErrorValue::Unknown(_)) | None => {
                let detail = || self.detail.as_ref()?.message();
                self.message.as_deref().or_else(detail)
            }
        }
    }

    /// Returns the name or number of the failure: that of `error`, or else the member `code`.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.body()
            .and_then(|body| body.code.as_ref())
            .or(self.code.as_ref())
    }

    /// Returns the stable name of the failure: `metadata.error_type`, or else `error_type`.
    pub fn error_type(&self) -> Option<&ApiErrorType> {
        self.body()?.error_type()
    }
}
