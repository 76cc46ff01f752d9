//! `GET /key`: the key of the request.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use orouter_store::{Accounts, CachedKey, KeyDetails, LimitReset, Payer, Timestamp};
use serde_json::{Map, Value, json};

use super::key_entry::set;
use super::reply::{self, dollars};
use super::store_failure::{accounts, failed};
use super::{figures, key_entry};
use crate::account::Caller;
use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::web::authenticate::unauthorized;

/// Returns the key of the request with its usage and budgets.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Response> {
    let accounts = accounts(&app).map_err(Failure::into_response)?;
    let known = match &caller {
        Caller::Anonymous => return Err(unauthorized()),
        Caller::Static(_) => {
            let text = "the key is a static one of the configuration; only keys of the store have \
                        limits and usage";
            return Err(Failure::new(FailureKind::NotFound, text).into_response());
        }
        Caller::Key(known) => known,
    };
    let details = details(accounts, known).await;
    let Some(details) = details.map_err(Failure::into_response)? else {
        return Err(unauthorized()); // it was deleted since its check
    };
    Ok(reply::data(&entry(&details, accounts.now())))
}

async fn details(accounts: &Accounts, known: &CachedKey) -> Result<Option<KeyDetails>, Failure> {
    figures::update(accounts, &Payer::of(known)).await;
    let (account, hash) = (known.key.account.clone(), known.key.hash);
    accounts.store().key(account, hash).await.map_err(failed)
}

fn entry(details: &KeyDetails, now: Timestamp) -> Value {
    let management = details.key.management;
    let budget = budget(details, now);
    let budgets: Vec<&Value> = budget.iter().collect();
    let mut members = Map::new();
    set(&mut members, key_entry::common(details));
    set(&mut members, key_entry::usage(&details.usage));
    let own = [
        ("is_management_key", json!(management)),
        ("is_provisioning_key", json!(management)),
        // Accounts have no free tier and no quota of free requests, and their data no region.
        ("is_free_tier", json!(false)),
        (
            "free_model_daily_requests",
            json!({"limit": -1, "remaining": -1, "used": 0}),
        ),
        ("allowed_data_regions", json!(["global"])),
        ("organization_id", Value::Null),
        (
            "rate_limit",
            json!({
                "requests": -1,
                "interval": "1m",
                "note": "deprecated; requests_per_minute and tokens_per_minute have the limits",
            }),
        ),
        ("budgets", json!(budgets)),
        ("effective_budget", json!(budget)),
    ];
    set(&mut members, own);
    set(&mut members, key_entry::extensions(&details.key));
    Value::Object(members)
}

/// Returns the budget of the key's limit. What is reserved for running requests counts as spent.
fn budget(details: &KeyDetails, now: Timestamp) -> Option<Value> {
    let key = &details.key;
    let (limit, remaining) = (key.limit?, details.limit_remaining()?);
    let resets_at = |reset: LimitReset| reset.window_end(now.day()).to_string();
    Some(json!({
        "scope": "key_limit",
        "budget_id": null,
        "guardrail_id": null,
        "include_byok": false,
        "limit_usd": dollars(limit),
        "spend_usd": dollars(limit - remaining),
        "remaining_usd": dollars(remaining),
        "reset_interval": key.limit_reset.map(LimitReset::as_str),
        "resets_at": key.limit_reset.map(resets_at),
    }))
}
