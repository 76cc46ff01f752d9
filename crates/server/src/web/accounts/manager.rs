//! [`Manager`]: the holder of a management key. [`require`] refuses all others.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use orouter_store::{AccountId, Accounts, CachedKey, Key, Payer, Store};

use super::store_failure::accounts;
use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::request_log::RequestLog;
use crate::web::authenticate;
use crate::web::body;

/// The holder of a management key, and the accounts of the server.
#[derive(Clone)]
pub(super) struct Manager {
    accounts: Accounts,
    known: Arc<CachedKey>,
}

impl Manager {
    /// Returns the accounts of the server.
    pub(super) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Returns the database.
    pub(super) fn store(&self) -> &dyn Store {
        self.accounts.store().as_ref()
    }

    /// Returns the management key.
    pub(super) fn key(&self) -> &Key {
        &self.known.key
    }

    /// Returns the account that the key manages.
    pub(super) fn account(&self) -> AccountId {
        self.known.key.account.clone()
    }

    /// Returns the budgets of the management key.
    pub(super) fn payer(&self) -> Payer {
        Payer::of(&self.known)
    }
}

/// Adds the [`Manager`] to a request. Refuses requests without a valid key, also if the server requires
/// none, and those with another key.
pub(super) async fn require(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let log = request.extensions().get::<RequestLog>().cloned();
    match manager(&app, request.headers(), log.as_ref()).await {
        Ok(manager) => {
            request.extensions_mut().insert(manager);
            next.run(request).await
        }
        Err(refusal) => {
            body::discard(request).await;
            refusal
        }
    }
}

async fn manager(
    app: &App,
    headers: &HeaderMap,
    log: Option<&RequestLog>,
) -> Result<Manager, Response> {
    let accounts = accounts(app).map_err(Failure::into_response)?;
    let caller = authenticate::require(app, headers, log).await?;
    match caller.stored_key() {
        Some(known) if known.key.management => Ok(Manager {
            accounts: accounts.clone(),
            known,
        }),
        _ => {
            let text = "this route needs a management key; `orouter keys create --management` \
                        creates one";
            Err(Failure::new(FailureKind::PermissionDenied, text).into_response())
        }
    }
}
