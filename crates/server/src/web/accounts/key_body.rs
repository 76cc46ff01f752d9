//! The members of a key that a client sets: the bodies of `POST /keys` and `PATCH /keys/{hash}`.

use orouter_store::{AccountId, KeyChange, LimitReset, NewKey, Timestamp};
use serde_json::Value;

use super::members::{Members, amount, boolean, count, or_null, string, strings, wrong};
use crate::failure::Failure;
use crate::quote::quote;

/// The facts that decide if a value is valid.
pub(super) struct Context {
    /// The account of the management key.
    pub(super) account: AccountId,
    /// The time of the database's clock.
    pub(super) now: Timestamp,
}

/// Reads the body of `POST /keys`.
///
/// # Errors
/// A 400 that names the member at fault.
pub(super) fn new_key(members: Members, context: &Context) -> Result<NewKey, Failure> {
    let mut values = KeyChange::default();
    let mut creator = None;
    for (name, value) in members {
        match name.as_str() {
            "creator_user_id" => {
                let read = |value| string(&name, "a string or null", value);
                creator = or_null(value, read)?;
            }
            "disabled" => return Err(unknown(&name)),
            _ => set(&mut values, &name, value, context)?,
        }
    }
    let Some(name) = values.name else {
        return Err(Failure::invalid("name", "`name` is required"));
    };
    let mut new = NewKey::new(name);
    new.account = context.account.clone();
    new.limit = values.limit.flatten();
    new.limit_reset = values.limit_reset.flatten();
    new.expires_at = values.expires_at.flatten();
    new.creator = creator;
    new.allowed_models = values.allowed_models.flatten();
    new.allowed_providers = values.allowed_providers.flatten();
    new.requests_per_minute = values.requests_per_minute.flatten();
    new.tokens_per_minute = values.tokens_per_minute.flatten();
    Ok(new)
}

/// Reads the body of `PATCH /keys/{hash}`. A member that is absent is not changed; null removes a
/// limit.
///
/// # Errors
/// A 400 that names the member at fault.
pub(super) fn change(members: Members, context: &Context) -> Result<KeyChange, Failure> {
    let mut change = KeyChange::default();
    for (name, value) in members {
        set(&mut change, &name, value, context)?;
    }
    Ok(change)
}

/// Sets a value that both bodies may have, and `disabled`.
fn set(change: &mut KeyChange, name: &str, value: Value, context: &Context) -> Result<(), Failure> {
    match name {
        "name" => {
            change.name = Some(string(name, "a string of 1 to 256 characters", value)?);
        }
        "disabled" => change.disabled = Some(boolean(name, &value)?),
        "limit" => change.limit = Some(or_null(value, |value| amount(name, &value))?),
        "limit_reset" => {
            change.limit_reset = Some(or_null(value, |value| limit_reset(name, &value))?);
        }
        "expires_at" => {
            let read = |value| expires_at(name, value, context.now);
            change.expires_at = Some(or_null(value, read)?);
        }
        "allowed_models" => {
            change.allowed_models = Some(or_null(value, |value| strings(name, value))?);
        }
        "allowed_providers" => {
            change.allowed_providers = Some(or_null(value, |value| strings(name, value))?);
        }
        "requests_per_minute" => {
            change.requests_per_minute = Some(or_null(value, |value| count(name, &value))?);
        }
        "tokens_per_minute" => {
            change.tokens_per_minute = Some(or_null(value, |value| count(name, &value))?);
        }
        "include_byok_in_limit" => {
            if boolean(name, &value)? {
                let text = "`include_byok_in_limit` must be `false`: requests are never made with \
                            keys of clients at providers";
                return Err(Failure::invalid(name, text));
            }
        }
        "workspace_id" => {
            if value.as_str() != Some(context.account.as_str()) {
                let account = &context.account;
                let text = format!(
                    "`workspace_id` must be `{account}`, the account of the management key; keys \
                     cannot be created in another account or moved to it"
                );
                return Err(Failure::invalid(name, text));
            }
        }
        "external" => {
            let text = "`external` is not supported: this server creates all keys itself, and \
                        keeps no users of partners";
            return Err(Failure::invalid(name, text));
        }
        name => return Err(unknown(name)),
    }
    Ok(())
}

fn unknown(name: &str) -> Failure {
    let name = quote(name);
    let text = format!("`{name}` is not a member of this request");
    Failure::invalid(name, text)
}

fn limit_reset(name: &str, value: &Value) -> Result<LimitReset, Failure> {
    let reset = value.as_str().and_then(|text| text.parse().ok());
    reset.ok_or_else(|| wrong(name, "`daily`, `weekly`, `monthly` or null"))
}

fn expires_at(name: &str, value: Value, now: Timestamp) -> Result<Timestamp, Failure> {
    let expected = "a time in UTC with seconds, such as 2027-12-31T23:59:59Z, or null";
    let text = string(name, expected, value)?;
    // The offset that some libraries write for UTC.
    let utc = text.strip_suffix("+00:00").map(|start| format!("{start}Z"));
    let time = utc.unwrap_or(text).parse();
    let time: Timestamp = time.map_err(|_| wrong(name, expected))?;
    if time <= now {
        return Err(wrong(
            name,
            "in the future; `disabled` ends the use of a key now",
        ));
    }
    Ok(time)
}
