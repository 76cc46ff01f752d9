//! The JSON of a key: the shape of the hosted API, with the members that this server adds.

use orouter_server::store::{KeyDetails, LimitReset, Timestamp, Usd};
use serde_json::{Value, json};

pub(super) fn key_json(details: &KeyDetails) -> Value {
    let (key, usage) = (&details.key, &details.usage);
    let usd = |amount: Option<Usd>| amount.map(Usd::to_f64);
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    json!({
        "hash": key.hash.to_string(),
        "name": key.name,
        "label": key.label,
        "disabled": key.disabled,
        "limit": usd(key.limit),
        "limit_remaining": usd(details.limit_remaining()),
        "limit_reset": key.limit_reset.map(LimitReset::as_str),
        "include_byok_in_limit": false,
        "usage": usage.total.to_f64(),
        "usage_daily": usage.daily.to_f64(),
        "usage_weekly": usage.weekly.to_f64(),
        "usage_monthly": usage.monthly.to_f64(),
        "byok_usage": 0,
        "byok_usage_daily": 0,
        "byok_usage_weekly": 0,
        "byok_usage_monthly": 0,
        "created_at": key.created_at.to_string(),
        "updated_at": time(key.updated_at),
        "expires_at": time(key.expires_at),
        "last_used_at": time(key.last_used_at),
        "external_user": null,
        "creator_user_id": key.creator,
        "workspace_id": key.account.as_str(),
        "is_management_key": key.management,
        "allowed_models": key.allowed_models,
        "allowed_providers": key.allowed_providers,
        "requests_per_minute": key.requests_per_minute,
        "tokens_per_minute": key.tokens_per_minute,
    })
}
