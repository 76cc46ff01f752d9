//! The parts of a failed call: the server's response, and the circumstances.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use orouter_http::redact::Secrets;
use orouter_wire::{Availability, ErrorMetadata, OpenRouterMetadata, Response};

use super::Error;
use crate::{meta::Meta, run::ModelRun};

/// The server's response.
impl Error {
    /// Returns the HTTP status, if there was a response. For [`ErrorKind::InBand`](super::ErrorKind::InBand)
    /// it is a success.
    #[doc(alias = "statusCode")]
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.meta.as_ref().map(Meta::status)
    }

    /// Returns the headers, if there was a response.
    #[doc(alias = "contentType")]
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.meta.as_ref().map(Meta::headers)
    }

    /// Returns the body as the server sent it. For an error status it is cut at 1 MiB; for a
    /// failure in a stream it is the data of the event that reported it.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.0.body.as_ref()
    }

    /// Returns the server's own message, unchanged. It can quote the request.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.detail.message.as_deref()
    }

    /// Returns `error.code`, a number or a word, as text.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.detail.code.as_deref()
    }

    /// Returns OpenRouter's stable name of the cause, such as `context_length_exceeded` or
    /// `provider_overloaded`; if the server sent none, `error.type`, in which other services name
    /// the class of the failure (`insufficient_quota` of OpenAI).
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        let detail = &self.0.detail;
        detail.error_type.as_deref().or(detail.r#type.as_deref())
    }

    /// Returns `error.metadata`: details from moderation, guardrails or the provider. They can quote
    /// the request.
    #[must_use]
    pub fn metadata(&self) -> Option<&ErrorMetadata> {
        self.0.detail.metadata.as_deref()
    }

    /// Returns `error.availability`: the reason why a model cannot be served, and models that can.
    #[must_use]
    pub fn availability(&self) -> Option<&Availability> {
        self.0.detail.availability.as_deref()
    }

    /// Returns `openrouter_metadata`, the routing of the request, if
    /// [`RequestOptions::metadata`](crate::RequestOptions::metadata) asked for it.
    #[doc(alias = "openrouterMetadata")]
    #[must_use]
    pub fn openrouter_metadata(&self) -> Option<&OpenRouterMetadata> {
        self.0.detail.openrouter_metadata.as_deref()
    }

    /// Returns `user_id`, the account that sent the request.
    #[doc(alias = "userId")]
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.0.detail.user_id.as_deref()
    }

    /// Returns the shortest wait before the next attempt, if the server gave a hint: in a header
    /// (`retry-after-ms`, `Retry-After`, the end of a rate limit's period), in a member of the body
    /// or of the event that reported the failure, or in the words of its message.
    ///
    /// [`RetryHints`](orouter_wire::failure::RetryHints) lists the forms and their order.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the header `X-Request-Id`, or `CF-Ray` if the former is absent.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.meta.as_ref()?.request_id()
    }

    /// Returns the header `X-Generation-Id`, to quote when reporting the call to the service.
    #[must_use]
    pub fn generation_id(&self) -> Option<&str> {
        self.0.meta.as_ref()?.generation_id()
    }

    /// Returns status, headers, attempts and time in one value, if there was a response.
    #[doc(alias = "rawResponse")]
    #[must_use]
    pub fn meta(&self) -> Option<&Meta> {
        self.0.meta.as_ref()
    }

    /// Returns `true` if the body has a member `error` that is not null.
    pub(crate) fn has_error_member(&self) -> bool {
        self.0.detail.has_error
    }
}

/// The circumstances.
impl Error {
    /// Returns the number of attempts; 0 if the client made none.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the time from the start of the call to the failure of its last attempt, or to the
    /// response head if the failure came after that.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns the part of the response that a stream had delivered before it failed, or the response
    /// whose structured output cannot be used ([`Responses::parse`](crate::Responses#method.parse)).
    #[must_use]
    pub fn partial_response(&self) -> Option<&Response> {
        self.0.partial.as_deref()
    }

    /// Takes the response of [`partial_response`](Self::partial_response). Copies it if a clone of the
    /// error is alive.
    #[must_use]
    pub fn into_partial_response(self) -> Option<Response> {
        let partial = match Arc::try_unwrap(self.0) {
            Ok(inner) => inner.partial,
            Err(shared) => shared.partial.clone(),
        };
        partial.map(Arc::unwrap_or_clone)
    }

    /// Returns the run so far, if a run of [`call_model`](crate::OpenRouter::call_model) failed: its
    /// steps, its usage, and the state to resume it from.
    ///
    /// The response that was being received when the run failed is not part of it; see
    /// [`partial_response`](Self::partial_response).
    #[must_use]
    pub fn model_run(&self) -> Option<&ModelRun> {
        self.0.run.as_deref()
    }

    /// Takes the run so far. Copies it if a clone of the error is alive.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter, request: orouter::ResponsesRequest) -> Result<(), orouter::Error> {
    /// let run = match client.call_model(request).await {
    ///     Err(error) if error.is_retryable() => match error.into_model_run() {
    ///         // Only the step that failed is repeated.
    ///         Some(run) => client.resume_model(run.into_state()).await?,
    ///         None => return Ok(()),
    ///     },
    ///     result => result?,
    /// };
    /// println!("{}", run.text());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn into_model_run(self) -> Option<ModelRun> {
        let run = match Arc::try_unwrap(self.0) {
            Ok(inner) => inner.run,
            Err(shared) => shared.run.clone(),
        };
        run.map(Arc::unwrap_or_clone)
    }

    /// Returns the secrets to redact from messages, even if the server sent them.
    #[cfg_attr(
        not(feature = "tracing"),
        expect(dead_code, reason = "only spans need it")
    )]
    pub(crate) fn secrets(&self) -> Secrets {
        self.0.secrets()
    }
}
