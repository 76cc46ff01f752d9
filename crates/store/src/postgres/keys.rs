//! API keys in PostgreSQL.

use super::pool::{Row, Transaction, TransactionFuture};
use super::{NOW, PostgresStore, column, now};
use crate::error::StoreError;
use crate::id::AccountId;
use crate::key::{Key, KeyChange, KeyDetails, KeyUsage, NewKey};
use crate::secret::{ApiKey, KeyHash};
use crate::store::{CachedKey, ChangeFeed, KeyFilter, KeyStore, StoreFuture};
use crate::time::{Day, LimitReset, Timestamp};
use crate::usd::Usd;

const COLUMNS: &str =
    "hash, account, name, label, disabled, management, spending_limit, limit_reset,
    expires_at, keys.created_at, updated_at, last_used_at, creator, allowed_models,
    allowed_providers, requests_per_minute, tokens_per_minute";

/// Index of the first column after [`COLUMNS`].
const NEXT: usize = 17;

/// The usage of a key: total, reserved, and the charges since the days $1, $2 and $3.
const USAGE: &str = "keys.usage,
    (SELECT coalesce(sum(greatest(granted - spent, 0)), 0)::bigint FROM leases
     WHERE kind = 'key' AND owner = keys.hash),
    (SELECT coalesce(sum(cost), 0)::bigint FROM key_usage WHERE key = keys.hash AND day >= $1),
    (SELECT coalesce(sum(cost), 0)::bigint FROM key_usage WHERE key = keys.hash AND day >= $2),
    (SELECT coalesce(sum(cost), 0)::bigint FROM key_usage WHERE key = keys.hash AND day >= $3)";

impl KeyStore for PostgresStore {
    fn create_key(&self, new: NewKey, secret: &ApiKey) -> StoreFuture<'_, KeyDetails> {
        self.write((new, secret.clone()), create)
    }

    fn find_key(&self, hash: KeyHash) -> StoreFuture<'_, Option<CachedKey>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT {COLUMNS}, credits IS NOT NULL
                 FROM keys JOIN accounts ON accounts.id = account WHERE hash = $1"
            );
            let found = self
                .shared
                .pool
                .optional(&sql, &[&hash.to_string()])
                .await?;
            let Some(row) = found else {
                return Ok(None);
            };
            Ok(Some(CachedKey::new(key(&row)?, column(&row, NEXT)?)))
        })
    }

    fn key(&self, account: AccountId, hash: KeyHash) -> StoreFuture<'_, Option<KeyDetails>> {
        self.read((account, hash), |transaction, (account, hash)| {
            Box::pin(details(transaction, account, *hash))
        })
    }

    fn keys(&self, filter: KeyFilter) -> StoreFuture<'_, Vec<KeyDetails>> {
        self.read(filter, |transaction, filter| {
            Box::pin(async move {
                let [daily, weekly, monthly] = windows(now(transaction).await?.day());
                let sql = format!(
                    "SELECT {COLUMNS}, {USAGE} FROM keys
                     WHERE account = $4 AND ($5 OR NOT disabled)
                       AND ($6 OR expires_at IS NULL OR expires_at > {NOW})
                     ORDER BY created_at DESC, hash LIMIT $7 OFFSET $8"
                );
                let rows = transaction
                    .rows(
                        &sql,
                        &[
                            &daily,
                            &weekly,
                            &monthly,
                            &filter.account.as_str(),
                            &filter.include_disabled,
                            &filter.include_expired,
                            &i64::from(filter.count),
                            &i64::from(filter.offset),
                        ],
                    )
                    .await?;
                rows.iter().map(with_usage).collect()
            })
        })
    }

    fn update_key(
        &self,
        account: AccountId,
        hash: KeyHash,
        change: KeyChange,
    ) -> StoreFuture<'_, Option<KeyDetails>> {
        self.write(
            (account, hash, change),
            |transaction, (account, hash, change)| {
                Box::pin(async move {
                    let sql = "SELECT 1 FROM keys WHERE hash = $1 FOR UPDATE";
                    transaction.optional(sql, &[&hash.to_string()]).await?;
                    let Some(mut details) = details(transaction, account, *hash).await? else {
                        return Ok(None);
                    };
                    change.apply(&mut details.key, now(transaction).await?)?;
                    store(transaction, &details.key).await?;
                    Ok(Some(details))
                })
            },
        )
    }

    fn delete_key(&self, account: AccountId, hash: KeyHash) -> StoreFuture<'_, bool> {
        self.write((account, hash), |transaction, (account, hash)| {
            Box::pin(async move {
                let sql = "DELETE FROM keys WHERE hash = $1 AND account = $2";
                let owner = hash.to_string();
                let deleted = transaction
                    .execute(sql, &[&owner, &account.as_str()])
                    .await?
                    > 0;
                if deleted {
                    let sql = "DELETE FROM leases WHERE kind = 'key' AND owner = $1";
                    transaction.execute(sql, &[&owner]).await?;
                }
                Ok(deleted)
            })
        })
    }

    fn changes(&self) -> ChangeFeed {
        self.shared.changes.subscribe()
    }
}

fn create<'t>(
    transaction: &'t Transaction<'t>,
    (new, secret): &'t (NewKey, ApiKey),
) -> TransactionFuture<'t, KeyDetails> {
    Box::pin(async move {
        let key = new.to_key(secret, now(transaction).await?)?;
        let sql = "SELECT 1 FROM accounts WHERE id = $1";
        if transaction
            .optional(sql, &[&key.account.as_str()])
            .await?
            .is_none()
        {
            return Err(StoreError::invalid(
                "account",
                "must be an existing account",
            ));
        }
        let sql = "INSERT INTO keys (hash, account, label, management, created_at, creator, name, disabled)
             VALUES ($1, $2, $3, $4, $5, $6, '', false)";
        transaction
            .execute(
                sql,
                &[
                    &key.hash.to_string(),
                    &key.account.as_str(),
                    &key.label,
                    &key.management,
                    &key.created_at.to_millis(),
                    &key.creator,
                ],
            )
            .await?;
        store(transaction, &key).await?;
        Ok(KeyDetails {
            key,
            usage: KeyUsage::default(),
        })
    })
}

/// Stores the values of a key that can be changed.
async fn store(transaction: &Transaction<'_>, key: &Key) -> Result<(), StoreError> {
    let sql = "UPDATE keys SET name = $2, disabled = $3, spending_limit = $4, limit_reset = $5,
            expires_at = $6, updated_at = $7, allowed_models = $8, allowed_providers = $9,
            requests_per_minute = $10, tokens_per_minute = $11
         WHERE hash = $1";
    transaction
        .execute(
            sql,
            &[
                &key.hash.to_string(),
                &key.name,
                &key.disabled,
                &key.limit.map(Usd::to_nanos),
                &key.limit_reset.map(LimitReset::as_str),
                &key.expires_at.map(Timestamp::to_millis),
                &key.updated_at.map(Timestamp::to_millis),
                &names_to_json(key.allowed_models.as_deref()),
                &names_to_json(key.allowed_providers.as_deref()),
                &key.requests_per_minute.map(i64::from),
                &key.tokens_per_minute.map(i64::from),
            ],
        )
        .await?;
    Ok(())
}

async fn details(
    transaction: &Transaction<'_>,
    account: &AccountId,
    hash: KeyHash,
) -> Result<Option<KeyDetails>, StoreError> {
    let [daily, weekly, monthly] = windows(now(transaction).await?.day());
    let sql = format!("SELECT {COLUMNS}, {USAGE} FROM keys WHERE hash = $4 AND account = $5");
    let hash = hash.to_string();
    let values = [
        &daily as _,
        &weekly as _,
        &monthly as _,
        &hash as _,
        &account.as_str() as _,
    ];
    let row = transaction.optional(&sql, &values).await?;
    row.as_ref().map(with_usage).transpose()
}

/// Returns the first days of the windows that contain a day.
fn windows(day: Day) -> [i64; 3] {
    [LimitReset::Daily, LimitReset::Weekly, LimitReset::Monthly]
        .map(|reset| reset.window_start(day).to_number())
}

fn with_usage(row: &Row) -> Result<KeyDetails, StoreError> {
    let amount = |index| Ok::<_, StoreError>(Usd::from_nanos(column(row, NEXT + index)?));
    Ok(KeyDetails {
        key: key(row)?,
        usage: KeyUsage {
            total: amount(0)?,
            reserved: amount(1)?,
            daily: amount(2)?,
            weekly: amount(3)?,
            monthly: amount(4)?,
        },
    })
}

fn key(row: &Row) -> Result<Key, StoreError> {
    let time =
        |index| Ok::<_, StoreError>(column::<Option<i64>>(row, index)?.map(Timestamp::from_millis));
    let number = |index| {
        let number = column::<Option<i64>>(row, index)?;
        Ok::<_, StoreError>(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
    };
    let hash: &str = column(row, 0)?;
    let reset: Option<&str> = column(row, 7)?;
    let reset = reset.map(str::parse).transpose();
    Ok(Key {
        hash: hash.parse().map_err(|_| StoreError::unreadable("hash"))?,
        account: AccountId::stored(column(row, 1)?),
        name: column(row, 2)?,
        label: column(row, 3)?,
        disabled: column(row, 4)?,
        management: column(row, 5)?,
        limit: column::<Option<i64>>(row, 6)?.map(Usd::from_nanos),
        limit_reset: reset.map_err(|_| StoreError::unreadable("limit_reset"))?,
        expires_at: time(8)?,
        created_at: Timestamp::from_millis(column(row, 9)?),
        updated_at: time(10)?,
        last_used_at: time(11)?,
        creator: column(row, 12)?,
        allowed_models: names_from_json(column(row, 13)?, "allowed_models")?,
        allowed_providers: names_from_json(column(row, 14)?, "allowed_providers")?,
        requests_per_minute: number(15)?,
        tokens_per_minute: number(16)?,
    })
}

fn names_to_json(names: Option<&[String]>) -> Option<String> {
    names.map(|names| serde_json::Value::from(names).to_string())
}

fn names_from_json(json: Option<&str>, column: &str) -> Result<Option<Vec<String>>, StoreError> {
    let names = json.map(serde_json::from_str).transpose();
    names.map_err(|_| StoreError::unreadable(column))
}
