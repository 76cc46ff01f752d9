//! Turns a provider's failure, as an event reports it, into the failure that the client gets.

use std::time::SystemTime;

use http::StatusCode;
use orouter_wire::failure::{FailureClass, ReportedFailure};
use orouter_wire::{ApiErrorType, ErrorCode, StreamEvent};

use super::fallback::Fallback;
use super::kind::FailureKind;
use super::value::Failure;
use crate::quote::clip;

/// Maximum number of characters of a provider's message that a client gets.
const MESSAGE_CHARS: usize = 500;

/// Maximum number of characters of a provider's code.
const CODE_CHARS: usize = 64;

impl Failure {
    /// Returns the failure that an event of `provider` reports, if it reports one.
    pub(crate) fn from_event(event: &StreamEvent, provider: &str) -> Option<Self> {
        event
            .failure()
            .map(|reported| Self::from_reported(&reported, provider))
    }

    /// Turns a failure that `provider` reported into the one that the client gets.
    ///
    /// Faults of the request keep their status. Faults of this server's account with the provider,
    /// and models that the provider does not know, are a 502: the client can do nothing about
    /// them, and the provider's message may contain data of the account.
    fn from_reported(reported: &ReportedFailure, provider: &str) -> Self {
        Self::from_reported_with(reported, provider, None)
    }

    /// As [`from_event`](Self::from_event), for a failure in the body of a response with this HTTP
    /// status.
    pub(crate) fn from_reported_with(
        reported: &ReportedFailure,
        provider: &str,
        http_status: Option<u16>,
    ) -> Self {
        let class = reported.class(http_status);
        let status = reported.status(http_status);
        let mut failure = match class {
            Some(FailureClass::Quota | FailureClass::Authentication | FailureClass::Permission) => {
                Self::new(
                    FailureKind::ProviderUnavailable,
                    "the provider does not accept this server's key, or the key has no credit left",
                )
            }
            Some(FailureClass::NotFound) => Self::new(
                FailureKind::ProviderUnavailable,
                "the provider does not serve the model",
            ),
            class => Self::new(kind(class, status), message(reported)),
        };
        let parts = &mut failure.0;
        parts.fallback = Some(fallback(class));
        parts.provider = Some(provider.to_owned());
        parts.provider_code = code(reported);
        parts.provider_status = http_status.filter(|status| *status >= 400).or(status);
        if class.is_some_and(keeps_status) {
            parts.status = status.and_then(|status| StatusCode::from_u16(status).ok());
        }
        if class.is_some_and(FailureClass::is_transient) {
            let limited = class == Some(FailureClass::RateLimit);
            let now = Some(SystemTime::now());
            parts.retry_after = reported.retry_hints.delay(now, limited);
        }
        if parts.kind.status() == StatusCode::BAD_REQUEST {
            parts.error_type = request_fault(reported);
        }
        failure
    }
}

/// Returns the row of the fallback table for a class of failure.
fn fallback(class: Option<FailureClass>) -> Fallback {
    match class {
        Some(FailureClass::ContextLength) => Fallback::TooLong,
        Some(FailureClass::ContentPolicy) => Fallback::Moderation,
        Some(FailureClass::InvalidRequest | FailureClass::PayloadTooLarge) => Fallback::Request,
        Some(FailureClass::Quota | FailureClass::Authentication | FailureClass::Permission) => {
            Fallback::Credential
        }
        Some(FailureClass::NotFound) => Fallback::UnknownModel,
        Some(FailureClass::RateLimit) => Fallback::RateLimit,
        Some(FailureClass::Timeout) => Fallback::MaybeBilled,
        Some(FailureClass::Overloaded | FailureClass::Unavailable | FailureClass::Server)
        | None => Fallback::Unavailable,
    }
}

/// Returns the kind of a failure whose message the client may see.
fn kind(class: Option<FailureClass>, status: Option<u16>) -> FailureKind {
    match class {
        Some(FailureClass::RateLimit) => FailureKind::RateLimited,
        Some(FailureClass::Overloaded) => FailureKind::ProviderOverloaded,
        Some(FailureClass::Unavailable) if status == Some(502) => FailureKind::ProviderUnavailable,
        Some(FailureClass::Unavailable) => FailureKind::ProviderOverloaded,
        Some(FailureClass::Server) => FailureKind::Server,
        Some(FailureClass::Timeout) => FailureKind::ProviderTimeout,
        Some(FailureClass::ContextLength) => FailureKind::ContextLengthExceeded,
        Some(FailureClass::ContentPolicy) => FailureKind::ContentPolicy,
        Some(FailureClass::PayloadTooLarge) => FailureKind::PayloadTooLarge,
        Some(FailureClass::InvalidRequest) if status == Some(422) => FailureKind::Unprocessable,
        Some(FailureClass::InvalidRequest) => FailureKind::InvalidRequest,
        // Causes that the caller has handled, and failures without a cause.
        Some(
            FailureClass::Quota
            | FailureClass::Authentication
            | FailureClass::Permission
            | FailureClass::NotFound,
        )
        | None => FailureKind::ProviderUnavailable,
    }
}

/// Returns `true` if the client gets the provider's own status, such as 529 for an overload or 403
/// from moderation.
fn keeps_status(class: FailureClass) -> bool {
    matches!(
        class,
        FailureClass::Overloaded | FailureClass::ContentPolicy | FailureClass::InvalidRequest
    )
}

fn message(reported: &ReportedFailure) -> String {
    match reported.message.as_deref().map(str::trim) {
        None | Some("") => "the provider failed without an error message".to_owned(),
        Some(message) => clip(message, MESSAGE_CHARS),
    }
}

/// Returns the provider's code: a word or a number.
fn code(reported: &ReportedFailure) -> Option<ErrorCode> {
    let words = [&reported.code, &reported.r#type, &reported.error_type];
    let word = words.into_iter().flatten().find(|word| !word.is_empty())?;
    Some(match word.parse::<i32>() {
        Ok(number) => ErrorCode::from(number),
        Err(_) => ErrorCode::Name(clip(word, CODE_CHARS)),
    })
}

/// Returns the canonical name of a fault of the request, if the provider used it.
fn request_fault(reported: &ReportedFailure) -> Option<ApiErrorType> {
    use ApiErrorType as Name;
    let words = [&reported.error_type, &reported.code, &reported.r#type];
    words.into_iter().flatten().find_map(|word| {
        let name = Name::from(word.as_str());
        matches!(
            name,
            Name::ContextLengthExceeded
                | Name::MaxTokensExceeded
                | Name::TokenLimitExceeded
                | Name::StringTooLong
                | Name::InvalidPrompt
                | Name::ContentPolicyViolation
                | Name::Refusal
                | Name::InvalidImage
                | Name::ImageTooLarge
                | Name::ImageTooSmall
                | Name::UnsupportedImageFormat
                | Name::ImageDownloadFailed
        )
        .then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn reported(error: &Value) -> Failure {
        let event = json!({"type": "error", "error": error});
        let event: StreamEvent = orouter_wire::from_str(&event.to_string()).expect("an event");
        Failure::from_event(&event, "acme").expect("a failure")
    }

    #[test]
    fn the_cause_decides_the_status() {
        let cases = [
            (
                json!({"code": "rate_limit_exceeded", "message": "m"}),
                429,
                "rate_limit_exceeded",
            ),
            (
                json!({"type": "tokens", "message": "m"}),
                429,
                "rate_limit_exceeded",
            ),
            (
                json!({"code": 429, "message": "m"}),
                429,
                "rate_limit_exceeded",
            ),
            (
                json!({"code": "server_is_overloaded", "message": "m"}),
                503,
                "provider_overloaded",
            ),
            (
                json!({"type": "overloaded_error", "message": "m"}),
                529,
                "provider_overloaded",
            ),
            (
                json!({"code": "bad_gateway", "message": "m"}),
                502,
                "provider_unavailable",
            ),
            (
                json!({"code": "server_error", "message": "m"}),
                500,
                "server",
            ),
            (
                json!({"code": "gateway_timeout", "message": "m"}),
                524,
                "timeout",
            ),
            (json!({"code": 504, "message": "m"}), 524, "timeout"),
            (json!({"code": 408, "message": "m"}), 524, "timeout"),
            (
                json!({"code": "insufficient_quota", "message": "m"}),
                502,
                "provider_unavailable",
            ),
            (
                json!({"code": "invalid_api_key", "message": "m"}),
                502,
                "provider_unavailable",
            ),
            (
                json!({"code": 402, "message": "m"}),
                502,
                "provider_unavailable",
            ),
            (
                json!({"code": 403, "message": "m"}),
                502,
                "provider_unavailable",
            ),
            (
                json!({"code": "model_not_found", "message": "m"}),
                502,
                "provider_unavailable",
            ),
            (
                json!({"code": "context_length_exceeded", "message": "m"}),
                400,
                "context_length_exceeded",
            ),
            (
                json!({"code": "max_tokens_exceeded", "message": "m"}),
                400,
                "max_tokens_exceeded",
            ),
            (
                json!({"code": "content_filter", "message": "m"}),
                400,
                "content_policy_violation",
            ),
            (
                json!({"code": 403, "type": "content_policy_violation", "message": "m"}),
                403,
                "content_policy_violation",
            ),
            (
                json!({"code": "invalid_prompt", "message": "m"}),
                400,
                "invalid_prompt",
            ),
            (
                json!({"code": "invalid_encrypted_content", "message": "m"}),
                400,
                "invalid_request",
            ),
            (json!({"code": 422, "message": "m"}), 422, "unprocessable"),
            (
                json!({"code": 413, "message": "m"}),
                413,
                "payload_too_large",
            ),
            (
                json!({"code": "zzz", "message": "m"}),
                502,
                "provider_unavailable",
            ),
            (json!({"message": "m"}), 502, "provider_unavailable"),
        ];
        for (error, status, kind) in cases {
            let failure = reported(&error);
            assert_eq!(failure.status().as_u16(), status, "{error}");
            assert_eq!(failure.error_type().as_str(), kind, "{error}");
        }
    }

    #[test]
    fn code_and_delay_are_kept_and_secrets_are_not() {
        let failure = reported(&json!({"code": "slow_down", "message": "Try again in 12s."}));
        let body = serde_json::from_str::<Value>(&orouter_wire::to_string(&failure.to_body()))
            .expect("JSON");
        assert_eq!(body["error"]["metadata"]["provider_code"], "slow_down");
        assert_eq!(body["error"]["metadata"]["provider_name"], "acme");
        assert_eq!(failure.retry_seconds(), Some(12));
        let key = reported(
            &json!({"code": "invalid_api_key", "message": "Incorrect API key provided: sk-1"}),
        );
        assert!(!key.message().contains("sk-1"));
        let broken = reported(&json!({"code": "server_error", "message": "stack trace"}));
        let body = orouter_wire::to_string(&broken.to_body());
        assert!(
            !body.contains("stack") && !body.contains("provider_code"),
            "{body}"
        );
        let error = orouter_wire::to_string(&failure.to_response_error());
        assert!(
            error.contains("\"provider_code\":\"slow_down\"")
                && error.contains("\"retry_after\":12"),
            "{error}"
        );
    }
}
