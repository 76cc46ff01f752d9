//! CORS: lets pages of the allowed origins read responses, including failures and streams.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::access::Access;
use crate::app::App;
use crate::failure::{Failure, FailureKind};

/// Response headers that a page may read, in addition to the safelisted ones.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "X-Generation-Id, x-request-id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, \
     X-RateLimit-Reset, X-OpenRouter-Cache-Status, X-OpenRouter-Cache-Age, \
     X-OpenRouter-Cache-TTL, X-OpenRouter-Cache-Source-Id",
);

/// Time for which a browser may cache the response to a preflight, in seconds: two hours,
/// Chromium's maximum.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// Responds to preflights, and adds CORS headers to other responses for an allowed origin.
pub(super) async fn cors(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let allowed = allowed_origin(request.headers(), &app.access);
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        preflight(request.headers(), allowed.is_some())
    } else {
        let mut response = next.run(request).await;
        if allowed.is_some() {
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        response
    };
    let headers = response.headers_mut();
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    // A cache must not give one origin's response to another.
    headers.append(VARY, HeaderValue::from_static("Origin"));
    response
}

/// Returns the value of `Access-Control-Allow-Origin`, if the request comes from an allowed origin.
fn allowed_origin(headers: &HeaderMap, access: &Access) -> Option<HeaderValue> {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(_), None) if access.allows_any_origin() => Some(HeaderValue::from_static("*")),
        (Some(origin), None) => {
            let allowed = origin
                .to_str()
                .is_ok_and(|origin| access.allows_origin(origin));
            allowed.then(|| origin.clone())
        }
        _ => None,
    }
}

/// Returns the response to a preflight. All methods and headers are allowed, because the routes
/// check them.
fn preflight(requested: &HeaderMap, allowed: bool) -> Response {
    if !allowed {
        return Failure::new(
            FailureKind::PermissionDenied,
            "the origin of this page is not allowed; allow it with --allow-origin",
        )
        .into_response();
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let echoes = [
        (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
        (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
    ];
    for (request_header, response_header) in echoes {
        if let Some(value) = requested.get(&request_header) {
            headers.insert(response_header, value.clone());
        }
        headers.append(VARY, HeaderValue::from_name(request_header));
    }
    if requested
        .get(&REQUEST_PRIVATE_NETWORK)
        .is_some_and(|value| value == "true")
    {
        headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    response
}
