//! [`Leases::start`]: the task that renews the registration, returns what is not used, and reacts to
//! changes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use super::budget::Keep;
use super::leases::{Leases, heartbeat_interval};
use super::options::LeaseOptions;
use crate::id::{BudgetId, ProcessId};
use crate::store::{Change, Store};

/// Time after which a failed heartbeat is repeated.
const RETRY: Duration = Duration::from_millis(500);

impl Leases {
    /// Starts the leases of a process, with a task that renews them. `process` must be new. A database
    /// that does not answer is asked again later.
    #[must_use]
    pub fn start(store: Arc<dyn Store>, process: ProcessId, options: LeaseOptions) -> Self {
        let leases = Self::new(store, process, options);
        leases.set_task(tokio::spawn(maintain(leases.clone())));
        leases
    }
}

/// Runs until the leases are stopped. The parts do not wait for each other: a slow database takes long
/// to take back the leases of many budgets, and the registration must be renewed meanwhile.
async fn maintain(leases: Leases) {
    let mut stop = leases.shared.stop.subscribe();
    let lost = Notify::new();
    tokio::select! {
        () = stopped(&mut stop) => {}
        () = renew(&leases, &lost) => {}
        () = cover_lost(&leases, &lost) => {}
        () = sweep(&leases) => {}
        () = react_to_changes(&leases) => {}
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await; // an error: the leases were dropped
}

/// Renews the registration, and notifies `lost` if the leases so far have expired.
async fn renew(leases: &Leases, lost: &Notify) {
    let interval = heartbeat_interval(&leases.shared.options);
    loop {
        let number = leases.shared.registration.number();
        let registered = leases.register().await;
        if leases.shared.registration.number() != number {
            lost.notify_one();
        }
        if let Err(error) = &registered {
            tracing::warn!(%error, "the leases of this process are not renewed");
        }
        let wait = if registered.is_ok() {
            interval
        } else {
            RETRY.min(interval)
        };
        sleep(wait).await;
    }
}

/// Extends the new leases to what is reserved, after the earlier ones have expired.
async fn cover_lost(leases: &Leases, lost: &Notify) {
    loop {
        lost.notified().await;
        for budget in leases.known_budgets() {
            leases.cover(&budget).await;
        }
    }
}

/// Returns what is not used, and extends what does not cover its reservations.
async fn sweep(leases: &Leases) {
    loop {
        sleep(leases.shared.options.idle / 2).await;
        for budget in leases.known_budgets() {
            if !leases.is_paused() {
                leases.reduce(&budget, Keep::WhatIsUsed).await;
                leases.cover(&budget).await;
            }
        }
    }
}

async fn react_to_changes(leases: &Leases) {
    let mut changes = leases.shared.store.changes();
    while let Some(change) = changes.next().await {
        react(leases, change).await;
    }
    std::future::pending::<()>().await;
}

async fn react(leases: &Leases, change: Change) {
    let budgets = match change {
        Change::Key(hash) => leases
            .known_budget(&BudgetId::Key(hash))
            .into_iter()
            .collect(),
        Change::Account(account) => {
            let budget = leases.known_budget(&BudgetId::Account(account));
            budget.into_iter().collect()
        }
        // The rest is returned, and leased again under the present limit.
        Change::All => leases.known_budgets(),
        Change::Short(budget) => {
            if let Some(budget) = leases.known_budget(&budget) {
                leases.reduce(&budget, Keep::Nothing).await;
            }
            return;
        }
    };
    for budget in &budgets {
        budget.forget_answers();
    }
    for budget in budgets {
        leases.reduce(&budget, Keep::Nothing).await;
    }
}
