//! Why a request has no answer, in the words that clients are told.
//!
//! One type for every room: what was wrong with the request, what an endpoint could not do, what
//! broke here. How it looks in an HTTP answer is in [`body`]; how it looks in a stream is the
//! business of [`crate::relay`].

mod body;
mod kind;
mod provider;

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use orouter_wire::metadata::OpenRouterMetadata;
use orouter_wire::{
    ApiErrorType, Availability, AvailabilityCode, AvailabilityConstraint, ErrorCode, Raw,
    ResponseError, ResponseErrorMetadata,
};
use serde_json::Value;

pub use kind::FailureKind;

use crate::quote::{clip, quote};

/// Where the vocabulary of availability errors is explained.
const DOCS_URL: &str = "https://openrouter.ai/docs/api-reference/errors";

/// Maximum number of characters of a message and of the path in `param`, for texts that quote more
/// than [`quote`] allows: a provider's own message, a path with many members.
const MAX_MESSAGE_CHARS: usize = 2000;
const MAX_PARAM_CHARS: usize = 200;

/// Maximum number of models that `availability` lists, of those requested and of the alternatives.
const MAX_MODELS: usize = 20;

/// Why a request has no answer, or only the beginning of one.
///
/// ```
/// use orouter_server::{Failure, FailureKind};
/// let failure = Failure::new(FailureKind::InvalidRequest, "`stream` must be a boolean").param("stream");
/// assert_eq!(failure.status(), 400);
/// ```
#[derive(Clone, PartialEq)]
pub struct Failure(Box<Parts>);

#[derive(Clone, PartialEq)]
struct Parts {
    kind: FailureKind,
    /// The provider's own status, where it is not that of the kind.
    status: Option<StatusCode>,
    /// A closer `error_type` than that of the kind.
    error_type: Option<ApiErrorType>,
    message: String,
    param: Option<String>,
    provider: Option<String>,
    provider_code: Option<ErrorCode>,
    retry_after: Option<Duration>,
    availability: Option<Box<Availability>>,
    metadata: Option<Box<OpenRouterMetadata>>,
}

impl Failure {
    /// A failure of this kind; the message is for the person who sent the request.
    ///
    /// The message of a [`FailureKind::Server`] goes to the log and never to the client. At most
    /// 2,000 characters of a message are kept, and control characters are escaped.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            status: None,
            error_type: None,
            message: clip(&message.into(), MAX_MESSAGE_CHARS),
            param: None,
            provider: None,
            provider_code: None,
            retry_after: None,
            availability: None,
            metadata: None,
        }))
    }

    /// The request cannot be served as it is: `message` says why, `param` is the path of the
    /// member at fault (`tools[0].name`).
    #[must_use]
    pub fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(FailureKind::InvalidRequest, message).param(param)
    }

    /// Names the member of the request that is at fault, as a path: `tools[0].name`. At most 200
    /// characters are kept.
    #[must_use]
    pub fn param(mut self, path: impl Into<String>) -> Self {
        self.0.param = Some(clip(&path.into(), MAX_PARAM_CHARS));
        self
    }

    /// Names the provider that failed.
    #[must_use]
    pub fn provider(mut self, name: impl Into<String>) -> Self {
        self.0.provider = Some(name.into());
        self
    }

    /// Sets the provider's own code for the failure. A masked failure does not show it.
    #[must_use]
    pub fn provider_code(mut self, code: impl Into<ErrorCode>) -> Self {
        self.0.provider_code = Some(code.into());
        self
    }

    /// Says when trying again may help; sent as `Retry-After`, in whole seconds, rounded up.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// Says why the models that the request named cannot be served, and which could be asked
    /// instead. Of both, the first 20 are sent, and of each name at most 100 characters.
    #[must_use]
    pub fn availability(
        mut self,
        code: AvailabilityCode,
        requested_models: Vec<String>,
        fallback_models: Vec<String>,
    ) -> Self {
        let mut availability = Availability::default();
        availability.retryable = matches!(
            code,
            AvailabilityCode::TemporarilyUnavailable | AvailabilityCode::CapacityExhausted
        );
        availability.code = Some(code);
        let requested = requested_models.into_iter().take(MAX_MODELS);
        availability.requested_models = Some(requested.map(|name| quote(&name)).collect());
        let fallback: Vec<String> = fallback_models.into_iter().take(MAX_MODELS).collect();
        availability.fallback_models = Some(fallback).filter(|models| !models.is_empty());
        availability.docs_url = Some(DOCS_URL.to_owned());
        self.0.availability = Some(Box::new(availability));
        self
    }

    /// Adds the preferences that exclude every endpoint to the failure's availability, the member
    /// that excludes the last one, and the providers.
    pub(crate) fn excluded(
        mut self,
        by: Vec<String>,
        field: &str,
        detail: &str,
        providers: Vec<String>,
    ) -> Self {
        if let Some(availability) = &mut self.0.availability {
            let mut constraint = AvailabilityConstraint::default();
            constraint.field = Some(field.to_owned());
            constraint.detail = Some(clip(detail, MAX_MESSAGE_CHARS));
            availability.constraint = Some(constraint);
            availability.excluded_by = Some(by).filter(|by| !by.is_empty());
            availability.affected_providers = Some(providers);
        }
        self
    }

    /// Adds the path of the request through the server, for the body.
    pub(crate) fn openrouter_metadata(mut self, metadata: Option<Box<OpenRouterMetadata>>) -> Self {
        self.0.metadata = metadata;
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.0.kind
    }

    /// The HTTP status of the answer that tells it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status.unwrap_or_else(|| self.0.kind.status())
    }

    /// The stable name of the failure, for clients.
    #[must_use]
    pub fn error_type(&self) -> ApiErrorType {
        let own = self.0.error_type.clone();
        own.unwrap_or_else(|| self.0.kind.error_type())
    }

    /// The provider's own code, unless the failure is masked.
    fn shown_code(&self) -> Option<&ErrorCode> {
        let code = self.0.provider_code.as_ref();
        code.filter(|_| self.0.kind != FailureKind::Server)
    }

    /// What the client is told. A [`FailureKind::Server`] is masked.
    #[must_use]
    pub fn message(&self) -> &str {
        if self.0.kind == FailureKind::Server {
            "something broke in this server; its log says more, under the generation id"
        } else {
            &self.0.message
        }
    }

    /// The member of the request that is at fault.
    #[cfg(test)]
    pub(crate) fn param_path(&self) -> Option<&str> {
        self.0.param.as_deref()
    }

    /// What the log is told.
    pub(crate) fn detail(&self) -> &str {
        &self.0.message
    }

    /// The `error` of a response that ends with this failure.
    pub(crate) fn to_response_error(&self) -> ResponseError {
        let mut error = ResponseError::new(self.0.kind.response_code(), self.message());
        error.r#type = Some(self.error_type().as_str().to_owned());
        match &self.0.param {
            Some(param) => error.param = Some(param.clone()),
            None => {
                error.extra.insert("param", Raw::null());
            }
        }
        let mut metadata = ResponseErrorMetadata::default();
        let mut add = |name: &str, value: Value| metadata.extra.insert(name, Raw::from(value));
        if let Some(provider) = &self.0.provider {
            add("error_type", self.error_type().as_str().into());
            add("provider_name", provider.as_str().into());
        }
        if let Some(code) = self.shown_code() {
            add("provider_code", code.to_string().into());
        }
        if let Some(seconds) = self.retry_seconds() {
            add("retry_after", seconds.into());
        }
        error.metadata = (!metadata.extra.is_empty()).then_some(metadata);
        error
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("param", &self.0.param)
            .field("retry_after", &self.0.retry_after)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Failure {}
