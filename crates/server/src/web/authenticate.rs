//! Checks the key of a request before its body is read.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};
use orouter_store::{Accounts, KeyError};

use super::body;
use crate::account::{self, Caller, KeyRefusal, Keys, bearer};
use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::request_log::RequestLog;

/// Adds the caller to the request and its name to the log, and refuses requests without a valid key if
/// keys are required. If they are not, an unknown key is accepted: clients send one to every server.
pub(super) async fn authenticate(
    State((app, loopback)): State<(Arc<App>, bool)>,
    mut request: Request,
    next: Next,
) -> Response {
    let log = request.extensions().get::<RequestLog>().cloned();
    match check(&app, loopback, request.headers(), log.as_ref()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => {
            body::discard(request).await;
            refusal
        }
    }
}

/// Returns the caller of a request, and adds its name to the log.
///
/// # Errors
/// The 401 for a request without a valid key, if keys are required; the 503 for a key that cannot be
/// checked.
pub(super) async fn check(
    app: &App,
    loopback: bool,
    headers: &HeaderMap,
    log: Option<&RequestLog>,
) -> Result<Caller, Response> {
    let rules = app.rules();
    let required = rules.keys.required(loopback);
    if !required && rules.keys.is_empty() && app.accounts.is_none() {
        return Ok(Caller::Anonymous);
    }
    identify(app, &rules.keys, required, headers, log).await
}

/// Returns the caller of a request to a route that needs a valid key in any case, and adds its name to
/// the log.
///
/// # Errors
/// As [`check`].
pub(super) async fn require(
    app: &App,
    headers: &HeaderMap,
    log: Option<&RequestLog>,
) -> Result<Caller, Response> {
    identify(app, &app.rules().keys, true, headers, log).await
}

async fn identify(
    app: &App,
    keys: &Keys,
    required: bool,
    headers: &HeaderMap,
    log: Option<&RequestLog>,
) -> Result<Caller, Response> {
    match caller(keys, app.accounts.as_ref(), headers).await {
        Ok(caller) => {
            if let (Some(log), Some(name)) = (log, caller.name()) {
                log.caller(name);
            }
            Ok(caller)
        }
        Err(Refused::Key(_)) if !required => Ok(Caller::Anonymous),
        Err(Refused::Key(reason)) => {
            if let Some(log) = log {
                log.key_refused(reason.as_str());
            }
            Err(unauthorized())
        }
        Err(Refused::Unavailable(failure)) => Err(failure.into_response()),
    }
}

/// The reason why a request has no caller.
enum Refused {
    Key(KeyRefusal),
    /// The key cannot be checked.
    Unavailable(Failure),
}

async fn caller(
    keys: &Keys,
    accounts: Option<&Accounts>,
    headers: &HeaderMap,
) -> Result<Caller, Refused> {
    let key = bearer(headers).and_then(|key| key.ok_or(KeyRefusal::Missing));
    let key = key.map_err(Refused::Key)?;
    if let Some(name) = keys.name_of(key) {
        return Ok(Caller::Static(Arc::clone(name)));
    }
    let Some(accounts) = accounts else {
        return Err(Refused::Key(KeyRefusal::Unknown));
    };
    match accounts.find_key(key).await {
        Ok(known) => Ok(Caller::Key(known)),
        Err(KeyError::Refused(refusal)) => Err(Refused::Key(refusal.into())),
        Err(KeyError::Unavailable(error)) => {
            tracing::warn!(%error, "a request is refused: its key cannot be checked");
            let text = "this server cannot check the API key now";
            Err(Refused::Unavailable(account::unavailable(text)))
        }
        Err(_) => Err(Refused::Key(KeyRefusal::Unknown)),
    }
}

/// Returns the 401, which is the same for all reasons: a client that guesses keys learns nothing.
pub(super) fn unauthorized() -> Response {
    let mut response = Failure::new(
        FailureKind::Authentication,
        "this server needs a valid API key; send it as `Authorization: Bearer KEY`",
    )
    .into_response();
    let scheme = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}
