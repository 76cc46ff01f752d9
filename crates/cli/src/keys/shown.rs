//! Keys as text: one line in a list, and all values.

use std::fmt::Display;

use orouter_server::store::{Key, KeyDetails, KeyHash, KeyRefusal, Store, Timestamp};

use crate::exit::CommandError;
use crate::terminal::{Stdout, sanitized};

use super::key_json::key_json;

/// Number of digits of a hash in a list.
const DIGITS: usize = 12;

/// Names of the columns of [`row`].
pub(super) const HEADER: &str =
    "HASH          LABEL                STATE            SPENT $           LIMIT $  NAME";

/// Returns the first digits of a hash, by which commands find the key.
pub(super) fn short(hash: KeyHash) -> String {
    hash.to_string().chars().take(DIGITS).collect()
}

/// Replaces control characters and line breaks.
pub(super) fn one_line(text: &str) -> String {
    sanitized(text).replace(['\n', '\t'], " ")
}

/// Returns the line of a key in a list. Each column but the last has no space.
pub(super) fn row(details: &KeyDetails, now: Timestamp) -> String {
    let key = &details.key;
    let limit = match (key.limit, key.limit_reset) {
        (None, _) => "-".to_owned(),
        (Some(limit), None) => limit.to_string(),
        (Some(limit), Some(reset)) => format!("{limit}/{}", reset.as_str()),
    };
    one_line(&format!(
        "{}  {}  {:<10}  {:>12}  {limit:>16}  {}",
        short(key.hash),
        key.label,
        state(key, now),
        details.usage.total,
        key.name
    ))
}

fn state(key: &Key, now: Timestamp) -> &'static str {
    match key.check(now) {
        Ok(()) if key.management => "management",
        Ok(()) => "active",
        Err(KeyRefusal::Expired) => "expired",
        Err(_) => "disabled",
    }
}

/// Prints all values of a key.
pub(super) async fn print(
    store: &dyn Store,
    details: &KeyDetails,
    json: bool,
) -> Result<(), CommandError> {
    let mut out = Stdout::new();
    if json {
        let response = serde_json::json!({ "data": key_json(details) });
        return out.json(&response.to_string());
    }
    let now = store.now().await?;
    for (name, value) in values(details, now) {
        out.line(&one_line(&format!("{name:<20}{value}")))?;
    }
    Ok(())
}

fn values(details: &KeyDetails, now: Timestamp) -> Vec<(&'static str, String)> {
    let (key, usage) = (&details.key, &details.usage);
    let kind = if key.management {
        "management key"
    } else {
        "key for requests"
    };
    let limit = match (key.limit, key.limit_reset) {
        (None, _) => "none".to_owned(),
        (Some(limit), None) => format!("{limit} USD"),
        (Some(limit), Some(reset)) => format!("{limit} USD, {}", reset.as_str()),
    };
    let remaining = details.limit_remaining();
    let remaining = remaining.map_or_else(|| "no limit".to_owned(), |usd| format!("{usd} USD"));
    vec![
        ("name", key.name.clone()),
        ("label", key.label.clone()),
        ("hash", key.hash.to_string()),
        ("type", kind.to_owned()),
        ("state", state(key, now).replace("management", "active")),
        ("account", key.account.to_string()),
        ("creator", or(key.creator.as_ref(), "unknown")),
        ("limit", limit),
        ("remaining", remaining),
        ("spent", format!("{} USD", usage.total)),
        ("spent today", format!("{} USD", usage.daily)),
        ("spent this week", format!("{} USD", usage.weekly)),
        ("spent this month", format!("{} USD", usage.monthly)),
        ("models", names(key.allowed_models.as_deref())),
        ("providers", names(key.allowed_providers.as_deref())),
        (
            "requests/minute",
            or(key.requests_per_minute.as_ref(), "no limit"),
        ),
        (
            "tokens/minute",
            or(key.tokens_per_minute.as_ref(), "no limit"),
        ),
        ("created", key.created_at.to_string()),
        ("changed", or(key.updated_at.as_ref(), "never")),
        ("last used", or(key.last_used_at.as_ref(), "never")),
        ("expires", or(key.expires_at.as_ref(), "never")),
    ]
}

fn or(value: Option<&impl Display>, absent: &str) -> String {
    value.map_or_else(|| absent.to_owned(), ToString::to_string)
}

fn names(names: Option<&[String]>) -> String {
    names.map_or_else(|| "all".to_owned(), |names| names.join(", "))
}
