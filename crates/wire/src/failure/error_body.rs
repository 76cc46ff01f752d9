//! [`ErrorBody`]: the error object that a service sends instead of a response.
//!
//! `error_response.rs` has the body around it. The failure of a response that had begun is
//! [`crate::response::ResponseError`].

use std::fmt;

use super::availability::Availability;
use super::error_type::ApiErrorType;
use super::misalignment::Misalignment;
use crate::extra::Extra;
use crate::raw::Raw;
use crate::unknown::Unknown;

/// The member `error`: an object, or on some services a string.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ErrorValue {
    /// An object.
    #[wire(object)]
    Body(Box<ErrorBody>),
    /// A message without details.
    #[wire(string)]
    Text(String),
    /// Another JSON value, kept as it was sent.
    Unknown(Unknown),
}

/// The error object.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ErrorBody {
    /// The name or number of the failure. On OpenRouter it is the HTTP status.
    pub code: Option<ErrorCode>,
    /// The error message.
    pub message: String,
    /// The class of the failure, such as `invalid_request_error`. Not in the specification.
    pub r#type: Option<String>,
    /// The stable name of the failure. Not in the specification; OpenRouter's guide shows it here,
    /// and `metadata` has it too.
    pub error_type: Option<ApiErrorType>,
    /// The HTTP status. Not in the specification; OpenRouter's guide shows it if there is no `code`.
    pub http_status: Option<u32>,
    /// The member of the request at fault. Not in the specification.
    pub param: Option<String>,
    /// The response headers that came with the failure, by name. Open Responses servers send them
    /// in a stream's error (`ErrorPayload`); not in OpenRouter's specification.
    pub headers: Option<std::collections::BTreeMap<String, String>>,
    /// Details: the provider that failed, the reason of a moderation.
    #[wire(open)]
    pub metadata: Option<Box<ErrorMetadata>>,
    /// The reason why no endpoint is available, and a remedy.
    pub availability: Option<Box<Availability>>,
    /// Details of a failure with the code `misalignment_policy_violation`. Sent by OpenAI.
    pub misalignment: Option<Box<Misalignment>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ErrorBody {
    /// Creates an error with this code and message.
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self {
            code: Some(code.into()),
            message: message.into(),
            ..Self::default()
        }
    }

    /// Returns the stable name of the failure: `metadata.error_type`, or else `error_type`.
    pub fn error_type(&self) -> Option<&ApiErrorType> {
        let metadata = self.metadata.as_ref();
        let detailed = metadata.and_then(|metadata| metadata.error_type.as_ref());
        detailed.or(self.error_type.as_ref())
    }

    /// Returns the HTTP status, 400 to 599: the `code`, or else `http_status`.
    pub fn status(&self) -> Option<u16> {
        let code = self.code.as_ref().and_then(ErrorCode::as_status);
        let named = || u16::try_from(self.http_status?).ok();
        code.or_else(|| named().filter(|status| (400..600).contains(status)))
    }
}

/// The name or number of a failure.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ErrorCode {
    /// A number; on OpenRouter the HTTP status.
    #[wire(number)]
    Number(i64),
    /// A name, such as `rate_limit_exceeded`.
    #[wire(string)]
    Name(String),
    /// Another JSON value, kept as it was sent.
    Unknown(Unknown),
}

impl ErrorCode {
    /// Returns the code as an HTTP status, 400 to 599: the number, or a name of digits.
    pub fn as_status(&self) -> Option<u16> {
        let status = match self {
            Self::Number(number) => u16::try_from(*number).ok()?,
            Self::Name(name) => name.parse().ok()?,
            Self::Unknown(_) => return None,
        };
        (400..600).contains(&status).then_some(status)
    }

    /// Returns the code if it is a name.
    pub fn as_name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
            Self::Unknown(unknown) => f.write_str(unknown.raw().get()),
        }
    }
}

impl From<i32> for ErrorCode {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u16> for ErrorCode {
    /// Converts an HTTP status.
    fn from(status: u16) -> Self {
        Self::Number(status.into())
    }
}

/// Details of a failure. The specification allows any member here. OpenRouter documents the typed
/// ones; the rest is in `extra`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ErrorMetadata {
    /// The stable name of the failure.
    pub error_type: Option<ApiErrorType>,
    /// The provider that failed.
    pub provider_name: Option<String>,
    /// The provider's own code.
    pub provider_code: Option<ErrorCode>,
    /// The body of the provider's response, as text or as JSON.
    pub raw: Option<Raw>,
    /// The providers tried before.
    pub previous_errors: Option<Vec<PreviousError>>,
    /// Moderation: the reasons why the input was flagged.
    pub reasons: Option<Vec<String>>,
    /// Moderation: the flagged text, at most 100 characters.
    pub flagged_input: Option<String>,
    /// Moderation: the model that the input was for.
    pub model_slug: Option<String>,
    /// Guardrails: the patterns that matched.
    pub patterns: Option<Vec<String>>,
    /// The response headers that matter, where the service repeats them.
    pub headers: Option<std::collections::BTreeMap<String, String>>,
    /// `true` if the request was made with the caller's own key at the provider.
    pub is_byok: Option<bool>,
    /// All other members.
    pub extra: Extra,
}

/// A provider that was tried and failed.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PreviousError {
    /// The provider.
    pub provider: Option<String>,
    /// The provider's own code.
    pub code: Option<ErrorCode>,
    /// The HTTP status of the failure.
    pub status: Option<u32>,
    /// The message of the failure.
    pub message: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}
