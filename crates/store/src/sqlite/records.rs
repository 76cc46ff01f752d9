//! Records in SQLite.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::leases::budget;
use super::{SqliteStore, now};
use crate::backend::{ActivityKey, ActivitySums, Batch, Stored, charge, leases_of};
use crate::error::StoreError;
use crate::id::{AccountId, BudgetId};
use crate::ledger::Reservation;
use crate::record::{ActivityQuery, ActivityRow, ClientFields, GenerationRecord, Settlement};
use crate::store::{ExportQuery, RecordStore, Removed, Retention, Scope, StoreFuture, Written};
use crate::time::{Day, Timestamp};
use crate::usd::Usd;

/// Number of completed days in the activity.
const ACTIVITY_DAYS: i64 = 30;

impl RecordStore for SqliteStore {
    fn write_settlements(&self, batch: Arc<[Settlement]>) -> StoreFuture<'_, Written> {
        self.write(move |connection| write(connection, &batch))
    }

    fn generation(&self, id: &str, scope: Scope) -> StoreFuture<'_, Option<GenerationRecord>> {
        let id = id.to_owned();
        self.read(move |connection| {
            let (sql, owner) = match scope {
                Scope::Account(account) => (
                    "SELECT record, client FROM generations WHERE id = ?1 AND account = ?2",
                    account.as_str().to_owned(),
                ),
                Scope::Key(hash) => (
                    "SELECT record, client FROM generations WHERE id = ?1 AND key = ?2",
                    hash.to_string(),
                ),
            };
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_row([id, owner], |row| Ok(record(row)));
            found.optional()?.transpose()
        })
    }

    fn activity(&self, query: ActivityQuery) -> StoreFuture<'_, Vec<ActivityRow>> {
        self.read(move |connection| {
            let today = now(connection)?.day();
            let mut statement = connection.prepare_cached(
                "SELECT day, model, permaslug, endpoint, provider, sum(requests), sum(cost),
                        sum(prompt), sum(completion), sum(reasoning), sum(cached)
                 FROM activity
                 WHERE account = ?1 AND day >= ?2 AND day < ?3
                   AND (?4 IS NULL OR day = ?4) AND (?5 IS NULL OR key = ?5)
                 GROUP BY day, model, permaslug, endpoint, provider
                 ORDER BY day DESC, model, permaslug, endpoint, provider",
            )?;
            let rows = statement.query_map(
                params![
                    query.account.as_str(),
                    today.minus(ACTIVITY_DAYS).to_number(),
                    today.to_number(),
                    query.day.map(Day::to_number),
                    query.key.map(|key| key.to_string()),
                ],
                activity_row,
            )?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn export(&self, query: ExportQuery) -> StoreFuture<'_, Vec<GenerationRecord>> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT record, client FROM generations
                 WHERE (completed_at, id) > (?1, ?2) AND completed_at >= ?3 AND completed_at < ?4
                   AND (?5 IS NULL OR account = ?5)
                 ORDER BY completed_at, id LIMIT ?6",
            )?;
            let after = query.after.as_ref();
            let mut rows = statement.query(params![
                after.map_or(i64::MIN, |after| after.completed_at.to_millis()),
                after.map_or("", |after| after.id.as_str()),
                query.since.map_or(i64::MIN, Timestamp::to_millis),
                query.until.map_or(i64::MAX, Timestamp::to_millis),
                query.account.as_ref().map(AccountId::as_str),
                query.page(),
            ])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                records.push(record(row)?);
            }
            Ok(records)
        })
    }

    fn clean(&self, retention: Retention) -> StoreFuture<'_, Removed> {
        self.write(move |connection| super::retention::clean(connection, &retention))
    }
}

fn write(connection: &Connection, settlements: &[Settlement]) -> Result<Written, StoreError> {
    let now = now(connection)?;
    let removed_before = removed_before(connection)?;
    let mut new = Vec::new();
    let mut written = Written::default();
    for settlement in settlements {
        let stored = Stored::new(settlement, now)?;
        let is_outdated = stored.record.completed_at < removed_before;
        if is_outdated && !exists(connection, &stored.record.id)? {
            written.outdated.push(stored.record.id);
        } else if insert(connection, &stored)? {
            new.push(stored);
        }
    }
    written.new = new.len();
    let batch = Batch::new(new.iter());
    for (id, charges) in &batch.budgets {
        let mut state = budget(connection, id, now)?.unwrap_or_default();
        for lease in leases_of(charges) {
            let mut statement = connection.prepare_cached(
                "SELECT granted, spent, version FROM leases
                 WHERE kind = ?1 AND owner = ?2 AND process = ?3 AND number = ?4",
            )?;
            let parameters = params![id.kind(), id.owner(), lease.process.as_str(), lease.number];
            let found = statement.query_row(parameters, |row| {
                let (granted, spent) = (row.get(0)?, row.get(1)?);
                let (granted, spent) = (Usd::from_nanos(granted), Usd::from_nanos(spent));
                Ok(Reservation::new(granted, spent, row.get(2)?))
            });
            let found = found.optional()?;
            state.leases.extend(found.map(|found| (lease, found)));
        }
        let charged = charge(state, id, charges);
        for (lease, reservation) in &charged.leases {
            connection
                .prepare_cached(
                    "UPDATE leases SET spent = ?5
                     WHERE kind = ?1 AND owner = ?2 AND process = ?3 AND number = ?4",
                )?
                .execute(params![
                    id.kind(),
                    id.owner(),
                    lease.process.as_str(),
                    lease.number,
                    reservation.spent.to_nanos(),
                ])?;
        }
        let cost = charged.cost.to_nanos();
        match id {
            BudgetId::Account(account) => {
                connection
                    .prepare_cached("UPDATE accounts SET usage = usage + ?2 WHERE id = ?1")?
                    .execute(params![account.as_str(), cost])?;
            }
            BudgetId::Key(hash) => {
                let hash = hash.to_string();
                connection
                    .prepare_cached(
                        "UPDATE keys SET usage = usage + ?2,
                            last_used_at = max(coalesce(last_used_at, ?3), ?3)
                         WHERE hash = ?1",
                    )?
                    .execute(params![hash, cost, charged.last.to_millis()])?;
                for (day, cost) in &charged.days {
                    connection
                        .prepare_cached(
                            "INSERT INTO key_usage (key, day, cost) VALUES (?1, ?2, ?3)
                             ON CONFLICT DO UPDATE SET cost = cost + ?3",
                        )?
                        .execute(params![hash, day.to_number(), cost.to_nanos()])?;
                }
            }
        }
        written.excesses.extend(charged.excesses);
    }
    for (row, sums) in &batch.activity {
        add_activity(connection, row, sums)?;
    }
    Ok(written)
}

/// Returns the time before which records may have been removed.
fn removed_before(connection: &Connection) -> Result<Timestamp, StoreError> {
    let mut statement = connection.prepare_cached("SELECT \"before\" FROM removed_records")?;
    let before = statement.query_row([], |row| row.get(0))?;
    Ok(Timestamp::from_millis(before))
}

fn exists(connection: &Connection, id: &str) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM generations WHERE id = ?1")?;
    Ok(statement.exists([id])?)
}

/// Returns `true` if the record is new.
fn insert(connection: &Connection, stored: &Stored) -> Result<bool, StoreError> {
    let record = &stored.record;
    let tokens = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
    let inserted = connection
        .prepare_cached(
            "INSERT INTO generations (id, account, key, completed_at, model, provider, endpoint,
                outcome, cost, prompt_tokens, completion_tokens, client, record)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            record.id,
            record.account.as_str(),
            record.key.map(|key| key.to_string()),
            record.completed_at.to_millis(),
            record.model,
            record.provider,
            record.endpoint,
            record.outcome.as_str(),
            record.cost.to_nanos(),
            tokens(record.tokens.prompt),
            tokens(record.tokens.completion),
            stored.client_json,
            stored.record_json,
        ])?;
    Ok(inserted > 0)
}

fn add_activity(
    connection: &Connection,
    row: &ActivityKey,
    sums: &ActivitySums,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO activity (account, day, key, model, permaslug, endpoint, provider,
                requests, cost, prompt, completion, reasoning, cached)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT DO UPDATE SET requests = requests + ?8, cost = cost + ?9,
                prompt = prompt + ?10, completion = completion + ?11,
                reasoning = reasoning + ?12, cached = cached + ?13",
        )?
        .execute(params![
            row.account,
            row.day.to_number(),
            row.key,
            row.model,
            row.permaslug,
            row.endpoint,
            row.provider,
            sums.requests,
            sums.cost.to_nanos(),
            sums.prompt,
            sums.completion,
            sums.reasoning,
            sums.cached,
        ])?;
    Ok(())
}

fn record(row: &Row<'_>) -> Result<GenerationRecord, StoreError> {
    let (json, client): (String, Option<String>) = (row.get(0)?, row.get(1)?);
    let unreadable = |_| StoreError::unreadable("record");
    let mut record: GenerationRecord = serde_json::from_str(&json).map_err(unreadable)?;
    if let Some(client) = client {
        let client: ClientFields = serde_json::from_str(&client).map_err(unreadable)?;
        record.client = client;
    }
    Ok(record)
}

fn activity_row(row: &Row<'_>) -> rusqlite::Result<ActivityRow> {
    Ok(ActivityRow {
        day: Day::from_number(row.get(0)?),
        model: row.get(1)?,
        model_permaslug: row.get(2)?,
        endpoint: row.get(3)?,
        provider: row.get(4)?,
        requests: row.get(5)?,
        cost: Usd::from_nanos(row.get(6)?),
        prompt_tokens: row.get(7)?,
        completion_tokens: row.get(8)?,
        reasoning_tokens: row.get(9)?,
        cached_tokens: row.get(10)?,
    })
}
