//! Leases in PostgreSQL.

use std::time::Duration;

use super::pool::{Transaction, TransactionFuture};
use super::{NOW, PostgresStore, column};
use crate::backend::{BudgetState, grant};
use crate::error::StoreError;
use crate::id::{BudgetId, LeaseId, ProcessId};
use crate::ledger::Reservation;
use crate::store::{Change, Heartbeat, LeaseAnswer, LeaseRequest, LeaseStore, StoreFuture};
use crate::time::{Day, LimitReset, Timestamp, millis};
use crate::usd::Usd;

impl LeaseStore for PostgresStore {
    fn heartbeat(&self, process: ProcessId, lifetime: Duration) -> StoreFuture<'_, Heartbeat> {
        self.write((process, millis(lifetime)), heartbeat)
    }

    fn lease(&self, request: LeaseRequest) -> StoreFuture<'_, LeaseAnswer> {
        self.write(request, lease)
    }

    fn end_process(&self, process: ProcessId) -> StoreFuture<'_, ()> {
        self.write(process, |transaction, process| {
            Box::pin(async move {
                let sql = "DELETE FROM processes WHERE id = $1";
                transaction.execute(sql, &[&process.as_str()]).await?;
                Ok(())
            })
        })
    }
}

fn heartbeat<'t>(
    transaction: &'t Transaction<'t>,
    (process, lifetime): &'t (ProcessId, i64),
) -> TransactionFuture<'t, Heartbeat> {
    Box::pin(async move {
        // Leases are removed with their process. One that another transaction works on is skipped.
        let sql = format!(
            "DELETE FROM processes WHERE id IN
             (SELECT id FROM processes WHERE expires_at < {NOW} FOR UPDATE SKIP LOCKED)"
        );
        transaction.execute(&sql, &[]).await?;
        let sql = format!(
            "UPDATE processes SET expires_at = {NOW} + $2 WHERE id = $1 AND expires_at >= {NOW}"
        );
        let id = process.as_str();
        let known = transaction.execute(&sql, &[&id, lifetime]).await? > 0;
        if !known {
            // The process may have been skipped above.
            let sql = "DELETE FROM leases WHERE process = $1";
            transaction.execute(sql, &[&id]).await?;
            let sql = format!(
                "INSERT INTO processes (id, expires_at) VALUES ($1, {NOW} + $2)
                 ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at"
            );
            transaction.execute(&sql, &[&id, lifetime]).await?;
        }
        let sql =
            format!("SELECT {NOW}, (SELECT count(*) FROM processes WHERE expires_at >= {NOW})");
        let row = transaction.one(&sql, &[]).await?;
        let (now, processes): (i64, i64) = (column(&row, 0)?, column(&row, 1)?);
        let processes = u32::try_from(processes).unwrap_or(u32::MAX);
        Ok(Heartbeat::new(
            Timestamp::from_millis(now),
            known,
            processes,
        ))
    })
}

fn lease<'t>(
    transaction: &'t Transaction<'t>,
    request: &'t LeaseRequest,
) -> TransactionFuture<'t, LeaseAnswer> {
    Box::pin(async move {
        // The lock keeps the process from being removed.
        let sql = format!(
            "SELECT {NOW}, (SELECT count(*) FROM processes WHERE expires_at >= {NOW})
             FROM processes WHERE id = $1 AND expires_at >= {NOW} FOR KEY SHARE"
        );
        let process = request.lease.process.as_str();
        let Some(row) = transaction.optional(&sql, &[&process]).await? else {
            return Ok(LeaseAnswer::Lost);
        };
        let now = Timestamp::from_millis(column(&row, 0)?);
        let processes: i64 = column(&row, 1)?;
        let Some(mut state) = lock_budget(transaction, &request.budget, now.day()).await? else {
            return Ok(LeaseAnswer::Missing);
        };
        let (kind, owner) = (request.budget.kind(), request.budget.owner());
        let sql = "SELECT process, number, granted, spent, version, expires_at < $3
             FROM leases JOIN processes ON processes.id = process WHERE kind = $1 AND owner = $2";
        let mut expired = Vec::new();
        for row in transaction
            .rows(sql, &[&kind, &owner, &now.to_millis()])
            .await?
        {
            let id = LeaseId::new(ProcessId::stored(column(&row, 0)?), column(&row, 1)?);
            if column(&row, 5)? {
                expired.push(id.clone());
            }
            let granted = Usd::from_nanos(column(&row, 2)?);
            let spent = Usd::from_nanos(column(&row, 3)?);
            state
                .leases
                .push((id, Reservation::new(granted, spent, column(&row, 4)?)));
        }
        let processes = u32::try_from(processes).unwrap_or(u32::MAX);
        let decision = grant(state, &expired, processes, request);
        for id in &expired {
            let sql = "DELETE FROM leases
                 WHERE kind = $1 AND owner = $2 AND process = $3 AND number = $4";
            let values = [
                &kind as _,
                &owner as _,
                &id.process.as_str() as _,
                &id.number as _,
            ];
            transaction.execute(sql, &values).await?;
        }
        if let Some(lease) = decision.lease {
            let sql = "INSERT INTO leases (kind, owner, process, number, granted, spent, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (kind, owner, process, number)
                 DO UPDATE SET granted = $5, spent = $6, version = $7";
            transaction
                .execute(
                    sql,
                    &[
                        &kind,
                        &owner,
                        &process,
                        &request.lease.number,
                        &lease.granted.to_nanos(),
                        &lease.spent.to_nanos(),
                        &lease.version,
                    ],
                )
                .await?;
        }
        if let LeaseAnswer::Refused { leased, .. } = decision.answer
            && leased > Usd::ZERO
        {
            let change = Change::Short(request.budget.clone()).to_text();
            let sql = "SELECT pg_notify('orouter_changes', $1)";
            transaction.rows(sql, &[&change]).await?;
        }
        Ok(decision.answer)
    })
}

/// Locks a budget and returns it without its leases; `None` if it does not exist.
async fn lock_budget(
    transaction: &Transaction<'_>,
    budget: &BudgetId,
    today: Day,
) -> Result<Option<BudgetState>, StoreError> {
    let owner = budget.owner();
    let sql = match budget {
        BudgetId::Account(_) => {
            "SELECT credits, usage, NULL::text FROM accounts WHERE id = $1 FOR NO KEY UPDATE"
        }
        BudgetId::Key(_) => {
            "SELECT spending_limit, usage, limit_reset FROM keys WHERE hash = $1 FOR NO KEY UPDATE"
        }
    };
    let Some(row) = transaction.optional(sql, &[&owner]).await? else {
        return Ok(None);
    };
    let limit: Option<i64> = column(&row, 0)?;
    let mut charged = Usd::from_nanos(column(&row, 1)?);
    if let Some(reset) = column::<Option<&str>>(&row, 2)? {
        let reset: LimitReset = reset
            .parse()
            .map_err(|_| StoreError::unreadable("limit_reset"))?;
        let start = reset.window_start(today).to_number();
        let sql =
            "SELECT coalesce(sum(cost), 0)::bigint FROM key_usage WHERE key = $1 AND day >= $2";
        let row = transaction.one(sql, &[&owner, &start]).await?;
        charged = Usd::from_nanos(column(&row, 0)?);
    }
    Ok(Some(BudgetState {
        limit: limit.map(Usd::from_nanos),
        charged,
        leases: Vec::new(),
    }))
}
