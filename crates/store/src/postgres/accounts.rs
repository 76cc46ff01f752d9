//! Accounts in PostgreSQL.

use super::pool::{Transaction, TransactionFuture};
use super::{NOW, PostgresStore, column};
use crate::account::{Account, CreditGrant};
use crate::error::StoreError;
use crate::id::AccountId;
use crate::store::{AccountStore, StoreFuture};
use crate::time::Timestamp;
use crate::usd::Usd;

impl AccountStore for PostgresStore {
    fn create_account(&self, id: AccountId) -> StoreFuture<'_, ()> {
        self.write(id, |transaction, id| {
            Box::pin(async move {
                let sql = format!(
                    "INSERT INTO accounts (id, created_at) VALUES ($1, {NOW}) ON CONFLICT DO NOTHING"
                );
                transaction.execute(&sql, &[&id.as_str()]).await?;
                Ok(())
            })
        })
    }

    fn account(&self, id: AccountId) -> StoreFuture<'_, Option<Account>> {
        self.read(id, |transaction, id| Box::pin(account(transaction, id)))
    }

    fn add_credits(&self, grant: CreditGrant) -> StoreFuture<'_, Option<Account>> {
        Box::pin(async move {
            grant.check()?;
            self.write(grant, add).await
        })
    }
}

async fn account(
    transaction: &Transaction<'_>,
    id: &AccountId,
) -> Result<Option<Account>, StoreError> {
    let sql = "SELECT credits, usage, created_at,
            (SELECT coalesce(sum(greatest(granted - spent, 0)), 0)::bigint FROM leases
             WHERE kind = 'account' AND owner = accounts.id)
         FROM accounts WHERE id = $1";
    let Some(row) = transaction.optional(sql, &[&id.as_str()]).await? else {
        return Ok(None);
    };
    Ok(Some(Account {
        id: id.clone(),
        credits: column::<Option<i64>>(&row, 0)?.map(Usd::from_nanos),
        usage: Usd::from_nanos(column(&row, 1)?),
        created_at: Timestamp::from_millis(column(&row, 2)?),
        reserved: Usd::from_nanos(column(&row, 3)?),
    }))
}

fn add<'t>(
    transaction: &'t Transaction<'t>,
    grant: &'t CreditGrant,
) -> TransactionFuture<'t, Option<Account>> {
    Box::pin(async move {
        let id = grant.account.as_str();
        let sql = "SELECT credits FROM accounts WHERE id = $1 FOR UPDATE";
        let Some(row) = transaction.optional(sql, &[&id]).await? else {
            return Ok(None);
        };
        let before = Usd::from_nanos(column::<Option<i64>>(&row, 0)?.unwrap_or_default());
        let amount = grant.amount.to_nanos();
        let sql = format!(
            "INSERT INTO credit_grants (id, account, amount, note, created_at)
             VALUES ($1, $2, $3, $4, {NOW}) ON CONFLICT DO NOTHING"
        );
        let added = transaction
            .execute(&sql, &[&grant.id, &id, &amount, &grant.note])
            .await?;
        if added > 0 {
            let credits = (before + grant.amount).to_nanos();
            let sql = "UPDATE accounts SET credits = $2 WHERE id = $1";
            transaction.execute(sql, &[&id, &credits]).await?;
        }
        account(transaction, &grant.account).await
    })
}
