//! The failures of requests that need the store.

use orouter_store::{Accounts, StoreError};

use crate::account;
use crate::app::App;
use crate::failure::{Failure, FailureKind};

/// Returns the accounts of a server.
///
/// # Errors
/// A 404 if the server has none.
pub(super) fn accounts(app: &App) -> Result<&Accounts, Failure> {
    let text = "this server has no accounts; its configuration needs `[store]` for this route";
    let missing = || Failure::new(FailureKind::NotFound, text);
    app.accounts.as_ref().ok_or_else(missing)
}

/// Returns the failure of a request whose operation failed: a 400 for a value that cannot be stored, a
/// 503 if the database does not answer, otherwise a 500, whose cause goes to the log only.
pub(super) fn failed(error: StoreError) -> Failure {
    match error {
        StoreError::Invalid { member, message } => {
            Failure::invalid(member, format!("`{member}` {message}"))
        }
        StoreError::Unavailable(_) => {
            tracing::warn!(%error, "a request for an account failed");
            account::unavailable("the database of this server does not answer now")
        }
        error => Failure::new(FailureKind::Server, error.to_string()),
    }
}
