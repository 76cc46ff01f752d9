//! Records in PostgreSQL: [`write`] writes batches, [`retention`] removes, this file reads.

mod retention;
mod write;

use std::sync::Arc;

use super::pool::Row;
use super::{PostgresStore, column, now};
use crate::error::StoreError;
use crate::id::AccountId;
use crate::record::{ActivityQuery, ActivityRow, ClientFields, GenerationRecord, Settlement};
use crate::store::{ExportQuery, RecordStore, Removed, Retention, Scope, StoreFuture, Written};
use crate::time::{Day, Timestamp};
use crate::usd::Usd;

/// Number of completed days in the activity.
const ACTIVITY_DAYS: i64 = 30;

impl RecordStore for PostgresStore {
    fn write_settlements(&self, batch: Arc<[Settlement]>) -> StoreFuture<'_, Written> {
        self.write(batch, write::write)
    }

    fn generation(&self, id: &str, scope: Scope) -> StoreFuture<'_, Option<GenerationRecord>> {
        self.read((id.to_owned(), scope), |transaction, (id, scope)| {
            Box::pin(async move {
                if id.contains('\0') {
                    return Ok(None); // PostgreSQL stores no NUL in a text
                }
                let (sql, owner) = match scope {
                    Scope::Account(account) => (
                        "SELECT record, client FROM generations WHERE id = $1 AND account = $2",
                        account.as_str().to_owned(),
                    ),
                    Scope::Key(hash) => (
                        "SELECT record, client FROM generations WHERE id = $1 AND key = $2",
                        hash.to_string(),
                    ),
                };
                let row = transaction.optional(sql, &[id, &owner]).await?;
                row.as_ref().map(record).transpose()
            })
        })
    }

    fn activity(&self, query: ActivityQuery) -> StoreFuture<'_, Vec<ActivityRow>> {
        self.read(query, |transaction, query| {
            Box::pin(async move {
                let today = now(transaction).await?.day();
                let sql = "SELECT day, model, permaslug, endpoint, provider, sum(requests)::bigint,
                        sum(cost)::bigint, sum(prompt)::bigint, sum(completion)::bigint,
                        sum(reasoning)::bigint, sum(cached)::bigint
                     FROM activity
                     WHERE account = $1 AND day >= $2 AND day < $3
                       AND ($4::bigint IS NULL OR day = $4) AND ($5::text IS NULL OR key = $5)
                     GROUP BY day, model, permaslug, endpoint, provider
                     ORDER BY day DESC, model, permaslug, endpoint, provider";
                let rows = transaction
                    .rows(
                        sql,
                        &[
                            &query.account.as_str(),
                            &today.minus(ACTIVITY_DAYS).to_number(),
                            &today.to_number(),
                            &query.day.map(Day::to_number),
                            &query.key.map(|key| key.to_string()),
                        ],
                    )
                    .await?;
                rows.iter().map(activity_row).collect()
            })
        })
    }

    fn export(&self, query: ExportQuery) -> StoreFuture<'_, Vec<GenerationRecord>> {
        self.read(query, |transaction, query| {
            Box::pin(async move {
                let sql = "SELECT record, client FROM generations
                     WHERE (completed_at, id) > ($1, $2)
                       AND completed_at >= $3 AND completed_at < $4
                       AND ($5::text IS NULL OR account = $5)
                     ORDER BY completed_at, id LIMIT $6";
                let after = query.after.as_ref();
                let account = query.account.as_ref().map(AccountId::as_str);
                let rows = transaction
                    .rows(
                        sql,
                        &[
                            &after.map_or(i64::MIN, |after| after.completed_at.to_millis()),
                            &after.map_or("", |after| after.id.as_str()),
                            &query.since.map_or(i64::MIN, Timestamp::to_millis),
                            &query.until.map_or(i64::MAX, Timestamp::to_millis),
                            &account,
                            &query.page(),
                        ],
                    )
                    .await?;
                rows.iter().map(record).collect()
            })
        })
    }

    fn clean(&self, retention: Retention) -> StoreFuture<'_, Removed> {
        self.write(retention, |transaction, retention| {
            Box::pin(retention::clean(transaction, retention))
        })
    }
}

fn record(row: &Row) -> Result<GenerationRecord, StoreError> {
    let unreadable = |_| StoreError::unreadable("record");
    let mut record: GenerationRecord = serde_json::from_str(column(row, 0)?).map_err(unreadable)?;
    if let Some(client) = column::<Option<&str>>(row, 1)? {
        let client: ClientFields = serde_json::from_str(client).map_err(unreadable)?;
        record.client = client;
    }
    Ok(record)
}

fn activity_row(row: &Row) -> Result<ActivityRow, StoreError> {
    let count = |index| {
        let count: i64 = column(row, index)?;
        Ok::<_, StoreError>(u64::try_from(count).unwrap_or(0))
    };
    Ok(ActivityRow {
        day: Day::from_number(column(row, 0)?),
        model: column(row, 1)?,
        model_permaslug: column(row, 2)?,
        endpoint: column(row, 3)?,
        provider: column(row, 4)?,
        requests: count(5)?,
        cost: Usd::from_nanos(column(row, 6)?),
        prompt_tokens: count(7)?,
        completion_tokens: count(8)?,
        reasoning_tokens: count(9)?,
        cached_tokens: count(10)?,
    })
}
