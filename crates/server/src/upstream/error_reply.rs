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
    let mut reported = FailureBody::from_bytes(&body).failure;
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
}
