//! Checks the key of a request before its body is read.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};

use super::body;
use crate::account::{KeyRefusal, Keys, bearer};
use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::request_log::RequestLog;

/// Adds the name of the request's key to the log, and refuses requests without a valid key if keys
/// are required. If they are not, an unknown key is accepted: clients send one to every server.
pub(super) async fn authenticate(
    State((app, loopback)): State<(Arc<App>, bool)>,
    request: Request,
    next: Next,
) -> Response {
    match check(&app, loopback, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            body::discard(request).await;
            refusal
        }
    }
}

/// Checks the key of a request, and adds its name to the log.
///
/// # Errors
/// The 401 for a request without a valid key, if keys are required.
#[expect(clippy::result_large_err, reason = "it is sent as it is")]
pub(super) fn check(app: &App, loopback: bool, request: &Request) -> Result<(), Response> {
    let keys = app.keys();
    let required = keys.required(loopback);
    if !required && keys.is_empty() {
        return Ok(());
    }
    let log = request.extensions().get::<RequestLog>();
    match caller(&keys, request.headers()) {
        Ok(name) => {
            if let Some(log) = log {
                log.caller(name);
            }
        }
        Err(_) if !required => {}
        Err(reason) => {
            if let Some(log) = log {
                log.key_refused(reason.as_str());
            }
            return Err(unauthorized());
        }
    }
    Ok(())
}

fn caller<'a>(keys: &'a Keys, headers: &HeaderMap) -> Result<&'a str, KeyRefusal> {
    let key = bearer(headers)?.ok_or(KeyRefusal::Missing)?;
    keys.name_of(key).ok_or(KeyRefusal::Unknown)
}

/// Returns the 401, which is the same for all reasons: a client that guesses keys learns nothing.
fn unauthorized() -> Response {
    let mut response = Failure::new(
        FailureKind::Authentication,
        "this server needs a valid API key; send it as `Authorization: Bearer KEY`",
    )
    .into_response();
    let scheme = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}
