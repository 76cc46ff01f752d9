//! Failures of one call: replies with an error status, and connections that fail.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use orouter_http::redact::{self, Secrets};
use orouter_http::retry_after::hints_from_headers;
use orouter_http::transport::{Body, TransportError};
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
    // The upstream may quote the credentials of the request.
    reported.message = reported
        .message
        .map(|message| redact::line_without(secrets, &message, MAX_MESSAGE_CHARS));
    let failure = Failure::from_reported_with(&reported, provider, Some(status.as_u16()));
    match refuses_encrypted(&reported) {
        true => failure.fallback(Fallback::EncryptedReasoning),
        false => failure,
    }
}

/// Returns `true` if the failure says that the upstream cannot read encrypted reasoning.
pub(super) fn refuses_encrypted(reported: &ReportedFailure) -> bool {
    let words = [&reported.code, &reported.r#type, &reported.error_type];
    let is = |word: &String| word.eq_ignore_ascii_case(INVALID_ENCRYPTED_CONTENT);
    words.into_iter().flatten().any(is)
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
