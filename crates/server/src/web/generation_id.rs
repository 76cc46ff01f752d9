//! Adds the generation id: every request gets one, and every response has it in two headers.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};

use crate::clock::unix_now;
use crate::id::GenerationId;
use crate::request_log::RequestLog;

/// The header with the id, by the hosted API's name.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-generation-id");

/// The header with the same id that OpenAI's clients read and report.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds an id to the request, for the handlers, and to the headers of the response.
pub(super) async fn add_generation_id(mut request: Request, next: Next) -> Response {
    let id = GenerationId::new(unix_now());
    let value = HeaderValue::from_str(id.as_str());
    if let Some(log) = request.extensions().get::<RequestLog>() {
        log.generation(id.as_str());
    }
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(value) = value {
        response.headers_mut().insert(REQUEST_ID, value.clone());
        response.headers_mut().insert(HEADER, value);
    }
    response
}
