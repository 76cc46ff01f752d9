//! [`Failure`]: the reason why a request is refused, or why its generation failed.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use orouter_wire::metadata::OpenRouterMetadata;
use orouter_wire::{
    ApiErrorType, Availability, AvailabilityCode, AvailabilityConstraint, ErrorCode, PreviousError,
};

use super::fallback::Fallback;
use super::kind::FailureKind;
use crate::quote::{clip, quote};

/// Documentation of the vocabulary of availability errors.
const DOCS_URL: &str = "https://openrouter.ai/docs/api-reference/errors";

/// Maximum number of characters of a message and of the path in `param`, for texts that quote more
/// than [`quote`] allows: a provider's own message, a path with many members.
const MAX_MESSAGE_CHARS: usize = 2000;
const MAX_PARAM_CHARS: usize = 200;

/// Maximum number of models that `availability` lists, of those requested and of the alternatives.
const MAX_MODELS: usize = 20;

/// The reason why a request is refused, or why its generation failed.
///
/// [`FailureKind`] decides the status and the `error_type`. The builder methods add details.
///
/// ```
/// use orouter_server::{Failure, FailureKind};
/// let failure = Failure::new(FailureKind::InvalidRequest, "`stream` must be a boolean").param("stream");
/// assert_eq!(failure.status(), 400);
/// ```
#[derive(Clone, PartialEq)]
pub struct Failure(pub(super) Box<Parts>);

/// The state of a rate limit of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RateLimit {
    /// Amount per minute.
    pub(crate) limit: u32,
    /// Amount that is left.
    pub(crate) remaining: u32,
    /// Time until the whole amount is available again.
    pub(crate) resets_in: Duration,
}

#[derive(Clone, PartialEq)]
pub(super) struct Parts {
    pub(super) kind: FailureKind,
    /// The provider's status, if it differs from that of the kind.
    pub(super) status: Option<StatusCode>,
    /// A more specific `error_type` than that of the kind.
    pub(super) error_type: Option<ApiErrorType>,
    pub(super) message: String,
    pub(super) param: Option<String>,
    pub(super) provider: Option<String>,
    pub(super) provider_code: Option<ErrorCode>,
    pub(super) retry_after: Option<Duration>,
    pub(super) rate_limit: Option<RateLimit>,
    pub(super) availability: Option<Box<Availability>>,
    pub(super) metadata: Option<Box<OpenRouterMetadata>>,
    pub(super) fallback: Option<Fallback>,
    /// `true` if the message is the provider's.
    pub(super) reported: bool,
    /// The HTTP status of the provider's response.
    pub(super) provider_status: Option<u16>,
    /// The failures of the attempts before this one.
    pub(super) previous: Vec<PreviousError>,
}

impl Failure {
    /// Creates a failure of this kind. The message is for the person who sent the request.
    ///
    /// The message of a [`FailureKind::Server`] goes to the log and never to the client. The first
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
            rate_limit: None,
            availability: None,
            metadata: None,
            fallback: None,
            reported: false,
            provider_status: None,
            previous: Vec::new(),
        }))
    }

    /// Creates a [`FailureKind::InvalidRequest`]. `param` is the path of the member at fault
    /// (`tools[0].name`); `message` gives the reason.
    #[must_use]
    pub fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(FailureKind::InvalidRequest, message).param(param)
    }

    /// Sets the path of the member at fault: `tools[0].name`. The first 200 characters are kept.
    #[must_use]
    pub fn param(mut self, path: impl Into<String>) -> Self {
        self.0.param = Some(clip(&path.into(), MAX_PARAM_CHARS));
        self
    }

    /// Sets the name of the provider that failed.
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

    /// Sets the delay before another try. It is sent as `Retry-After`, in whole seconds, rounded
    /// up.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// Sets the state of the caller's rate limit, for the headers `X-RateLimit-*`.
    pub(crate) fn rate_limit(mut self, state: RateLimit) -> Self {
        self.0.rate_limit = Some(state);
        self
    }

    /// Sets the reason why the requested models cannot be served, and the models that can. The
    /// first 20 of each list are sent, and the first 100 characters of each requested name.
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

    /// Adds details to the failure's availability: the words of the preferences that exclude
    /// endpoints (`by`), the member that excludes the last endpoint, and the providers.
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

    /// Sets the delay before another try, or removes it.
    pub(crate) fn with_delay(mut self, delay: Option<Duration>) -> Self {
        self.0.retry_after = delay;
        self
    }

    /// Returns the delay before another try.
    pub(crate) fn delay(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Sets the failures of the attempts before this one.
    pub(crate) fn with_previous(mut self, previous: Vec<PreviousError>) -> Self {
        self.0.previous = previous;
        self
    }

    /// Returns the entry of this failure among those of earlier attempts. It has no text of the
    /// provider.
    pub(crate) fn to_previous(&self, provider: &str) -> PreviousError {
        let mut previous = PreviousError::default();
        previous.provider = Some(provider.to_owned());
        previous.code = self.shown_code().cloned();
        previous.status = Some(self.provider_status().into());
        previous
    }

    /// Returns the HTTP status of the provider's response, or else that of this failure.
    pub(crate) fn provider_status(&self) -> u16 {
        let own = self.0.provider_status;
        own.unwrap_or_else(|| self.status().as_u16())
    }

    /// Returns the HTTP status of the provider's response, if it sent one.
    pub(crate) fn upstream_status(&self) -> Option<u16> {
        self.0.provider_status
    }

    /// Returns `true` if the failure says which models can be served.
    pub(crate) fn has_availability(&self) -> bool {
        self.0.availability.is_some()
    }

    /// Sets the models that can serve instead, if the failure says which models cannot. The first 20
    /// are sent.
    pub(crate) fn instead(mut self, models: Vec<String>) -> Self {
        if let Some(availability) = &mut self.0.availability {
            let models: Vec<String> = models.into_iter().take(MAX_MODELS).collect();
            availability.fallback_models = Some(models).filter(|models| !models.is_empty());
        }
        self
    }

    /// Adds the providers that cannot serve to the failure's availability.
    pub(crate) fn affecting(mut self, providers: Vec<String>) -> Self {
        if let Some(availability) = &mut self.0.availability {
            availability.affected_providers = Some(providers);
        }
        self
    }

    /// Sets the `openrouter_metadata` of the error body.
    pub(crate) fn openrouter_metadata(mut self, metadata: Option<Box<OpenRouterMetadata>>) -> Self {
        self.0.metadata = metadata;
        self
    }

    /// Returns the kind of the failure.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.0.kind
    }

    /// Returns the HTTP status of the failure.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status.unwrap_or_else(|| self.0.kind.status())
    }

    /// Returns the stable name of the failure, for clients.
    #[must_use]
    pub fn error_type(&self) -> ApiErrorType {
        let own = self.0.error_type.clone();
        own.unwrap_or_else(|| self.0.kind.error_type())
    }

    /// Returns the delay for `Retry-After`: whole seconds, rounded up, at least 1.
    pub(crate) fn retry_seconds(&self) -> Option<u32> {
        let millis = self.0.retry_after?.as_millis();
        Some(
            u32::try_from(millis.div_ceil(1000))
                .unwrap_or(u32::MAX)
                .max(1),
        )
    }

    /// Returns the provider's code, unless the failure is masked.
    pub(super) fn shown_code(&self) -> Option<&ErrorCode> {
        let code = self.0.provider_code.as_ref();
        code.filter(|_| self.0.kind.masked_message().is_none())
    }

    /// Returns the message for the client. That of a [`FailureKind::Server`] is masked.
    #[must_use]
    pub fn message(&self) -> &str {
        match self.0.kind.masked_message() {
            Some(_) if self.0.reported => "internal error of the provider",
            Some(masked) => masked,
            None => &self.0.message,
        }
    }

    /// Returns the path of the member at fault.
    #[cfg(test)]
    pub(crate) fn param_path(&self) -> Option<&str> {
        self.0.param.as_deref()
    }

    /// Returns the message for the log, which is not masked. A provider's message is not logged,
    /// because it may quote the request.
    pub(crate) fn detail(&self) -> &str {
        match self.0.reported {
            true => "the provider reported an internal error",
            false => &self.0.message,
        }
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
