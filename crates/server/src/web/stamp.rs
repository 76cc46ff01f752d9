//! The generation id: every request gets one, every answer carries it.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};

use crate::id::GenerationId;
use crate::log::RequestLog;

/// The header that carries the id.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-generation-id");

/// Gives the request its id, for the handlers, and the answer its header.
pub(super) async fn stamp(mut request: Request, next: Next) -> Response {
    let id = GenerationId::mint(unix_now());
    let value = HeaderValue::from_str(id.as_str());
    if let Some(log) = request.extensions().get::<RequestLog>() {
        log.generation(id.as_str());
    }
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(value) = value {
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
