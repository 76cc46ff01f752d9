//! The generation id: every request gets one, and every response carries it in two headers.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};

use crate::id::GenerationId;

/// The header that carries the id, in the hosted API's name.
const HEADER: HeaderName = HeaderName::from_static("x-generation-id");

/// The same id in the name that OpenAI's clients read and report.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id, for the handlers, and the response its headers.
pub(super) async fn stamp(mut request: Request, next: Next) -> Response {
    let id = GenerationId::mint(unix_now());
    let value = HeaderValue::from_str(id.as_str());
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(value) = value {
        response.headers_mut().insert(REQUEST_ID, value.clone());
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// Seconds since 1970.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
