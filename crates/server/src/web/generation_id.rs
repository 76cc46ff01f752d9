//! The two headers with the generation id, which every response has.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::id::GenerationId;

/// The header with the id, by the hosted API's name.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-generation-id");

/// The header with the same id that OpenAI's clients read and report.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Returns the value of both headers.
pub(super) fn header(id: &GenerationId) -> Option<HeaderValue> {
    HeaderValue::from_str(id.as_str()).ok()
}

/// Adds both headers to those of a response.
pub(super) fn add_headers(value: Option<HeaderValue>, headers: &mut HeaderMap) {
    if let Some(value) = value {
        headers.insert(REQUEST_ID, value.clone());
        headers.insert(HEADER, value);
    }
}
