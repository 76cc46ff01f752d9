//! [`Leases`]: reserves the cost of generations.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};

use super::budget::{Attempt, Keep, LocalBudget};
use super::hold::Hold;
use super::options::{LeaseOptions, OutagePolicy};
use super::overdraft::Overdrafts;
use super::registration::Registration;
use crate::error::StoreError;
use crate::id::{AccountId, BudgetId, ProcessId};
use crate::secret::KeyHash;
use crate::store::{CachedKey, LeaseAnswer, Store};
use crate::time::Timestamp;
use crate::usd::Usd;

/// Number of times that a refused request is repeated while other processes return what they do not
/// use. The times between them double.
const RECALLS: u32 = 3;

/// The budgets that pay for a generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Payer {
    /// The account, if it has credits.
    pub account: Option<AccountId>,
    /// The key, if it has a limit.
    pub key: Option<KeyHash>,
}

impl Payer {
    /// Returns the budgets that pay for the requests of a key.
    #[must_use]
    pub fn of(key: &CachedKey) -> Self {
        Self {
            account: key.prepaid.then(|| key.key.account.clone()),
            key: key.key.limit.map(|_| key.key.hash),
        }
    }

    /// Returns the budgets, in the order in which they are asked.
    fn budgets(&self) -> impl Iterator<Item = BudgetId> {
        let account = self.account.clone().map(BudgetId::Account);
        account.into_iter().chain(self.key.map(BudgetId::Key))
    }
}

/// The reason why a generation is not admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The credits of the account are too low.
    Credits {
        /// Amount that is available.
        available: Usd,
    },
    /// The limit of the key is too low.
    Limit {
        /// Amount that is available in the current window.
        available: Usd,
    },
    /// The database does not answer, and no lease covers the request.
    Unavailable(StoreError),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credits { available } => {
                write!(
                    f,
                    "the credits of the account are too low: {available} USD are available"
                )
            }
            Self::Limit { available } => {
                write!(
                    f,
                    "the limit of the key is too low: {available} USD are available"
                )
            }
            Self::Unavailable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}

/// Reserves the cost of generations against the leases of this process. Clones share them.
#[derive(Clone, Debug)]
pub struct Leases {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) store: Arc<dyn Store>,
    pub(super) options: LeaseOptions,
    pub(super) registration: Arc<Registration>,
    /// Held while the process is registered anew.
    pub(super) registering: tokio::sync::Mutex<()>,
    /// A budget stays here until the database does not know it any more: the totals of its lease must
    /// not be forgotten before the database forgets the lease.
    pub(super) budgets: RwLock<HashMap<BudgetId, Arc<LocalBudget>>>,
    pub(super) overdrafts: Arc<Overdrafts>,
    /// End of the time in which requests do not wait for the database.
    pub(super) outage_until: Mutex<Option<Instant>>,
    pub(super) stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Leases {
    /// Creates the leases of a new process, without the task.
    pub(super) fn new(store: Arc<dyn Store>, process: ProcessId, options: LeaseOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                store,
                options,
                registration: Arc::new(Registration::new(process)),
                registering: tokio::sync::Mutex::new(()),
                budgets: RwLock::default(),
                overdrafts: Arc::default(),
                outage_until: Mutex::new(None),
                stop: watch::Sender::new(false),
                task: Mutex::new(None),
            }),
        }
    }

    /// Sets the task that maintains the leases.
    pub(super) fn set_task(&self, task: JoinHandle<()>) {
        *lock(&self.shared.task) = Some(task);
    }

    /// Returns the time of the database's clock, as the last answer told it; that of this machine
    /// before the first answer.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.registration.database_now()
    }

    /// Reserves an amount of the credits and the limit that pay for a generation. At least one unit
    /// of 10⁻⁹ USD is reserved, so that a generation without cost needs a positive balance too.
    ///
    /// The database is asked only if a lease does not cover the amount. That takes at most
    /// [`deadline`](LeaseOptions::deadline) and [`recall`](LeaseOptions::recall) together.
    ///
    /// # Errors
    /// If a budget is too low, or the database does not answer.
    pub async fn reserve(&self, payer: &Payer, amount: Usd) -> Result<Hold, Refusal> {
        let amount = amount.max(Usd::from_nanos(1));
        let mut hold = Hold::default(); // dropped, and so released, with an error
        let options = &self.shared.options;
        let deadline = Instant::now() + options.deadline + options.recall;
        for budget in payer.budgets() {
            let budget = self.budget(&budget);
            match self.reserve_budget(&budget, amount, deadline).await {
                Ok(Some(id)) => hold.add_lease(budget, id),
                Ok(None) => {}
                Err(Refusal::Unavailable(error)) => {
                    self.overdraw(payer, &budget.id, amount, &mut hold, error)?;
                }
                Err(refusal @ (Refusal::Credits { .. } | Refusal::Limit { .. })) => {
                    return Err(refusal);
                }
            }
        }
        Ok(hold)
    }

    /// Returns what this process does not use of the leases of these budgets, so that the database's
    /// figures are exact.
    pub async fn return_spare(&self, payer: &Payer) {
        for budget in payer.budgets() {
            let budget = self.budget(&budget);
            self.reduce(&budget, Keep::Nothing).await;
        }
    }

    /// Ends the task and returns all leases. Call it when no generation runs and the journal is
    /// written.
    ///
    /// # Errors
    /// If the database does not answer; the leases then expire.
    pub async fn stop(&self) -> Result<(), StoreError> {
        self.shared.stop.send_replace(true);
        let task = lock(&self.shared.task).take();
        if let Some(task) = task {
            let _ = task.await; // it does not panic
        }
        let process = self.shared.registration.process().clone();
        self.shared.store.end_process(process).await
    }

    /// Returns the identity of the reservation, or `None` if the budget has no limit.
    async fn reserve_budget(
        &self,
        budget: &Arc<LocalBudget>,
        amount: Usd,
        deadline: Instant,
    ) -> Result<Option<u64>, Refusal> {
        match self.try_reserve(budget, amount) {
            Some(result) => result,
            None => {
                budget.waiting.fetch_add(1, Ordering::Relaxed);
                let waiting = Waiting(budget);
                let result = timeout_at(deadline, self.ask(budget, amount)).await;
                drop(waiting);
                let late = || StoreError::Unavailable("no answer within the deadline".to_owned());
                match result.unwrap_or_else(|_| Err(Refusal::Unavailable(late()))) {
                    Err(Refusal::Unavailable(_)) if budget.was_unlimited(Instant::now()) => {
                        Ok(None)
                    }
                    result => result,
                }
            }
        }
    }

    /// Returns `None` if the database must be asked.
    fn try_reserve(
        &self,
        budget: &Arc<LocalBudget>,
        amount: Usd,
    ) -> Option<Result<Option<u64>, Refusal>> {
        match budget.try_reserve(amount, Instant::now(), &self.shared.options) {
            Attempt::Reserved { id, low } => {
                if low && !budget.extending.swap(true, Ordering::Relaxed) {
                    let (leases, budget) = (self.clone(), Arc::clone(budget));
                    tokio::spawn(async move {
                        let _asking = budget.asking.lock().await;
                        let _ = leases.extend(&budget, None).await; // tried again later
                        budget.extending.store(false, Ordering::Relaxed);
                    });
                }
                Some(Ok(Some(id)))
            }
            Attempt::Unlimited => Some(Ok(None)),
            Attempt::Refused { available } => Some(Err(refusal(&budget.id, available))),
            Attempt::Short => None,
        }
    }

    /// Extends the lease until it covers the amount.
    async fn ask(&self, budget: &Arc<LocalBudget>, amount: Usd) -> Result<Option<u64>, Refusal> {
        if let Some(error) = self.pause() {
            return Err(error);
        }
        let _asking = budget.asking.lock().await;
        let (mut recalls, mut freed) = (0, 0);
        let wait = self.shared.options.recall / (2_u32.pow(RECALLS) - 1);
        loop {
            // Another request may have extended the lease, or made the refusal known.
            if let Some(result) = self.try_reserve(budget, amount) {
                return result;
            }
            if let Some(error) = self.pause() {
                return Err(error);
            }
            match self.extend(budget, Some(amount)).await {
                Ok(LeaseAnswer::Granted { .. } | LeaseAnswer::Unlimited) => {}
                // Other generations ended since the request was sent.
                Ok(LeaseAnswer::Refused { available, .. }) if available >= amount && freed < 8 => {
                    freed += 1;
                }
                Ok(LeaseAnswer::Refused { available, leased }) => {
                    if leased == Usd::ZERO || recalls == RECALLS {
                        return Err(refusal(&budget.id, available));
                    }
                    sleep(wait * 2_u32.pow(recalls)).await;
                    budget.forget_refusal();
                    recalls += 1;
                }
                Ok(LeaseAnswer::Lost) => self.register().await.map_err(Refusal::Unavailable)?,
                Ok(LeaseAnswer::Missing) => return Err(refusal(&budget.id, Usd::ZERO)),
                Err(error) => return Err(Refusal::Unavailable(error)),
            }
        }
    }

    /// Admits a generation that no lease covers, as the policy allows.
    fn overdraw(
        &self,
        payer: &Payer,
        budget: &BudgetId,
        amount: Usd,
        hold: &mut Hold,
        error: StoreError,
    ) -> Result<(), Refusal> {
        let limit = match self.shared.options.on_outage {
            OutagePolicy::Refuse => return Err(Refusal::Unavailable(error)),
            OutagePolicy::AdmitUpTo(_) if hold.has_overdraft() => return Ok(()),
            OutagePolicy::AdmitUpTo(limit) => limit,
        };
        let owner = payer.key.map_or_else(|| budget.clone(), BudgetId::Key);
        let overdrafts = &self.shared.overdrafts;
        match overdrafts.reserve(&owner, amount, limit) {
            Some(id) => hold.add_overdraft(Arc::clone(overdrafts), owner, id),
            None => return Err(Refusal::Unavailable(error)),
        }
        Ok(())
    }

    fn budget(&self, id: &BudgetId) -> Arc<LocalBudget> {
        let budgets = self.shared.budgets.read();
        let known = budgets
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned();
        if let Some(budget) = known {
            return budget;
        }
        let registration = Arc::clone(&self.shared.registration);
        let mut budgets = self
            .shared
            .budgets
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(LocalBudget::new(id.clone(), registration));
        Arc::clone(budgets.entry(id.clone()).or_insert_with(new))
    }

    /// Returns a budget that was used.
    pub(super) fn known_budget(&self, id: &BudgetId) -> Option<Arc<LocalBudget>> {
        let budgets = self.shared.budgets.read();
        budgets
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    /// Returns all budgets that were used.
    pub(super) fn known_budgets(&self) -> Vec<Arc<LocalBudget>> {
        let budgets = self.shared.budgets.read();
        budgets
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }
}

/// Counts a reservation that waits, also if it is cancelled.
struct Waiting<'a>(&'a LocalBudget);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

fn refusal(budget: &BudgetId, available: Usd) -> Refusal {
    match budget {
        BudgetId::Account(_) => Refusal::Credits { available },
        BudgetId::Key(_) => Refusal::Limit { available },
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("options", &self.options)
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}

/// Interval of heartbeats: three in a lifetime.
pub(super) fn heartbeat_interval(options: &LeaseOptions) -> Duration {
    options.lifetime / 3
}
