//! `GET /activity`: the usage of an account in the last 30 completed days.

use axum::Extension;
use axum::response::Response;
use http::Uri;
use orouter_store::{AccountId, ActivityQuery, ActivityRow, Day, Payer, Usd};
use serde_json::{Value, json};

use super::figures;
use super::manager::Manager;
use super::query::{Query, unusable};
use super::reply::{self, dollars};
use super::store_failure::failed;
use crate::failure::Failure;

/// Number of completed days that are kept for this route.
const DAYS: i64 = 30;

/// Returns the sums of each day, model and endpoint, the latest day first.
pub(super) async fn get(
    Extension(manager): Extension<Manager>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = Query::of(&uri);
    query.check_workspace(&manager.key().account)?;
    let by_workspace = match query.get("group_by")? {
        None => false,
        Some("workspace") => true,
        Some(value) => return Err(unusable("group_by", value, "`workspace`")),
    };
    if query.get("user_id")?.is_some() {
        let text = "`user_id` cannot be used: accounts of this server have no users";
        return Err(Failure::invalid("user_id", text));
    }
    let mut wanted = ActivityQuery::new(manager.account());
    wanted.day = day(&query, manager.accounts().now().day())?;
    if let Some(hash) = query.get("api_key_hash")? {
        let text = "`api_key_hash` must be the hash of a key: 64 hex digits";
        let hash = hash.parse();
        wanted.key = Some(hash.map_err(|_| Failure::invalid("api_key_hash", text))?);
    }
    figures::update(manager.accounts(), &Payer::default()).await;
    let rows = manager.store().activity(wanted).await.map_err(failed)?;
    let workspace = by_workspace.then(|| manager.account());
    let workspace = workspace.as_ref().map(AccountId::as_str);
    let rows: Vec<Value> = rows.iter().map(|row| entry(row, workspace)).collect();
    Ok(reply::data(&Value::Array(rows)))
}

/// Reads `date`, which must be one of the last 30 completed days.
fn day(query: &Query, today: Day) -> Result<Option<Day>, Failure> {
    let Some(text) = query.get("date")? else {
        return Ok(None);
    };
    let (first, last) = (today.minus(DAYS), today.minus(1));
    let day = text.parse().ok();
    let within = day.filter(|day| (first..=last).contains(day));
    within.map(Some).ok_or_else(|| {
        let expected = format!("a completed day from {first} to {last}, in UTC");
        unusable("date", text, &expected)
    })
}

fn entry(row: &ActivityRow, workspace: Option<&str>) -> Value {
    let mut entry = json!({
        "date": row.day.to_string(),
        "model": row.model,
        "model_permaslug": row.model_permaslug,
        "endpoint_id": row.endpoint,
        "provider_name": row.provider,
        "usage": dollars(row.cost),
        "byok_usage_inference": dollars(Usd::ZERO),
        "requests": row.requests,
        "prompt_tokens": row.prompt_tokens,
        "completion_tokens": row.completion_tokens,
        "reasoning_tokens": row.reasoning_tokens,
        "cached_tokens": row.cached_tokens,
    });
    if let (Some(workspace), Some(members)) = (workspace, entry.as_object_mut()) {
        members.insert("workspace_id".to_owned(), json!(workspace));
    }
    entry
}
