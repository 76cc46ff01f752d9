//! The shape of a key in the responses of the management routes, and the members that `GET /key` has
//! too.

use orouter_store::{Key, KeyDetails, KeyUsage, LimitReset, Timestamp, Usd};
use serde_json::{Map, Value, json};

use super::reply::dollars;

/// Returns a key with its usage.
pub(super) fn key(details: &KeyDetails) -> Value {
    let key = &details.key;
    let mut members = Map::new();
    let own = [
        ("hash", json!(key.hash.to_string())),
        ("name", json!(key.name)),
        ("disabled", json!(key.disabled)),
        ("created_at", json!(key.created_at.to_string())),
        ("updated_at", time(key.updated_at)),
        ("last_used_at", time(key.last_used_at)),
        ("external_user", Value::Null),
    ];
    set(&mut members, own);
    set(&mut members, common(details));
    set(&mut members, usage(&details.usage));
    set(&mut members, extensions(key));
    Value::Object(members)
}

/// Adds members.
pub(super) fn set<const N: usize>(
    members: &mut Map<String, Value>,
    further: [(&'static str, Value); N],
) {
    let further = further.into_iter();
    members.extend(further.map(|(name, value)| (name.to_owned(), value)));
}

/// Returns the members of a key that all routes have. Keys of clients at providers (BYOK) do not exist
/// here.
pub(super) fn common(details: &KeyDetails) -> [(&'static str, Value); 8] {
    let key = &details.key;
    [
        ("label", json!(key.label)),
        ("limit", amount(key.limit)),
        ("limit_remaining", amount(details.limit_remaining())),
        (
            "limit_reset",
            json!(key.limit_reset.map(LimitReset::as_str)),
        ),
        ("include_byok_in_limit", json!(false)),
        ("expires_at", time(key.expires_at)),
        ("creator_user_id", json!(key.creator)),
        ("workspace_id", json!(key.account.as_str())),
    ]
}

/// Returns the members with the usage of a key.
pub(super) fn usage(usage: &KeyUsage) -> [(&'static str, Value); 8] {
    let none = || dollars(Usd::ZERO);
    [
        ("usage", dollars(usage.total)),
        ("usage_daily", dollars(usage.daily)),
        ("usage_weekly", dollars(usage.weekly)),
        ("usage_monthly", dollars(usage.monthly)),
        ("byok_usage", none()),
        ("byok_usage_daily", none()),
        ("byok_usage_weekly", none()),
        ("byok_usage_monthly", none()),
    ]
}

/// Returns the members that the hosted API does not have.
pub(super) fn extensions(key: &Key) -> [(&'static str, Value); 4] {
    [
        ("allowed_models", json!(key.allowed_models)),
        ("allowed_providers", json!(key.allowed_providers)),
        ("requests_per_minute", json!(key.requests_per_minute)),
        ("tokens_per_minute", json!(key.tokens_per_minute)),
    ]
}

fn amount(amount: Option<Usd>) -> Value {
    amount.map_or(Value::Null, dollars)
}

fn time(time: Option<Timestamp>) -> Value {
    json!(time.map(|time| time.to_string()))
}
