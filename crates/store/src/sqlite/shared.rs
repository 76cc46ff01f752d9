//! The shared state in SQLite. One server uses a file, so it is shared with no other one; the state
//! survives a restart.

use rusqlite::{Connection, params};

use super::{SqliteStore, now};
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

impl SharedStore for SqliteStore {
    fn take_rate(&self, request: RateRequest) -> StoreFuture<'_, RateGrant> {
        self.write(move |connection| {
            let now = now(connection)?;
            let minute = now.to_millis().div_euclid(60_000);
            let (key, kind) = (request.key.to_string(), request.kind.as_str());
            connection
                .prepare_cached(
                    "INSERT INTO rates (key, kind, minute, taken) VALUES (?1, ?2, ?3, 0)
                     ON CONFLICT DO NOTHING",
                )?
                .execute(params![key, kind, minute])?;
            let mut statement = connection.prepare_cached(
                "SELECT taken FROM rates WHERE key = ?1 AND kind = ?2 AND minute = ?3",
            )?;
            let taken: i64 = statement.query_row(params![key, kind, minute], |row| row.get(0))?;
            let granted = request.grant(taken);
            let taken = taken + i64::from(request.used) + i64::from(granted);
            connection
                .prepare_cached(
                    "UPDATE rates SET taken = ?4 WHERE key = ?1 AND kind = ?2 AND minute = ?3",
                )?
                .execute(params![key, kind, minute, taken])?;
            Ok(RateGrant::new(granted, request.limit, taken, now))
        })
    }

    fn put_conversations(&self, served: Vec<ServedConversation>) -> StoreFuture<'_, ()> {
        self.write(move |connection| {
            let now = now(connection)?.to_millis();
            for served in &served {
                connection
                    .prepare_cached(
                        "INSERT INTO conversations (conversation, endpoint, at) VALUES (?1, ?2, ?3)
                         ON CONFLICT DO UPDATE SET endpoint = ?2, at = ?3",
                    )?
                    .execute(params![served.conversation, served.endpoint, now])?;
            }
            Ok(())
        })
    }

    fn conversations_since(
        &self,
        since: Timestamp,
        count: u32,
    ) -> StoreFuture<'_, Vec<ServedConversation>> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT conversation, endpoint, at FROM conversations WHERE at >= ?1
                 ORDER BY at DESC LIMIT ?2",
            )?;
            let rows = statement.query_map(params![since.to_millis(), count], |row| {
                Ok(ServedConversation {
                    conversation: row.get(0)?,
                    endpoint: row.get(1)?,
                    at: Timestamp::from_millis(row.get(2)?),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn put_outages(&self, process: ProcessId, counts: Vec<EndpointCounts>) -> StoreFuture<'_, ()> {
        self.write(move |connection| {
            for counts in &counts {
                connection
                    .prepare_cached(
                        "INSERT INTO outages (endpoint, process, second, attempts, failures)
                         VALUES (?1, ?2, ?3, ?4, ?5)
                         ON CONFLICT DO UPDATE SET
                            attempts = attempts + ?4, failures = failures + ?5",
                    )?
                    .execute(params![
                        counts.endpoint,
                        process.as_str(),
                        counts.at.to_millis().div_euclid(1000),
                        counts.attempts,
                        counts.failures,
                    ])?;
            }
            Ok(())
        })
    }

    fn outages_since(
        &self,
        process: ProcessId,
        since: Timestamp,
    ) -> StoreFuture<'_, Vec<EndpointCounts>> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT endpoint, second * 1000, sum(attempts), sum(failures) FROM outages
                 WHERE process <> ?1 AND second >= ?2
                 GROUP BY endpoint, second ORDER BY endpoint, second",
            )?;
            let since = since.to_millis().div_euclid(1000);
            let rows = statement.query_map(params![process.as_str(), since], |row| {
                Ok(EndpointCounts {
                    endpoint: row.get(0)?,
                    at: Timestamp::from_millis(row.get(1)?),
                    attempts: row.get(2)?,
                    failures: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// Removes shared state that has expired.
pub(super) fn clean(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let now = now.to_millis();
    let seconds = now.div_euclid(1000);
    for (sql, before) in [
        (
            "DELETE FROM conversations WHERE at < ?1",
            now - CONVERSATION_MILLIS,
        ),
        (
            "DELETE FROM outages WHERE second < ?1",
            seconds - OUTAGE_SECONDS,
        ),
        (
            "DELETE FROM rates WHERE minute < ?1",
            now.div_euclid(60_000),
        ),
    ] {
        connection.prepare_cached(sql)?.execute([before])?;
    }
    Ok(())
}
