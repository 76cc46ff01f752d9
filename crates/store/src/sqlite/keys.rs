//! API keys in SQLite.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{SqliteStore, now};
use crate::error::StoreError;
use crate::id::AccountId;
use crate::key::{Key, KeyChange, KeyDetails, KeyUsage, NewKey};
use crate::secret::{ApiKey, KeyHash};
use crate::store::{CachedKey, Change, ChangeFeed, KeyFilter, KeyStore, StoreFuture};
use crate::time::{LimitReset, Timestamp};
use crate::usd::Usd;

const COLUMNS: &str =
    "hash, account, name, label, disabled, management, spending_limit, limit_reset,
    expires_at, keys.created_at AS created_at, updated_at, last_used_at, creator, allowed_models,
    allowed_providers, requests_per_minute, tokens_per_minute, keys.usage AS usage";

impl KeyStore for SqliteStore {
    fn create_key(&self, new: NewKey, secret: &ApiKey) -> StoreFuture<'_, KeyDetails> {
        let secret = secret.clone();
        Box::pin(async move {
            let details = self
                .write(move |connection| create(connection, &new, &secret))
                .await?;
            self.shared.changes.send(Change::Key(details.key.hash));
            Ok(details)
        })
    }

    fn find_key(&self, hash: KeyHash) -> StoreFuture<'_, Option<CachedKey>> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS}, credits IS NOT NULL AS prepaid
                 FROM keys JOIN accounts ON accounts.id = account WHERE hash = ?1"
            ))?;
            let found = statement.query_row([hash.to_string()], |row| {
                Ok((key(row), row.get("prepaid")?))
            });
            let Some((key, prepaid)) = found.optional()? else {
                return Ok(None);
            };
            Ok(Some(CachedKey::new(key?, prepaid)))
        })
    }

    fn key(&self, account: AccountId, hash: KeyHash) -> StoreFuture<'_, Option<KeyDetails>> {
        self.read(move |connection| details(connection, &account, hash))
    }

    fn keys(&self, filter: KeyFilter) -> StoreFuture<'_, Vec<KeyDetails>> {
        self.read(move |connection| {
            let now = now(connection)?;
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM keys
                 WHERE account = ?1 AND (?2 OR NOT disabled)
                   AND (?3 OR expires_at IS NULL OR expires_at > ?4)
                 ORDER BY created_at DESC, hash LIMIT ?5 OFFSET ?6"
            ))?;
            let mut rows = statement.query(params![
                filter.account.as_str(),
                filter.include_disabled,
                filter.include_expired,
                now.to_millis(),
                filter.count,
                filter.offset,
            ])?;
            let mut keys = Vec::new();
            while let Some(row) = rows.next()? {
                let total = Usd::from_nanos(row.get("usage")?);
                keys.push(with_usage(connection, key(row)?, total, now)?);
            }
            Ok(keys)
        })
    }

    fn update_key(
        &self,
        account: AccountId,
        hash: KeyHash,
        change: KeyChange,
    ) -> StoreFuture<'_, Option<KeyDetails>> {
        Box::pin(async move {
            let update = move |connection: &Connection| update(connection, &account, hash, &change);
            let details = self.write(update).await?;
            self.shared.changes.send(Change::Key(hash));
            Ok(details)
        })
    }

    fn delete_key(&self, account: AccountId, hash: KeyHash) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let delete = move |connection: &Connection| {
                let deleted = connection
                    .prepare_cached("DELETE FROM keys WHERE hash = ?1 AND account = ?2")?
                    .execute(params![hash.to_string(), account.as_str()])?;
                if deleted > 0 {
                    connection
                        .prepare_cached("DELETE FROM leases WHERE kind = 'key' AND owner = ?1")?
                        .execute([hash.to_string()])?;
                }
                Ok(deleted > 0)
            };
            let deleted = self.write(delete).await?;
            self.shared.changes.send(Change::Key(hash));
            Ok(deleted)
        })
    }

    fn changes(&self) -> ChangeFeed {
        self.shared.changes.subscribe()
    }
}

fn create(
    connection: &Connection,
    new: &NewKey,
    secret: &ApiKey,
) -> Result<KeyDetails, StoreError> {
    let key = new.to_key(secret, now(connection)?)?;
    let mut statement = connection.prepare_cached("SELECT 1 FROM accounts WHERE id = ?1")?;
    if !statement.exists([key.account.as_str()])? {
        return Err(StoreError::invalid(
            "account",
            "must be an existing account",
        ));
    }
    connection
        .prepare_cached(
            "INSERT INTO keys (hash, account, label, management, created_at, creator, name, disabled,
                spending_limit, limit_reset, expires_at, updated_at, allowed_models,
                allowed_providers, requests_per_minute, tokens_per_minute)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', 0,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        )?
        .execute(params![
            key.hash.to_string(),
            key.account.as_str(),
            key.label,
            key.management,
            key.created_at.to_millis(),
            key.creator,
        ])?;
    store(connection, &key)?;
    Ok(KeyDetails {
        key,
        usage: KeyUsage::default(),
    })
}

/// Stores the values of a key that can be changed.
fn store(connection: &Connection, key: &Key) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE keys SET name = ?2, disabled = ?3, spending_limit = ?4, limit_reset = ?5,
                expires_at = ?6, updated_at = ?7, allowed_models = ?8, allowed_providers = ?9,
                requests_per_minute = ?10, tokens_per_minute = ?11
             WHERE hash = ?1",
        )?
        .execute(params![
            key.hash.to_string(),
            key.name,
            key.disabled,
            key.limit.map(Usd::to_nanos),
            key.limit_reset.map(LimitReset::as_str),
            key.expires_at.map(Timestamp::to_millis),
            key.updated_at.map(Timestamp::to_millis),
            names_to_json(key.allowed_models.as_deref()),
            names_to_json(key.allowed_providers.as_deref()),
            key.requests_per_minute,
            key.tokens_per_minute,
        ])?;
    Ok(())
}

fn update(
    connection: &Connection,
    account: &AccountId,
    hash: KeyHash,
    change: &KeyChange,
) -> Result<Option<KeyDetails>, StoreError> {
    let Some(mut details) = details(connection, account, hash)? else {
        return Ok(None);
    };
    change.apply(&mut details.key, now(connection)?)?;
    store(connection, &details.key)?;
    Ok(Some(details))
}

fn details(
    connection: &Connection,
    account: &AccountId,
    hash: KeyHash,
) -> Result<Option<KeyDetails>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM keys WHERE hash = ?1 AND account = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let parameters = params![hash.to_string(), account.as_str()];
    let found = statement
        .query_row(parameters, |row| Ok((key(row), row.get("usage")?)))
        .optional()?;
    let Some((key, total)) = found else {
        return Ok(None);
    };
    let now = now(connection)?;
    with_usage(connection, key?, Usd::from_nanos(total), now).map(Some)
}

fn with_usage(
    connection: &Connection,
    key: Key,
    total: Usd,
    now: Timestamp,
) -> Result<KeyDetails, StoreError> {
    let hash = key.hash.to_string();
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(sum(max(granted - spent, 0)), 0) FROM leases
         WHERE kind = 'key' AND owner = ?1",
    )?;
    let reserved = statement.query_row([&hash], |row| row.get(0))?;
    let in_window = |reset| window_usage(connection, &hash, Some(reset), total, now);
    let usage = KeyUsage {
        total,
        daily: in_window(LimitReset::Daily)?,
        weekly: in_window(LimitReset::Weekly)?,
        monthly: in_window(LimitReset::Monthly)?,
        reserved: Usd::from_nanos(reserved),
    };
    Ok(KeyDetails { key, usage })
}

/// Returns the charges of a key in the current window; `total` if it has none.
pub(super) fn window_usage(
    connection: &Connection,
    hash: &str,
    reset: Option<LimitReset>,
    total: Usd,
    now: Timestamp,
) -> Result<Usd, StoreError> {
    let Some(reset) = reset else {
        return Ok(total);
    };
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(sum(cost), 0) FROM key_usage WHERE key = ?1 AND day >= ?2",
    )?;
    let start = reset.window_start(now.day()).to_number();
    let nanos = statement.query_row(params![hash, start], |row| row.get(0))?;
    Ok(Usd::from_nanos(nanos))
}

fn key(row: &Row<'_>) -> Result<Key, StoreError> {
    let hash: String = row.get("hash")?;
    let account: String = row.get("account")?;
    let time =
        |name| Ok::<_, StoreError>(row.get::<_, Option<i64>>(name)?.map(Timestamp::from_millis));
    let reset: Option<String> = row.get("limit_reset")?;
    let reset = reset.map(|reset| reset.parse()).transpose();
    let names = |name: &'static str| names_from_json(row.get(name)?, name);
    Ok(Key {
        hash: hash.parse().map_err(|_| StoreError::unreadable("hash"))?,
        account: AccountId::stored(&account),
        name: row.get("name")?,
        label: row.get("label")?,
        disabled: row.get("disabled")?,
        management: row.get("management")?,
        limit: row
            .get::<_, Option<i64>>("spending_limit")?
            .map(Usd::from_nanos),
        limit_reset: reset.map_err(|_| StoreError::unreadable("limit_reset"))?,
        expires_at: time("expires_at")?,
        created_at: Timestamp::from_millis(row.get("created_at")?),
        updated_at: time("updated_at")?,
        last_used_at: time("last_used_at")?,
        creator: row.get("creator")?,
        allowed_models: names("allowed_models")?,
        allowed_providers: names("allowed_providers")?,
        requests_per_minute: row.get("requests_per_minute")?,
        tokens_per_minute: row.get("tokens_per_minute")?,
    })
}

fn names_to_json(names: Option<&[String]>) -> Option<String> {
    names.map(|names| serde_json::Value::from(names).to_string())
}

fn names_from_json(json: Option<String>, column: &str) -> Result<Option<Vec<String>>, StoreError> {
    let names = json.map(|json| serde_json::from_str(&json)).transpose();
    names.map_err(|_| StoreError::unreadable(column))
}
