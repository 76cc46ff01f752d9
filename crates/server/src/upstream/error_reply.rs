//! Failures of one call: replies with an error status, and connections that fail.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use orouter_http::redact::{self, Secrets};
use orouter_http::retry_after::hints_from_headers;
use orouter_http::transport::{Body, TransportError};
use orouter_wire::StreamEvent;
use orouter_wire::failure::{FailureBody, ReportedFailure};

use crate::failure::{Failure, FailureKind, Fallback};

/// Maximum part of an error body that is read, in bytes, and the time for it.
const MAX_ERROR_BODY_BYTES: usize = 64 << 10;
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum length of a provider's message, in characters.
const MAX_MESSAGE_CHARS: usize = 500;

/// The code of a request with encrypted reasoning that the upstream cannot read.
const INVALID_ENCRYPTED_CONTENT: &str = "invalid_encrypted_content";

/// Returns the failure of a reply with an error status.
pub(super) async fn read(
    provider: &str,
    secrets: &Secrets,
    status: StatusCode,
    headers: &HeaderMap,
    body: Body,
) -> Failure {
    let body = read_start(body).await;
    from_parts(provider, secrets, status, headers, &body)
}

/// Returns the failure of a reply with this status, these headers and this body.
fn from_parts(
    provider: &str,
    secrets: &Secrets,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Failure {
    let mut reported = FailureBody::from_bytes(body).failure;
    reported.retry_hints = reported.retry_hints.and(&hints_from_headers(headers));
    hide_secrets(secrets, &mut reported);
    let failure = Failure::from_reported_with(&reported, provider, Some(status.as_u16()));
    let is_refusal = matches!(status.as_u16(), 400 | 422);
    match is_refusal && refuses_encrypted(&reported) {
        true => failure.fallback(Fallback::EncryptedReasoning),
        false => failure,
    }
}

/// Returns the failure that an event of a success reports, if it quotes the credentials of the
/// request. The event itself must then not be used.
pub(super) fn of_quoted_secrets(
    provider: &str,
    secrets: &Secrets,
    event: &StreamEvent,
) -> Option<Failure> {
    let mut reported = event.failure()?;
    hide_secrets(secrets, &mut reported)
        .then(|| Failure::from_reported_with(&reported, provider, None).masked())
}

/// Removes the credentials of the request, which the upstream may quote. Returns `true` if it does.
fn hide_secrets(secrets: &Secrets, reported: &mut ReportedFailure) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let quoted = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        words(&secrets.hide(text)) != words(text)
    };
    let mut found = quoted(&reported.message);
    reported.message = reported
        .message
        .take()
        .map(|message| redact::line_without(secrets, &message, MAX_MESSAGE_CHARS));
    for word in [
        &mut reported.code,
        &mut reported.r#type,
        &mut reported.error_type,
    ] {
        if quoted(word) {
            found = true;
            *word = None;
        }
    }
    found
}

/// Returns `true` if the failure says that the upstream cannot read encrypted reasoning or verify a
/// signature.
pub(super) fn refuses_encrypted(reported: &ReportedFailure) -> bool {
    let words = [&reported.code, &reported.r#type, &reported.error_type];
    let is = |word: &String| word.eq_ignore_ascii_case(INVALID_ENCRYPTED_CONTENT);
    let message = reported.message.as_deref().unwrap_or_default();
    words.into_iter().flatten().any(is) || is_about_signature(message)
}

/// Returns `true` for the messages of services that refuse a signature or changed reasoning, for
/// which they have no code: "Invalid `signature` in `thinking` block" (Anthropic), "Thought signature
/// is not valid" (Google). A message about a missing signature is not one of them.
fn is_about_signature(message: &str) -> bool {
    let letters = message.chars().filter(|c| c.is_alphabetic());
    let message: String = letters.flat_map(char::to_lowercase).collect();
    let has = |word: &&str| message.contains(*word);
    let of_reasoning = ["thinking", "thought", "reasoning"].iter().any(has);
    let is_invalid = [
        "invalid",
        "notvalid",
        "corrupted",
        "cannotbemodified",
        "couldnotbe",
    ]
    .iter()
    .any(has);
    let sealed = ["signature", "redactedthinking", "encryptedcontent"]
        .iter()
        .any(has);
    let is_missing = ["missing", "required"].iter().any(has);
    (of_reasoning || message.contains("encryptedcontent")) && sealed && is_invalid && !is_missing
}

/// Reads the start of a body, as far as it arrives in time.
async fn read_start(mut body: Body) -> Vec<u8> {
    let mut read = Vec::new();
    let reading = async {
        while let Some(Ok(chunk)) = std::future::poll_fn(|cx| body.poll_chunk(cx)).await {
            let left = MAX_ERROR_BODY_BYTES - read.len();
            read.extend_from_slice(chunk.get(..left).unwrap_or(&chunk));
            if read.len() >= MAX_ERROR_BODY_BYTES {
                break;
            }
        }
    };
    // After the timeout, the part that has arrived is used.
    let _ = tokio::time::timeout(ERROR_BODY_TIMEOUT, reading).await;
    read
}

/// Returns the failure of a call without a response head.
pub(super) fn of_connection(provider: &str, error: &TransportError) -> Failure {
    let (message, fallback) = if error.is_connect_timeout() {
        (
            "connecting to the provider took too long",
            Fallback::Unavailable,
        )
    } else if error.is_connect() {
        ("the provider cannot be reached", Fallback::Unavailable)
    } else if error.was_sent() {
        let message = "the connection to the provider was lost before it answered";
        (message, Fallback::MaybeBilled)
    } else {
        (
            "the request could not be sent to the provider",
            Fallback::Unavailable,
        )
    };
    unavailable(provider, message).fallback(fallback)
}

/// Returns the failure of a reply that is neither a success nor an error.
pub(super) fn of_status(provider: &str, status: StatusCode) -> Failure {
    let message = if status.is_redirection() {
        format!("the provider redirects the request (status {status}), which is not followed")
    } else {
        format!("the provider answered with status {status}")
    };
    unavailable(provider, &message).fallback(Fallback::Unavailable)
}

/// Returns the failure of a call without a response head in time.
pub(super) fn of_first_byte(provider: &str, limit: Duration) -> Failure {
    let message = format!("the provider did not answer within {limit:?}");
    Failure::new(FailureKind::ProviderTimeout, message)
        .provider(provider)
        .fallback(Fallback::MaybeBilled)
}

/// Returns the failure of a reply that stopped for too long.
pub(super) fn of_silence(provider: &str, limit: Duration) -> Failure {
    let message = format!("the provider sent nothing for {limit:?}");
    Failure::new(FailureKind::ProviderTimeout, message)
        .provider(provider)
        .fallback(Fallback::MaybeBilled)
}

/// Returns the failure of a reply that was cut or that cannot be read.
pub(super) fn of_reply(provider: &str, message: &str) -> Failure {
    unavailable(provider, message).fallback(Fallback::MaybeBilled)
}

fn unavailable(provider: &str, message: &str) -> Failure {
    Failure::new(FailureKind::ProviderUnavailable, message).provider(provider)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The status and the row of the fallback table for an error body of the Gemini API.
    fn of_gemini(status: u16, body: &str) -> (u16, Fallback) {
        let reported = FailureBody::from_bytes(body.as_bytes()).failure;
        let failure = Failure::from_reported_with(&reported, "gemini", Some(status));
        (failure.status().as_u16(), failure.fallback_row())
    }

    #[test]
    fn errors_of_the_gemini_api_have_their_cause() {
        use Fallback::{
            Credential, MaybeBilled, RateLimit, Request, TooLong, Unavailable, UnknownModel,
        };
        for (status, word, message, expected) in [
            (
                400,
                "INVALID_ARGUMENT",
                "Please use a valid role: user, model.",
                (400, Request),
            ),
            (
                400,
                "INVALID_ARGUMENT",
                "The input token count (1048600) exceeds the maximum number of tokens allowed (1048576).",
                (400, TooLong),
            ),
            (
                400,
                "INVALID_ARGUMENT",
                "The input token count exceeds the maximum number of tokens allowed 1048576.",
                (400, TooLong),
            ),
            (
                400,
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
                (502, Credential),
            ),
            (
                400,
                "INVALID_ARGUMENT",
                "API key expired. Please renew the API key.",
                (502, Credential),
            ),
            (
                400,
                "INVALID_ARGUMENT",
                "Request payload size exceeds the limit: 20971520 bytes.",
                (413, Request),
            ),
            (
                400,
                "FAILED_PRECONDITION",
                "User location is not supported for the API use.",
                (502, Credential),
            ),
            (
                400,
                "FAILED_PRECONDITION",
                "Gemini API free tier is not available in your country. Please enable billing on your project.",
                (502, Credential),
            ),
            (
                400,
                "FAILED_PRECONDITION",
                "The file is not in an ACTIVE state.",
                (400, Request),
            ),
            (
                401,
                "UNAUTHENTICATED",
                "Request had invalid authentication credentials.",
                (502, Credential),
            ),
            (
                403,
                "PERMISSION_DENIED",
                "Your API key was reported as leaked.",
                (502, Credential),
            ),
            (
                404,
                "NOT_FOUND",
                "models/x is not found for API version v1beta",
                (502, UnknownModel),
            ),
            (
                429,
                "RESOURCE_EXHAUSTED",
                "You exceeded your current quota.",
                (429, RateLimit),
            ),
            (
                499,
                "CANCELLED",
                "The operation was cancelled.",
                (503, Unavailable),
            ),
            (
                500,
                "INTERNAL",
                "An internal error has occurred.",
                (500, Unavailable),
            ),
            (
                503,
                "UNAVAILABLE",
                "The model is overloaded.",
                (503, Unavailable),
            ),
            (
                504,
                "DEADLINE_EXCEEDED",
                "Deadline expired",
                (524, MaybeBilled),
            ),
        ] {
            let body = format!(
                r#"{{"error": {{"code": {status}, "message": "{message}", "status": "{word}"}}}}"#
            );
            assert_eq!(of_gemini(status, &body), expected, "{body}");
            assert_eq!(of_gemini(status, &format!("[{body}]")), expected, "{body}");
            // Inside of a success.
            assert_eq!(of_gemini(200, &body), expected, "{body}");
        }
        let key = r#"{"error": {"code": 400, "message": "m", "status": "INVALID_ARGUMENT",
            "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]}}"#;
        assert_eq!(of_gemini(400, key), (502, Credential));
        // As text of the client that the provider uses.
        let quoted = r#"{"error": "Error: ApiError: {\"error\": {\"code\": 400, \"message\": \"m\", \"status\": \"INVALID_ARGUMENT\"}}"}"#;
        assert_eq!(of_gemini(200, quoted), (400, Request));
    }

    #[test]
    fn messages_about_signatures_are_recognised() {
        for (message, is) in [
            (
                "messages.1.content.0: Invalid `signature` in `thinking` block",
                true,
            ),
            (
                "messages.1.content.0: Invalid signature in thinking block",
                true,
            ),
            (
                "messages.3.content.1: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.",
                true,
            ),
            (
                "Unable to submit request because Thought signature is not valid.. Learn more",
                true,
            ),
            ("Corrupted thought signature.", true),
            ("Invalid thought signature.", true),
            (
                "Invalid value at 'contents[1].parts[0].thought_signature' (TYPE_BYTES)",
                true,
            ),
            (
                "The encrypted content gAAA...w== could not be verified.",
                true,
            ),
            (
                "Function call is missing a thought_signature in functionCall parts.",
                false,
            ),
            (
                "[{\"error\": {\"message\": \"Function call is missing a thought_signature\", \"status\": \"INVALID_ARGUMENT\"}}]",
                false,
            ),
            ("invalid signature of the request", false),
            (
                "Invalid value: 'thinking'. Supported values are: 'enabled'",
                false,
            ),
            ("`reasoning.effort` is invalid", false),
            ("", false),
        ] {
            assert_eq!(is_about_signature(message), is, "{message}");
        }
    }

    fn of(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Failure {
        let status = StatusCode::from_u16(status).expect("a status");
        let headers = headers.iter().map(|(name, value)| {
            let value = http::HeaderValue::from_static(value);
            (http::HeaderName::from_static(name), value)
        });
        let secrets = Secrets::default();
        from_parts(
            "acme",
            &secrets,
            status,
            &headers.collect(),
            body.as_bytes(),
        )
    }

    #[test]
    fn errors_of_anthropic_have_the_status_of_their_cause() {
        for (status, error, message, expected, name, fallback) in [
            (
                400,
                "invalid_request_error",
                "tools.0: Field required",
                400,
                "invalid_request",
                Fallback::Request,
            ),
            (
                400,
                "invalid_request_error",
                "prompt is too long: 213462 tokens > 200000 maximum",
                400,
                "context_length_exceeded",
                Fallback::TooLong,
            ),
            (
                400,
                "invalid_request_error",
                "input length and `max_tokens` exceed context limit: 1 + 2 > 2",
                400,
                "context_length_exceeded",
                Fallback::TooLong,
            ),
            (
                413,
                "invalid_request_error",
                "Prompt is too long",
                400,
                "context_length_exceeded",
                Fallback::TooLong,
            ),
            (
                413,
                "request_too_large",
                "Request exceeds the maximum size",
                413,
                "payload_too_large",
                Fallback::Request,
            ),
            (
                400,
                "invalid_request_error",
                "Your credit balance is too low to access the Anthropic API.",
                502,
                "provider_unavailable",
                Fallback::Credential,
            ),
            (
                400,
                "invalid_request_error",
                "Output blocked by content filtering policy",
                400,
                "content_policy_violation",
                Fallback::Moderation,
            ),
            (
                401,
                "authentication_error",
                "invalid x-api-key",
                502,
                "provider_unavailable",
                Fallback::Credential,
            ),
            (
                402,
                "billing_error",
                "no credit",
                502,
                "provider_unavailable",
                Fallback::Credential,
            ),
            (
                403,
                "permission_error",
                "no",
                502,
                "provider_unavailable",
                Fallback::Credential,
            ),
            (
                404,
                "not_found_error",
                "model: claude-x",
                502,
                "provider_unavailable",
                Fallback::UnknownModel,
            ),
            (
                429,
                "rate_limit_error",
                "This request would exceed your rate limit",
                429,
                "rate_limit_exceeded",
                Fallback::RateLimit,
            ),
            (
                500,
                "api_error",
                "Internal server error",
                500,
                "server",
                Fallback::Unavailable,
            ),
            (
                504,
                "timeout_error",
                "Request timed out",
                524,
                "timeout",
                Fallback::MaybeBilled,
            ),
            (
                529,
                "overloaded_error",
                "Overloaded",
                529,
                "provider_overloaded",
                Fallback::Unavailable,
            ),
        ] {
            let body = serde_json::json!({"type": "error", "error": {"type": error, "message": message}, "request_id": "req_1"});
            let failure = of(status, &[], &body.to_string());
            assert_eq!(failure.status().as_u16(), expected, "{status} {message}");
            assert_eq!(failure.error_type().as_str(), name, "{status} {message}");
            assert_eq!(failure.fallback_row(), fallback, "{status} {message}");
        }
        let invalid = "messages.1.content.0: Invalid `signature` in `thinking` block";
        let body = serde_json::json!({"type": "error", "error": {"type": "invalid_request_error", "message": invalid}});
        assert_eq!(
            of(400, &[], &body.to_string()).fallback_row(),
            Fallback::EncryptedReasoning
        );
    }

    #[test]
    fn resets_in_headers_of_anthropic_are_hints() {
        let body = r#"{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}"#;
        for headers in [
            &[("retry-after", "20")][..],
            &[
                ("anthropic-ratelimit-requests-remaining", "0"),
                ("anthropic-ratelimit-requests-reset", "2099-01-01T00:00:00Z"),
            ],
        ] {
            assert!(
                of(429, headers, body)
                    .retry_seconds()
                    .is_some_and(|seconds| seconds >= 20)
            );
        }
        assert_eq!(of(429, &[], body).retry_seconds(), None);
    }
}
