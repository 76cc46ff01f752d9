//! The requests that [`Leases`] sends to the database, and what it learns from the answers.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use tokio::time::{Instant, timeout};

use super::budget::{Keep, LocalBudget};
use super::leases::{Leases, Refusal, lock};
use crate::error::StoreError;
use crate::store::{LeaseAnswer, LeaseRequest};
use crate::usd::Usd;

impl Leases {
    /// Asks the database to extend a lease. The caller holds `asking`.
    pub(super) async fn extend(
        &self,
        budget: &LocalBudget,
        amount: Option<Usd>,
    ) -> Result<LeaseAnswer, StoreError> {
        if !self.shared.registration.is_valid(Instant::now()) {
            self.register().await?;
        }
        let request = budget.extend(amount, Instant::now(), &self.shared.options);
        self.send(budget, request).await
    }

    /// Returns what a lease holds beyond `keep`.
    pub(super) async fn reduce(&self, budget: &LocalBudget, keep: Keep) {
        if budget.waiting.load(Ordering::Relaxed) > 0 {
            return; // it needs more
        }
        let _asking = budget.asking.lock().await;
        let request = budget.reduce(keep, Instant::now(), &self.shared.options);
        if let Some(request) = request {
            let _ = self.send(budget, request).await; // tried again later
        }
    }

    pub(super) async fn send(
        &self,
        budget: &LocalBudget,
        request: LeaseRequest,
    ) -> Result<LeaseAnswer, StoreError> {
        let deadline = self.shared.options.deadline;
        let answer = timeout(deadline, self.shared.store.lease(request.clone())).await;
        let late = |_| StoreError::Unavailable(format!("no answer within {deadline:?}"));
        let answer = answer.map_err(late).flatten();
        if answer.as_ref().is_err_and(StoreError::is_outage) {
            let until = Instant::now() + self.shared.options.outage_pause;
            *lock(&self.shared.outage_until) = Some(until);
        }
        let answer = answer?;
        self.answered();
        match answer {
            LeaseAnswer::Granted { granted } => budget.granted(&request, granted),
            LeaseAnswer::Refused { available, leased } => {
                let available = budget.refused(&request, available, Instant::now());
                return Ok(LeaseAnswer::Refused { available, leased });
            }
            LeaseAnswer::Unlimited => budget.unlimited(Instant::now()),
            LeaseAnswer::Missing => self.forget(budget),
            LeaseAnswer::Lost => {}
        }
        Ok(answer)
    }

    /// Forgets a budget that does not exist any more. Its reservations keep their state.
    pub(super) fn forget(&self, budget: &LocalBudget) {
        budget.clear();
        let budgets = self.shared.budgets.write();
        budgets
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&budget.id);
    }

    /// Extends a lease whose reservations are not covered, after an excess or an expiry.
    pub(super) async fn cover(&self, budget: &LocalBudget) {
        if budget.is_uncovered() {
            let _asking = budget.asking.lock().await;
            let _ = self.extend(budget, None).await; // tried again later
        }
    }

    /// Renews the registration, or registers the process anew if it has expired.
    pub(super) async fn register(&self) -> Result<(), StoreError> {
        let shared = &self.shared;
        let seen = shared.registration.number();
        let _registering = shared.registering.lock().await;
        if shared.registration.number() != seen {
            return Ok(()); // another task has done it
        }
        let process = shared.registration.process().clone();
        let expired = !shared.registration.is_valid(Instant::now());
        let work = async {
            if expired && seen > 0 {
                // The database may have registered the process anew without an answer.
                shared.store.end_process(process.clone()).await?;
            }
            let sent = Instant::now();
            let lifetime = shared.options.lifetime;
            let beat = shared.store.heartbeat(process.clone(), lifetime).await?;
            let lost = expired || !beat.known;
            shared.registration.renewed(sent, lifetime, beat.now, lost);
            if lost && seen > 0 {
                tracing::warn!(
                    "the leases of this process expired, because the database did not answer"
                );
            }
            Ok::<(), StoreError>(())
        };
        let deadline = shared.options.deadline;
        let late = |_| StoreError::Unavailable(format!("no answer within {deadline:?}"));
        timeout(deadline, work).await.map_err(late)??;
        self.answered();
        Ok(())
    }

    /// Records that the database has answered.
    pub(super) fn answered(&self) {
        if lock(&self.shared.outage_until).take().is_some() {
            self.shared.overdrafts.reset();
        }
    }

    /// Returns an error in the time in which requests do not wait for the database.
    pub(super) fn pause(&self) -> Option<Refusal> {
        let until = (*lock(&self.shared.outage_until))?;
        let pause = Instant::now() < until;
        pause.then(|| {
            Refusal::Unavailable(StoreError::Unavailable(
                "it did not a moment ago".to_owned(),
            ))
        })
    }

    /// Returns `true` in that time.
    pub(super) fn is_paused(&self) -> bool {
        self.pause().is_some()
    }
}
