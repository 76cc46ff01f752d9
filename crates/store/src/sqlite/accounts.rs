//! Accounts in SQLite.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{SqliteStore, now};
use crate::account::{Account, CreditGrant};
use crate::error::StoreError;
use crate::id::AccountId;
use crate::store::{AccountStore, Change, StoreFuture};
use crate::time::Timestamp;
use crate::usd::Usd;

impl AccountStore for SqliteStore {
    fn create_account(&self, id: AccountId) -> StoreFuture<'_, ()> {
        self.write(move |connection| {
            let created_at = now(connection)?.to_millis();
            connection
                .prepare_cached(
                    "INSERT INTO accounts (id, created_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                )?
                .execute(params![id.as_str(), created_at])?;
            Ok(())
        })
    }

    fn account(&self, id: AccountId) -> StoreFuture<'_, Option<Account>> {
        self.read(move |connection| account(connection, &id))
    }

    fn add_credits(&self, grant: CreditGrant) -> StoreFuture<'_, Option<Account>> {
        Box::pin(async move {
            grant.check()?;
            let change = Change::Account(grant.account.clone());
            let account = self
                .write(move |connection| add(connection, &grant))
                .await?;
            self.shared.changes.send(change);
            Ok(account)
        })
    }
}

fn account(connection: &Connection, id: &AccountId) -> Result<Option<Account>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT credits, usage, created_at,
                (SELECT coalesce(sum(max(granted - spent, 0)), 0) FROM leases
                 WHERE kind = 'account' AND owner = accounts.id)
         FROM accounts WHERE id = ?1",
    )?;
    let account = statement.query_row([id.as_str()], |row| {
        Ok(Account {
            id: id.clone(),
            credits: row.get::<_, Option<i64>>(0)?.map(Usd::from_nanos),
            usage: Usd::from_nanos(row.get(1)?),
            created_at: Timestamp::from_millis(row.get(2)?),
            reserved: Usd::from_nanos(row.get(3)?),
        })
    });
    Ok(account.optional()?)
}

fn add(connection: &Connection, grant: &CreditGrant) -> Result<Option<Account>, StoreError> {
    let Some(before) = account(connection, &grant.account)? else {
        return Ok(None);
    };
    let added = connection
        .prepare_cached(
            "INSERT INTO credit_grants (id, account, amount, note, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            grant.id,
            grant.account.as_str(),
            grant.amount.to_nanos(),
            grant.note,
            now(connection)?.to_millis(),
        ])?;
    if added > 0 {
        let credits = before.credits.unwrap_or_default() + grant.amount;
        connection
            .prepare_cached("UPDATE accounts SET credits = ?2 WHERE id = ?1")?
            .execute(params![grant.account.as_str(), credits.to_nanos()])?;
    }
    account(connection, &grant.account)
}
