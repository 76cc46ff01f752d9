//! Leases in SQLite.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::keys::window_usage;
use super::{SqliteStore, now};
use crate::backend::{BudgetState, grant};
use crate::error::StoreError;
use crate::id::{BudgetId, LeaseId, ProcessId};
use crate::ledger::Reservation;
use crate::store::{Change, Heartbeat, LeaseAnswer, LeaseRequest, LeaseStore, StoreFuture};
use crate::time::Timestamp;
use crate::usd::Usd;

impl LeaseStore for SqliteStore {
    fn heartbeat(&self, process: ProcessId, lifetime: Duration) -> StoreFuture<'_, Heartbeat> {
        self.write(move |connection| {
            let now = now(connection)?;
            // Leases are removed with their process.
            connection
                .prepare_cached("DELETE FROM processes WHERE expires_at < ?1")?
                .execute([now.to_millis()])?;
            let expires_at = now.plus(lifetime).to_millis();
            let known = connection
                .prepare_cached("UPDATE processes SET expires_at = ?2 WHERE id = ?1")?
                .execute(params![process.as_str(), expires_at])?
                > 0;
            if !known {
                connection
                    .prepare_cached("INSERT INTO processes (id, expires_at) VALUES (?1, ?2)")?
                    .execute(params![process.as_str(), expires_at])?;
            }
            Ok(Heartbeat::new(now, known, processes(connection, now)?))
        })
    }

    fn lease(&self, request: LeaseRequest) -> StoreFuture<'_, LeaseAnswer> {
        Box::pin(async move {
            let budget = request.budget.clone();
            let answer = self
                .write(move |connection| lease(connection, &request))
                .await?;
            if let LeaseAnswer::Refused { leased, .. } = answer
                && leased > Usd::ZERO
            {
                self.shared.changes.send(Change::Short(budget));
            }
            Ok(answer)
        })
    }

    fn end_process(&self, process: ProcessId) -> StoreFuture<'_, ()> {
        self.write(move |connection| {
            connection
                .prepare_cached("DELETE FROM processes WHERE id = ?1")?
                .execute([process.as_str()])?;
            Ok(())
        })
    }
}

fn processes(connection: &Connection, now: Timestamp) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM processes WHERE expires_at >= ?1";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([now.to_millis()], |row| row.get(0))?)
}

fn lease(connection: &Connection, request: &LeaseRequest) -> Result<LeaseAnswer, StoreError> {
    let now = now(connection)?;
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM processes WHERE id = ?1 AND expires_at >= ?2")?;
    let process = request.lease.process.as_str();
    if !statement.exists(params![process, now.to_millis()])? {
        return Ok(LeaseAnswer::Lost);
    }
    let Some(mut state) = budget(connection, &request.budget, now)? else {
        return Ok(LeaseAnswer::Missing);
    };
    let mut expired = Vec::new();
    let mut statement = connection.prepare_cached(
        "SELECT process, number, granted, spent, version, expires_at < ?3
         FROM leases JOIN processes ON processes.id = process WHERE kind = ?1 AND owner = ?2",
    )?;
    let (kind, owner) = (request.budget.kind(), request.budget.owner());
    let mut rows = statement.query(params![kind, owner, now.to_millis()])?;
    while let Some(row) = rows.next()? {
        let process: String = row.get(0)?;
        let id = LeaseId::new(ProcessId::stored(&process), row.get(1)?);
        if row.get(5)? {
            expired.push(id.clone());
        }
        let (granted, spent) = (Usd::from_nanos(row.get(2)?), Usd::from_nanos(row.get(3)?));
        state
            .leases
            .push((id, Reservation::new(granted, spent, row.get(4)?)));
    }
    let decision = grant(state, &expired, processes(connection, now)?, request);
    for id in &expired {
        connection
            .prepare_cached(
                "DELETE FROM leases
                 WHERE kind = ?1 AND owner = ?2 AND process = ?3 AND number = ?4",
            )?
            .execute(params![kind, owner, id.process.as_str(), id.number])?;
    }
    if let Some(lease) = decision.lease {
        connection
            .prepare_cached(
                "INSERT INTO leases (kind, owner, process, number, granted, spent, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT DO UPDATE SET granted = ?5, spent = ?6, version = ?7",
            )?
            .execute(params![
                kind,
                owner,
                process,
                request.lease.number,
                lease.granted.to_nanos(),
                lease.spent.to_nanos(),
                lease.version,
            ])?;
    }
    Ok(decision.answer)
}

/// Returns a budget without its leases; `None` if it does not exist.
pub(super) fn budget(
    connection: &Connection,
    budget: &BudgetId,
    now: Timestamp,
) -> Result<Option<BudgetState>, StoreError> {
    let owner = budget.owner();
    let sql = match budget {
        BudgetId::Account(_) => "SELECT credits, usage, NULL FROM accounts WHERE id = ?1",
        BudgetId::Key(_) => "SELECT spending_limit, usage, limit_reset FROM keys WHERE hash = ?1",
    };
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement
        .query_row([&owner], |row| {
            let limit: Option<i64> = row.get(0)?;
            let reset: Option<String> = row.get(2)?;
            Ok((limit, row.get(1)?, reset))
        })
        .optional()?;
    let Some((limit, usage, reset)) = found else {
        return Ok(None);
    };
    let reset = reset.map(|reset| reset.parse()).transpose();
    let reset = reset.map_err(|_| StoreError::unreadable("limit_reset"))?;
    Ok(Some(BudgetState {
        limit: limit.map(Usd::from_nanos),
        charged: window_usage(connection, &owner, reset, Usd::from_nanos(usage), now)?,
        leases: Vec::new(),
    }))
}
