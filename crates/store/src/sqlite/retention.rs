//! Removes old rows from SQLite.

use rusqlite::{Connection, params};

use super::now;
use crate::backend::SUMS_KEPT_DAYS;
use crate::error::StoreError;
use crate::store::{Removed, Retention};

/// Maximum number of rows that one call of [`clean`] changes in each table.
const CLEAN_ROWS: u32 = 1_000;

pub(super) fn clean(connection: &Connection, retention: &Retention) -> Result<Removed, StoreError> {
    let remove = |sql: &str, before: i64| -> Result<u64, StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.execute(params![before, CLEAN_ROWS])? as u64)
    };
    let mut removed = Removed::default();
    if let Some(before) = retention.client_fields_before {
        removed.client_fields = remove(
            "UPDATE generations SET client = NULL WHERE id IN (
                SELECT id FROM generations
                WHERE client IS NOT NULL AND completed_at < ?1 LIMIT ?2)",
            before.to_millis(),
        )?;
    }
    if let Some(before) = retention.records_before {
        // The order keeps the time before which records come too late as early as possible.
        let sql = "DELETE FROM generations WHERE id IN (
                SELECT id FROM generations WHERE completed_at < ?1 ORDER BY completed_at LIMIT ?2)
             RETURNING completed_at";
        let mut statement = connection.prepare_cached(sql)?;
        let times =
            statement.query_map(params![before.to_millis(), CLEAN_ROWS], |row| row.get(0))?;
        let times = times.collect::<Result<Vec<i64>, _>>()?;
        removed.records = times.len() as u64;
        if let Some(last) = times.into_iter().max() {
            let sql = "UPDATE removed_records SET \"before\" = max(\"before\", ?1)";
            connection.prepare_cached(sql)?.execute([last + 1])?;
        }
    }
    let now = now(connection)?;
    let day = now.day().minus(SUMS_KEPT_DAYS).to_number();
    let key_sums = remove(
        "DELETE FROM key_usage WHERE (key, day) IN (
            SELECT key, day FROM key_usage WHERE day < ?1 LIMIT ?2)",
        day,
    )?;
    let activity = remove(
        "DELETE FROM activity WHERE (account, day, key, model, permaslug, endpoint, provider) IN (
            SELECT account, day, key, model, permaslug, endpoint, provider FROM activity
            WHERE day < ?1 LIMIT ?2)",
        day,
    )?;
    removed.sums = key_sums + activity;
    super::shared::clean(connection, now)?;
    let counts = [removed.client_fields, removed.records, key_sums, activity];
    removed.more = counts.contains(&u64::from(CLEAN_ROWS));
    Ok(removed)
}
