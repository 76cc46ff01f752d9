//! `GET /credits`: the credits of an account.

use axum::Extension;
use axum::response::Response;
use orouter_store::Usd;
use serde_json::json;

use super::figures;
use super::manager::Manager;
use super::reply::{self, dollars};
use super::store_failure::failed;
use crate::failure::{Failure, FailureKind};

/// Returns the sums of all credits and charges. An account that has no credits, and so is not limited by
/// them, has a sum of 0.
pub(super) async fn get(Extension(manager): Extension<Manager>) -> Result<Response, Failure> {
    figures::update(manager.accounts(), &manager.payer()).await;
    let account = manager.store().account(manager.account()).await;
    let missing = || Failure::new(FailureKind::NotFound, "the account does not exist any more");
    let account = account.map_err(failed)?.ok_or_else(missing)?;
    Ok(reply::data(&json!({
        "total_credits": dollars(account.credits.unwrap_or(Usd::ZERO)),
        "total_usage": dollars(account.usage),
    })))
}
