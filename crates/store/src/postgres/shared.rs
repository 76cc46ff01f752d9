//! The shared state in PostgreSQL.

use super::pool::Transaction;
use super::{NOW, PostgresStore, column, now};
use crate::error::StoreError;
use crate::id::ProcessId;
use crate::store::{
    EndpointCounts, RateGrant, RateRequest, ServedConversation, SharedStore, StoreFuture,
};
use crate::time::Timestamp;

/// Time after which conversations are removed, in milliseconds.
const CONVERSATION_MILLIS: i64 = 600_000;

/// Time after which counts of outages are removed, in seconds.
const OUTAGE_SECONDS: i64 = 60;

impl SharedStore for PostgresStore {
    fn take_rate(&self, request: RateRequest) -> StoreFuture<'_, RateGrant> {
        self.write(request, |transaction, request| {
            Box::pin(async move {
                let now = now(transaction).await?;
                let minute = now.to_millis().div_euclid(60_000);
                let (key, kind) = (request.key.to_string(), request.kind.as_str());
                // The update locks the row, so that the part is taken before another one is.
                let sql = "INSERT INTO rates (key, kind, minute, taken) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (key, kind, minute)
                     DO UPDATE SET taken = rates.taken + excluded.taken RETURNING taken";
                let used = i64::from(request.used);
                let row = transaction.one(sql, &[&key, &kind, &minute, &used]).await?;
                let taken: i64 = column(&row, 0)?;
                let granted = request.grant(taken - used);
                let sql = "UPDATE rates SET taken = taken + $4
                     WHERE key = $1 AND kind = $2 AND minute = $3";
                let more = i64::from(granted);
                transaction
                    .execute(sql, &[&key, &kind, &minute, &more])
                    .await?;
                Ok(RateGrant::new(granted, request.limit, taken + more, now))
            })
        })
    }

    fn put_conversations(&self, served: Vec<ServedConversation>) -> StoreFuture<'_, ()> {
        self.write(served, |transaction, served| {
            Box::pin(async move {
                // Sorted, so that all transactions lock in one order, and the last one of each.
                let latest: std::collections::BTreeMap<_, _> = served
                    .iter()
                    .map(|served| (served.conversation.as_str(), served.endpoint.as_str()))
                    .collect();
                let conversations: Vec<_> = latest.keys().copied().collect();
                let endpoints: Vec<_> = latest.values().copied().collect();
                let sql = format!(
                    "INSERT INTO conversations (conversation, endpoint, at)
                     SELECT conversation, endpoint, {NOW}
                     FROM unnest($1::text[], $2::text[]) AS served (conversation, endpoint)
                     ON CONFLICT (conversation)
                     DO UPDATE SET endpoint = excluded.endpoint, at = excluded.at"
                );
                transaction
                    .execute(&sql, &[&conversations, &endpoints])
                    .await?;
                Ok(())
            })
        })
    }

    fn conversations_since(
        &self,
        since: Timestamp,
        count: u32,
    ) -> StoreFuture<'_, Vec<ServedConversation>> {
        self.read((since, count), |transaction, (since, count)| {
            Box::pin(async move {
                let sql = "SELECT conversation, endpoint, at FROM conversations WHERE at >= $1
                     ORDER BY at DESC LIMIT $2";
                let values = [&since.to_millis() as _, &i64::from(*count) as _];
                let rows = transaction.rows(sql, &values).await?;
                let served = rows.iter().map(|row| {
                    Ok(ServedConversation {
                        conversation: column(row, 0)?,
                        endpoint: column(row, 1)?,
                        at: Timestamp::from_millis(column(row, 2)?),
                    })
                });
                served.collect()
            })
        })
    }

    fn put_outages(&self, process: ProcessId, counts: Vec<EndpointCounts>) -> StoreFuture<'_, ()> {
        self.write((process, counts), |transaction, (process, counts)| {
            Box::pin(async move {
                let sql = "INSERT INTO outages (endpoint, process, second, attempts, failures)
                     SELECT endpoint, $1, second, sum(attempts)::bigint, sum(failures)::bigint
                     FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
                        AS counted (endpoint, second, attempts, failures)
                     GROUP BY endpoint, second
                     ON CONFLICT (endpoint, process, second) DO UPDATE SET
                        attempts = outages.attempts + excluded.attempts,
                        failures = outages.failures + excluded.failures";
                let seconds: Vec<_> = counts
                    .iter()
                    .map(|it| it.at.to_millis().div_euclid(1000))
                    .collect();
                let endpoints: Vec<_> = counts.iter().map(|it| it.endpoint.as_str()).collect();
                let attempts: Vec<_> = counts.iter().map(|it| i64::from(it.attempts)).collect();
                let failures: Vec<_> = counts.iter().map(|it| i64::from(it.failures)).collect();
                let values = [
                    &process.as_str() as _,
                    &endpoints as _,
                    &seconds as _,
                    &attempts as _,
                    &failures as _,
                ];
                transaction.execute(sql, &values).await?;
                Ok(())
            })
        })
    }

    fn outages_since(
        &self,
        process: ProcessId,
        since: Timestamp,
    ) -> StoreFuture<'_, Vec<EndpointCounts>> {
        self.read((process, since), |transaction, (process, since)| {
            Box::pin(async move {
                let sql =
                    "SELECT endpoint, second * 1000, sum(attempts)::bigint, sum(failures)::bigint
                     FROM outages WHERE process <> $1 AND second >= $2
                     GROUP BY endpoint, second ORDER BY endpoint, second";
                let since = since.to_millis().div_euclid(1000);
                let rows = transaction.rows(sql, &[&process.as_str(), &since]).await?;
                let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
                let counts = rows.iter().map(|row| {
                    Ok(EndpointCounts {
                        endpoint: column(row, 0)?,
                        at: Timestamp::from_millis(column(row, 1)?),
                        attempts: count(column(row, 2)?),
                        failures: count(column(row, 3)?),
                    })
                });
                counts.collect()
            })
        })
    }
}

/// Removes shared state that has expired.
pub(super) async fn clean(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let now = now(transaction).await?.to_millis();
    let seconds = now.div_euclid(1000);
    for (sql, before) in [
        (
            "DELETE FROM conversations WHERE at < $1",
            now - CONVERSATION_MILLIS,
        ),
        (
            "DELETE FROM outages WHERE second < $1",
            seconds - OUTAGE_SECONDS,
        ),
        (
            "DELETE FROM rates WHERE minute < $1",
            now.div_euclid(60_000),
        ),
    ] {
        transaction.execute(sql, &[&before]).await?;
    }
    Ok(())
}
