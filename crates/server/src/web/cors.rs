//! CORS: lets pages of the allowed origins read responses, including failures and streams.

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::access::Access;
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

/// The CORS headers of one response.
pub(super) struct Cors {
    /// The value of `Access-Control-Allow-Origin`.
    origin: Option<HeaderValue>,
    /// `true` for a preflight.
    preflight: bool,
}

impl Cors {
    pub(super) fn new(request: &Request, access: &Access) -> Self {
        let headers = request.headers();
        if !headers.contains_key(ORIGIN) {
            return Self {
                origin: None,
                preflight: false,
            };
        }
        Self {
            origin: allowed_origin(headers, access),
            preflight: request.method() == Method::OPTIONS
                && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
        }
    }

    /// Returns the response to a preflight.
    pub(super) fn preflight(&self, request: &Request) -> Option<Response> {
        self.preflight
            .then(|| preflight(request.headers(), self.origin.is_some()))
    }

    /// Adds the headers of an allowed origin to those of a response.
    pub(super) fn add_headers(self, headers: &mut HeaderMap) {
        if let Some(origin) = self.origin {
            if !self.preflight {
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            }
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        // A cache must not give one origin's response to another.
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
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
