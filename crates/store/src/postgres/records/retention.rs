//! Removes old rows from PostgreSQL, and recognises records that come after their time was removed.

use std::collections::{BTreeMap, HashSet};

use crate::backend::{SUMS_KEPT_DAYS, Stored};
use crate::error::StoreError;
use crate::postgres::pool::Transaction;
use crate::postgres::{column, now, shared};
use crate::store::{Removed, Retention};
use crate::time::Timestamp;

/// Maximum number of rows that one call of [`clean`] changes in each table.
const CLEAN_ROWS: i64 = 1_000;

pub(super) async fn clean(
    transaction: &Transaction<'_>,
    retention: &Retention,
) -> Result<Removed, StoreError> {
    let mut removed = Removed::default();
    if let Some(before) = retention.client_fields_before {
        let sql = "UPDATE generations SET client = NULL WHERE id IN (
                SELECT id FROM generations
                WHERE client IS NOT NULL AND completed_at < $1 LIMIT $2)";
        let values = [&before.to_millis() as _, &CLEAN_ROWS as _];
        removed.client_fields = transaction.execute(sql, &values).await?;
    }
    if let Some(before) = retention.records_before {
        removed.records = remove_records(transaction, before).await?;
    }
    let day = now(transaction).await?.day().minus(SUMS_KEPT_DAYS);
    let values = [&day.to_number() as _, &CLEAN_ROWS as _];
    let sql = "DELETE FROM key_usage WHERE ctid IN (
            SELECT ctid FROM key_usage WHERE day < $1 LIMIT $2)";
    let key_sums = transaction.execute(sql, &values).await?;
    let sql = "DELETE FROM activity WHERE ctid IN (
            SELECT ctid FROM activity WHERE day < $1 LIMIT $2)";
    let activity = transaction.execute(sql, &values).await?;
    removed.sums = key_sums + activity;
    shared::clean(transaction).await?;
    let counts = [removed.client_fields, removed.records, key_sums, activity];
    removed.more = counts.contains(&CLEAN_ROWS.unsigned_abs());
    Ok(removed)
}

async fn remove_records(
    transaction: &Transaction<'_>,
    before: Timestamp,
) -> Result<u64, StoreError> {
    // Batches wait, so that none has read the time that changes here.
    let sql = "SELECT 1 FROM removed_records FOR UPDATE";
    transaction.optional(sql, &[]).await?;
    // The order keeps the time before which records come too late as early as possible.
    let sql = "WITH removed AS (
            DELETE FROM generations WHERE id IN (
                SELECT id FROM generations WHERE completed_at < $1 ORDER BY completed_at LIMIT $2)
            RETURNING completed_at)
         SELECT count(*), max(completed_at) FROM removed";
    let row = transaction
        .one(sql, &[&before.to_millis(), &CLEAN_ROWS])
        .await?;
    let count: i64 = column(&row, 0)?;
    if let Some(last) = column::<Option<i64>>(&row, 1)? {
        let sql = "UPDATE removed_records SET \"before\" = greatest(\"before\", $1)";
        transaction.execute(sql, &[&(last + 1)]).await?;
    }
    Ok(count.unsigned_abs())
}

/// Takes records out of a batch that may have been charged and removed before, and returns their ids.
pub(super) async fn take_outdated(
    transaction: &Transaction<'_>,
    stored: &mut BTreeMap<String, Stored>,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT \"before\" FROM removed_records FOR SHARE";
    let before = Timestamp::from_millis(column(&transaction.one(sql, &[]).await?, 0)?);
    let old = stored.iter();
    let old = old.filter(|(_, stored)| stored.record.completed_at < before);
    let mut outdated: Vec<String> = old.map(|(id, _)| id.clone()).collect();
    if !outdated.is_empty() {
        let sql = "SELECT id FROM generations WHERE id = ANY($1)";
        let known = transaction.rows(sql, &[&outdated]).await?;
        let known = known.iter().map(|row| column(row, 0));
        let known = known.collect::<Result<HashSet<String>, _>>()?;
        outdated.retain(|id| !known.contains(id));
    }
    for id in &outdated {
        stored.remove(id);
    }
    Ok(outdated)
}
