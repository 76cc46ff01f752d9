//! [`Leases::start`]: the task that renews the registration, returns what is not used, and reacts to
//! changes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

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

/// Runs until the leases are stopped.
async fn maintain(leases: Leases) {
    let mut stop = leases.shared.stop.subscribe();
    let mut changes = leases.shared.store.changes();
    let beat = heartbeat_interval(&leases.shared.options);
    let sweep = leases.shared.options.idle / 2;
    let mut next_beat = Instant::now();
    let mut next_sweep = next_beat + sweep;
    let mut feed_open = true;
    loop {
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = sleep_until(next_beat) => {
                let registered = leases.register().await;
                let wait = if registered.is_ok() { beat } else { RETRY.min(beat) };
                next_beat = Instant::now() + wait;
                if let Err(error) = registered {
                    tracing::warn!(%error, "the leases of this process are not renewed");
                } else {
                    for budget in leases.known_budgets() {
                        leases.cover(&budget).await;
                    }
                }
            }
            () = sleep_until(next_sweep) => {
                for budget in leases.known_budgets() {
                    leases.reduce(&budget, Keep::WhatIsUsed).await;
                    leases.cover(&budget).await;
                }
                next_sweep = Instant::now() + sweep;
            }
            change = changes.next(), if feed_open => match change {
                Some(change) => react(&leases, change).await,
                None => feed_open = false,
            },
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await; // an error: the leases were dropped
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
    for budget in budgets {
        budget.forget_answers();
        leases.reduce(&budget, Keep::Nothing).await;
    }
}
