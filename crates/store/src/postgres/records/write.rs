//! [`write`]: writes a batch with a fixed number of statements, whatever its size.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::retention::take_outdated;
use crate::backend::{Batch, BudgetState, Charged, Stored, charge, leases_of};
use crate::error::StoreError;
use crate::id::{BudgetId, LeaseId, ProcessId};
use crate::ledger::Reservation;
use crate::postgres::pool::{Transaction, TransactionFuture};
use crate::postgres::{column, now};
use crate::record::Settlement;
use crate::store::Written;
use crate::time::Timestamp;
use crate::usd::Usd;

pub(super) fn write<'t>(
    transaction: &'t Transaction<'t>,
    settlements: &'t Arc<[Settlement]>,
) -> TransactionFuture<'t, Written> {
    Box::pin(async move {
        let now = now(transaction).await?;
        let mut stored = BTreeMap::new(); // sorted, so that all transactions lock in one order
        for settlement in settlements.iter() {
            let one = Stored::new(settlement, now)?;
            stored.entry(one.record.id.clone()).or_insert(one);
        }
        let mut written = Written {
            outdated: take_outdated(transaction, &mut stored).await?,
            ..Written::default()
        };
        let new = insert(transaction, &stored).await?;
        written.new = new.len();
        let settlements = stored.iter().filter(|(id, _)| new.contains(*id));
        let batch = Batch::new(settlements.map(|(_, stored)| stored));
        let limited = lock_budgets(transaction, &batch).await?;
        let mut leases = leases(transaction, &batch).await?;
        let mut charged = Vec::new();
        for (id, charges) in &batch.budgets {
            let state = BudgetState {
                limit: limited.contains(id).then_some(Usd::MAX),
                charged: Usd::ZERO,
                leases: leases.remove(id).unwrap_or_default(),
            };
            let mut result = charge(state, id, charges);
            written.excesses.append(&mut result.excesses);
            charged.push((id, result));
        }
        update_leases(transaction, &charged).await?;
        update_accounts(transaction, &charged).await?;
        update_keys(transaction, &charged).await?;
        add_activity(transaction, &batch).await?;
        Ok(written)
    })
}

/// Stores the records whose id is new, and returns these ids.
async fn insert(
    transaction: &Transaction<'_>,
    stored: &BTreeMap<String, Stored>,
) -> Result<HashSet<String>, StoreError> {
    if stored.is_empty() {
        return Ok(HashSet::new());
    }
    let records = || stored.values().map(|stored| &stored.record);
    let keys: Vec<_> = records()
        .map(|record| record.key.map(|key| key.to_string()))
        .collect();
    let sql = "INSERT INTO generations (id, account, key, completed_at, model, provider, endpoint,
            outcome, cost, prompt_tokens, completion_tokens, client, record)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[],
            $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[],
            $12::text[], $13::text[])
         ON CONFLICT DO NOTHING RETURNING id";
    let rows = transaction
        .rows(
            sql,
            &[
                &list(records(), |record| record.id.as_str()),
                &list(records(), |record| record.account.as_str()),
                &keys,
                &list(records(), |record| record.completed_at.to_millis()),
                &list(records(), |record| record.model.as_str()),
                &list(records(), |record| record.provider.as_deref()),
                &list(records(), |record| record.endpoint.as_deref()),
                &list(records(), |record| record.outcome.as_str()),
                &list(records(), |record| record.cost.to_nanos()),
                &list(records(), |record| tokens(record.tokens.prompt)),
                &list(records(), |record| tokens(record.tokens.completion)),
                &list(stored.values(), |stored| stored.client_json.as_deref()),
                &list(stored.values(), |stored| stored.record_json.as_str()),
            ],
        )
        .await?;
    rows.iter().map(|row| column(row, 0)).collect()
}

fn list<'a, S: 'a, T>(items: impl Iterator<Item = &'a S>, member: impl Fn(&'a S) -> T) -> Vec<T> {
    items.map(member).collect()
}

fn tokens(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

/// Locks the budgets of a batch, accounts first, and returns those that have a limit.
async fn lock_budgets(
    transaction: &Transaction<'_>,
    batch: &Batch,
) -> Result<HashSet<BudgetId>, StoreError> {
    let mut limited = HashSet::new();
    for (kind, sql) in [
        (
            "account",
            "SELECT id, credits IS NOT NULL FROM accounts
             WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        ),
        (
            "key",
            "SELECT hash, spending_limit IS NOT NULL FROM keys
             WHERE hash = ANY($1) ORDER BY hash FOR NO KEY UPDATE",
        ),
    ] {
        let budgets = batch.budgets.keys().filter(|budget| budget.kind() == kind);
        let owners: Vec<String> = budgets.map(BudgetId::owner).collect();
        if owners.is_empty() {
            continue;
        }
        for row in transaction.rows(sql, &[&owners]).await? {
            if column(&row, 1)? {
                limited.extend(BudgetId::from_parts(kind, column(&row, 0)?));
            }
        }
    }
    Ok(limited)
}

/// The leases of budgets.
type Leases = BTreeMap<BudgetId, Vec<(LeaseId, Reservation)>>;

/// Returns the leases that pay for a batch.
async fn leases(transaction: &Transaction<'_>, batch: &Batch) -> Result<Leases, StoreError> {
    let mut leases = Leases::new();
    let mut columns: (Vec<_>, Vec<_>, Vec<_>, Vec<_>) = Default::default();
    for (budget, charges) in &batch.budgets {
        for lease in leases_of(charges) {
            columns.0.push(budget.kind());
            columns.1.push(budget.owner());
            columns.2.push(lease.process.as_str().to_owned());
            columns.3.push(lease.number);
        }
    }
    if columns.0.is_empty() {
        return Ok(leases);
    }
    let sql = "SELECT kind, owner, process, number, granted, spent, version
         FROM leases JOIN unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
            AS paying (kind, owner, process, number) USING (kind, owner, process, number)";
    let values = [
        &columns.0 as _,
        &columns.1 as _,
        &columns.2 as _,
        &columns.3 as _,
    ];
    for row in transaction.rows(sql, &values).await? {
        let budget = BudgetId::from_parts(column(&row, 0)?, column(&row, 1)?);
        let budget = budget.ok_or_else(|| StoreError::unreadable("kind"))?;
        let id = LeaseId::new(ProcessId::stored(column(&row, 2)?), column(&row, 3)?);
        let granted = Usd::from_nanos(column(&row, 4)?);
        let spent = Usd::from_nanos(column(&row, 5)?);
        let lease = Reservation::new(granted, spent, column(&row, 6)?);
        leases.entry(budget).or_default().push((id, lease));
    }
    Ok(leases)
}

async fn update_leases(
    transaction: &Transaction<'_>,
    charged: &[(&BudgetId, Charged)],
) -> Result<(), StoreError> {
    let mut columns: (Vec<_>, Vec<_>, Vec<_>, Vec<_>, Vec<_>) = Default::default();
    for (budget, charged) in charged {
        for (id, lease) in &charged.leases {
            columns.0.push(budget.kind());
            columns.1.push(budget.owner());
            columns.2.push(id.process.as_str());
            columns.3.push(id.number);
            columns.4.push(lease.spent.to_nanos());
        }
    }
    if columns.0.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE leases SET spent = paying.spent
         FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
            AS paying (kind, owner, process, number, spent)
         WHERE leases.kind = paying.kind AND leases.owner = paying.owner
           AND leases.process = paying.process AND leases.number = paying.number";
    let values = [
        &columns.0 as _,
        &columns.1 as _,
        &columns.2 as _,
        &columns.3 as _,
        &columns.4 as _,
    ];
    transaction.execute(sql, &values).await?;
    Ok(())
}

async fn update_accounts(
    transaction: &Transaction<'_>,
    charged: &[(&BudgetId, Charged)],
) -> Result<(), StoreError> {
    for (budget, charged) in charged {
        if let BudgetId::Account(account) = budget {
            let sql = "UPDATE accounts SET usage = usage + $2 WHERE id = $1";
            let values = [&account.as_str() as _, &charged.cost.to_nanos() as _];
            transaction.execute(sql, &values).await?;
        }
    }
    Ok(())
}

async fn update_keys(
    transaction: &Transaction<'_>,
    charged: &[(&BudgetId, Charged)],
) -> Result<(), StoreError> {
    let mut keys: (Vec<_>, Vec<_>, Vec<_>) = Default::default();
    let mut days: (Vec<_>, Vec<_>, Vec<_>) = Default::default();
    for (budget, charged) in charged {
        let BudgetId::Key(hash) = budget else {
            continue;
        };
        keys.0.push(hash.to_string());
        keys.1.push(charged.cost.to_nanos());
        keys.2.push(Timestamp::to_millis(charged.last));
        for (day, cost) in &charged.days {
            days.0.push(hash.to_string());
            days.1.push(day.to_number());
            days.2.push(cost.to_nanos());
        }
    }
    if keys.0.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE keys SET usage = usage + paid.cost,
            last_used_at = greatest(last_used_at, paid.last)
         FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS paid (key, cost, last)
         WHERE keys.hash = paid.key";
    transaction
        .execute(sql, &[&keys.0, &keys.1, &keys.2])
        .await?;
    let sql = "INSERT INTO key_usage (key, day, cost)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
         ON CONFLICT (key, day) DO UPDATE SET cost = key_usage.cost + excluded.cost";
    transaction
        .execute(sql, &[&days.0, &days.1, &days.2])
        .await?;
    Ok(())
}

async fn add_activity(transaction: &Transaction<'_>, batch: &Batch) -> Result<(), StoreError> {
    if batch.activity.is_empty() {
        return Ok(());
    }
    let rows = || batch.activity.keys();
    let sums = || batch.activity.values();
    let sql = "INSERT INTO activity (account, day, key, model, permaslug, endpoint, provider,
            requests, cost, prompt, completion, reasoning, cached)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[],
            $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
            $12::bigint[], $13::bigint[])
         ON CONFLICT (account, day, key, model, permaslug, endpoint, provider) DO UPDATE SET
            requests = activity.requests + excluded.requests,
            cost = activity.cost + excluded.cost,
            prompt = activity.prompt + excluded.prompt,
            completion = activity.completion + excluded.completion,
            reasoning = activity.reasoning + excluded.reasoning,
            cached = activity.cached + excluded.cached";
    transaction
        .execute(
            sql,
            &[
                &list(rows(), |row| row.account.as_str()),
                &list(rows(), |row| row.day.to_number()),
                &list(rows(), |row| row.key.as_str()),
                &list(rows(), |row| row.model.as_str()),
                &list(rows(), |row| row.permaslug.as_str()),
                &list(rows(), |row| row.endpoint.as_str()),
                &list(rows(), |row| row.provider.as_str()),
                &list(sums(), |sums| sums.requests),
                &list(sums(), |sums| sums.cost.to_nanos()),
                &list(sums(), |sums| sums.prompt),
                &list(sums(), |sums| sums.completion),
                &list(sums(), |sums| sums.reasoning),
                &list(sums(), |sums| sums.cached),
            ],
        )
        .await?;
    Ok(())
}
