//! Why a request has no answer, in the words that clients are told.
//!
//! One type for every room: what was wrong with the request, what an endpoint could not do, what
//! broke here. How it looks in an HTTP answer is in [`body`]; how it looks in a stream is the
//! business of [`crate::relay`].

mod body;
mod kind;

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use orouter_wire::metadata::OpenRouterMetadata;
use orouter_wire::{Availability, AvailabilityCode, ResponseError};

pub use kind::FailureKind;

/// Where the vocabulary of availability errors is explained.
const DOCS_URL: &str = "https://openrouter.ai/docs/api-reference/errors";

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
    message: String,
    param: Option<String>,
    provider: Option<String>,
    retry_after: Option<Duration>,
    availability: Option<Box<Availability>>,
    metadata: Option<Box<OpenRouterMetadata>>,
}

impl Failure {
    /// A failure of this kind; the message is for the person who sent the request.
    ///
    /// The message of a [`FailureKind::Server`] goes to the log and never to the client.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            message: message.into(),
            param: None,
            provider: None,
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

    /// Names the member of the request that is at fault, as a path: `tools[0].name`.
    #[must_use]
    pub fn param(mut self, path: impl Into<String>) -> Self {
        self.0.param = Some(path.into());
        self
    }

    /// Names the provider that failed.
    #[must_use]
    pub fn provider(mut self, name: impl Into<String>) -> Self {
        self.0.provider = Some(name.into());
        self
    }

    /// Says when trying again may help; sent as `Retry-After`, in whole seconds, rounded up.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// Says why the models that the request named cannot be served, and which could be asked
    /// instead.
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
        availability.requested_models = Some(requested_models);
        availability.fallback_models = Some(fallback_models).filter(|models| !models.is_empty());
        availability.docs_url = Some(DOCS_URL.to_owned());
        self.0.availability = Some(Box::new(availability));
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
        self.0.kind.status()
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
        error.param.clone_from(&self.0.param);
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
