//! Turns a provider's failure, as an event reports it, into the failure that the client gets.

use std::time::SystemTime;

use http::StatusCode;
use orouter_wire::failure::{FailureClass, ReportedFailure};
use orouter_wire::{ApiErrorType, ErrorCode, StreamEvent};

use super::fallback::Fallback;
use super::kind::FailureKind;
use super::private_text::without_private_text;
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
            .map(|reported| Self::from_reported_with(&reported, provider, None))
    }

    /// Turns a failure that `provider` reported, in a response with this HTTP status, into the one
    /// that the client gets.
    ///
    /// Addresses and keys are removed from the provider's message. Faults of the request keep their
    /// status. Faults of this server's account with the provider, and models that the provider does
    /// not know, are a 502: the client can do nothing about them.
    pub(crate) fn from_reported_with(
        reported: &ReportedFailure,
        provider: &str,
        http_status: Option<u16>,
    ) -> Self {
        let class = reported.class(http_status);
        let status = reported.status(http_status);
        let cause = Cause::new(class, status, reported);
        let mut failure = Self::new(cause.kind, message(reported));
        if let Some(text) = cause.account_message() {
            failure = Self::new(cause.kind, text);
        }
        let parts = &mut failure.0;
        parts.fallback = Some(cause.fallback);
        parts.provider = Some(provider.to_owned());
        parts.provider_code = code(reported);
        parts.reported = true;
        parts.provider_status = http_status.filter(|status| *status >= 400).or(status);
        parts.status = cause
            .status
            .and_then(|status| StatusCode::from_u16(status).ok());
        parts.error_type = cause.error_type;
        if class.is_some_and(FailureClass::is_transient) {
            let limited = class == Some(FailureClass::RateLimit);
            let now = Some(SystemTime::now());
            parts.retry_after = reported.retry_hints.delay(now, limited);
        }
        failure
    }
}

impl Failure {
    /// Replaces the message of an upstream by a fixed one, unless it is about the client's request:
    /// any other message may have data of the upstream.
    #[must_use]
    pub(crate) fn masked(mut self) -> Self {
        if !self.0.reported {
            return self;
        }
        let text = match (self.fallback_row(), self.kind()) {
            (
                Fallback::Request
                | Fallback::TooLong
                | Fallback::Moderation
                | Fallback::EncryptedReasoning
                | Fallback::Unsupported
                | Fallback::Busy
                | Fallback::Credential
                | Fallback::UnknownModel,
                _,
            )
            // The client and the log get fixed texts.
            | (_, FailureKind::Server) => return self,
            (Fallback::RateLimit, _) => {
                "the provider limits the rate of requests; try again later"
            }
            (Fallback::MaybeBilled, _) => "the provider did not answer in time",
            (Fallback::Unavailable, FailureKind::ProviderOverloaded) => {
                "the provider is overloaded or unavailable; try again later"
            }
            (Fallback::Unavailable, _) => "the provider failed",
        };
        text.clone_into(&mut self.0.message);
        self
    }
}

/// The cause of a failure, as the client and the fallback table have it.
struct Cause {
    kind: FailureKind,
    fallback: Fallback,
    /// The status that the client gets, if it is not that of the kind.
    status: Option<u16>,
    /// The name that the client gets, if it is not that of the kind.
    error_type: Option<ApiErrorType>,
}

impl Cause {
    fn new(class: Option<FailureClass>, status: Option<u16>, reported: &ReportedFailure) -> Self {
        use FailureKind as Kind;
        let cause = |kind, fallback| Self {
            kind,
            fallback,
            status: None,
            error_type: None,
        };
        match class {
            Some(FailureClass::RateLimit) => cause(Kind::RateLimited, Fallback::RateLimit),
            Some(FailureClass::Overloaded) => Self {
                status: status.filter(|status| matches!(status, 429 | 503 | 529)),
                ..cause(Kind::ProviderOverloaded, Fallback::Unavailable)
            },
            Some(FailureClass::Unavailable) if status == Some(502) => {
                cause(Kind::ProviderUnavailable, Fallback::Unavailable)
            }
            Some(FailureClass::Unavailable) => {
                cause(Kind::ProviderOverloaded, Fallback::Unavailable)
            }
            Some(FailureClass::Server) => cause(Kind::Server, Fallback::Unavailable),
            Some(FailureClass::Timeout) => cause(Kind::ProviderTimeout, Fallback::MaybeBilled),
            Some(FailureClass::ContextLength) => Self {
                error_type: request_fault(reported),
                ..cause(Kind::ContextLengthExceeded, Fallback::TooLong)
            },
            Some(FailureClass::ContentPolicy) => Self {
                status: status.filter(|status| matches!(status, 400 | 403 | 422)),
                error_type: request_fault(reported),
                ..cause(Kind::ContentPolicy, Fallback::Moderation)
            },
            Some(FailureClass::PayloadTooLarge) => cause(Kind::PayloadTooLarge, Fallback::Request),
            Some(FailureClass::InvalidRequest) => Self::of_request(status, reported),
            Some(FailureClass::Quota | FailureClass::Authentication | FailureClass::Permission) => {
                cause(Kind::ProviderUnavailable, Fallback::Credential)
            }
            Some(FailureClass::NotFound) => {
                match request_fault(reported).filter(|name| *name == ApiErrorType::ImageNotFound) {
                    Some(name) => Self {
                        error_type: Some(name),
                        ..cause(Kind::NotFound, Fallback::Request)
                    },
                    None => cause(Kind::ProviderUnavailable, Fallback::UnknownModel),
                }
            }
            None => cause(Kind::ProviderUnavailable, Fallback::Unavailable),
        }
    }

    /// Returns the cause of a request that the provider calls invalid.
    fn of_request(status: Option<u16>, reported: &ReportedFailure) -> Self {
        let cause = |kind, fallback| Self {
            kind,
            fallback,
            status: None,
            error_type: None,
        };
        let request = |kind| cause(kind, Fallback::Request);
        match status {
            Some(422) => request(FailureKind::Unprocessable),
            Some(412) => Self {
                status: Some(412),
                error_type: Some(ApiErrorType::PreconditionFailed),
                ..request(FailureKind::InvalidRequest)
            },
            // Not about the client's request but about the one that this server made of it.
            Some(405 | 406 | 409 | 415 | 426 | 501) => {
                cause(FailureKind::ProviderUnavailable, Fallback::Unavailable)
            }
            _ => Self {
                error_type: request_fault(reported),
                ..request(FailureKind::InvalidRequest)
            },
        }
    }

    /// Returns the message for the client if the provider's own one may have data of this server's
    /// account.
    fn account_message(&self) -> Option<&'static str> {
        match self.fallback {
            Fallback::Credential => Some(
                "the provider does not accept this server's key, or the key has no credit left",
            ),
            Fallback::UnknownModel => Some("the provider does not serve the model"),
            Fallback::Request
            | Fallback::TooLong
            | Fallback::Moderation
            | Fallback::RateLimit
            | Fallback::Unavailable
            | Fallback::MaybeBilled
            | Fallback::Unsupported
            | Fallback::EncryptedReasoning
            | Fallback::Busy => None,
        }
    }
}

/// Returns the provider's message without addresses and keys.
fn message(reported: &ReportedFailure) -> String {
    match reported.message.as_deref().map(str::trim) {
        None | Some("") => "the provider failed without an error message".to_owned(),
        Some(message) => clip(&without_private_text(message), MESSAGE_CHARS),
    }
}

/// Returns the provider's code: a word or a number. Some services put text there, so one with an
/// address or a key is left out.
fn code(reported: &ReportedFailure) -> Option<ErrorCode> {
    let words = [&reported.code, &reported.r#type, &reported.error_type];
    let shown = |word: &&String| !word.is_empty() && without_private_text(word) == **word;
    let word = words.into_iter().flatten().find(shown)?;
    Some(match word.parse::<i32>() {
        Ok(number) => ErrorCode::from(number),
        Err(_) => ErrorCode::Name(clip(word, CODE_CHARS)),
    })
}

/// The canonical names of faults of the request, and the words of services that mean them.
const REQUEST_FAULTS: &[(ApiErrorType, &[&str])] = &[
    (
        ApiErrorType::ContextLengthExceeded,
        &["context_length_exceeded"],
    ),
    (ApiErrorType::MaxTokensExceeded, &["max_tokens_exceeded"]),
    (ApiErrorType::TokenLimitExceeded, &["token_limit_exceeded"]),
    (
        ApiErrorType::StringTooLong,
        &["string_too_long", "string_above_max_length"],
    ),
    (ApiErrorType::InvalidPrompt, &["invalid_prompt"]),
    (
        ApiErrorType::ContentPolicyViolation,
        &["content_policy_violation"],
    ),
    (ApiErrorType::Refusal, &["refusal"]),
    (
        ApiErrorType::InvalidImage,
        &[
            "invalid_image",
            "invalid_base64_image",
            "invalid_image_url",
            "image_parse_error",
            "empty_image_file",
        ],
    ),
    (
        ApiErrorType::ImageTooLarge,
        &["image_too_large", "image_file_too_large"],
    ),
    (ApiErrorType::ImageTooSmall, &["image_too_small"]),
    (
        ApiErrorType::UnsupportedImageFormat,
        &[
            "unsupported_image_format",
            "unsupported_image_media_type",
            "invalid_image_format",
            "invalid_image_mode",
        ],
    ),
    (
        ApiErrorType::ImageDownloadFailed,
        &["image_download_failed", "failed_to_download_image"],
    ),
    (
        ApiErrorType::ImageNotFound,
        &["image_not_found", "image_file_not_found"],
    ),
];

/// Returns the canonical name of a fault of the request, if the provider named it.
fn request_fault(reported: &ReportedFailure) -> Option<ApiErrorType> {
    let words = [&reported.error_type, &reported.code, &reported.r#type];
    let plain = |word: &str| word.trim().to_ascii_lowercase().replace('-', "_");
    words.into_iter().flatten().find_map(|word| {
        let word = plain(word);
        let fault = REQUEST_FAULTS
            .iter()
            .find(|(_, names)| names.contains(&&*word));
        fault.map(|(name, _)| name.clone())
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
    fn a_code_with_private_text_is_left_out() {
        let code = |error: Value| reported(&error).0.provider_code;
        let name = |name: &str| Some(ErrorCode::Name(name.to_owned()));
        for private in [
            "dial tcp 10.0.0.7:9999",
            "http://gateway.internal/v1",
            "gpu-7:8000",
            "sk-upstream-secret-0123456789",
            "key 9f86d081884c7d659a2feaa0c55ad015 refused",
        ] {
            assert_eq!(
                code(json!({"code": private, "message": "m"})),
                None,
                "{private}"
            );
            let other = json!({"code": private, "type": "rate_limit_error", "message": "m"});
            assert_eq!(code(other), name("rate_limit_error"), "{private}");
        }
        for shown in [
            "Throttling.User",
            "rate_limit_exceeded",
            "Bad Request",
            "E-17",
        ] {
            assert_eq!(code(json!({"code": shown, "message": "m"})), name(shown));
        }
        assert_eq!(
            code(json!({"code": 1302, "message": "m"})),
            Some(ErrorCode::from(1302))
        );
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
