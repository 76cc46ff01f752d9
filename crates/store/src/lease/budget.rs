//! [`LocalBudget`]: the lease of one budget, and the reservations of generations against it.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::options::LeaseOptions;
use super::registration::Registration;
use crate::id::{BudgetId, LeaseId};
use crate::ledger::{Ledger, Outcome, Transition};
use crate::store::LeaseRequest;
use crate::usd::Usd;

/// A chunk is at first this many times the amount of a request.
const REQUESTS_PER_CHUNK: i64 = 8;

/// A lease that is extended twice within this time gets a larger chunk.
const QUICK: Duration = Duration::from_secs(1);

/// Time for which the answer that a budget has no limit is used. A change is announced before.
const UNLIMITED: Duration = Duration::from_secs(10);

/// Time for which that answer is used while the database does not answer.
const UNLIMITED_IN_OUTAGE: Duration = Duration::from_secs(3600);

/// The lease of one budget in this process.
#[derive(Debug)]
pub(super) struct LocalBudget {
    pub(super) id: BudgetId,
    registration: Arc<Registration>,
    state: Mutex<State>,
    /// Held while the database is asked, so that one request changes the lease at a time.
    pub(super) asking: tokio::sync::Mutex<()>,
    /// Number of reservations that wait for the database.
    pub(super) waiting: AtomicU32,
    /// `true` while a task extends the lease.
    pub(super) extending: AtomicBool,
}

#[derive(Debug)]
struct State {
    /// The budget is what the lease was granted in all.
    ledger: Ledger<u64, u64>,
    next_id: u64,
    /// Number of the lease.
    lease: i64,
    version: i64,
    /// Amount that the lease keeps ready.
    chunk: Usd,
    extended_at: Option<Instant>,
    used_at: Instant,
    /// The last refusal, and the amount that was available.
    refused: Option<(Instant, Usd)>,
    /// Time of the answer that the budget has no limit, and the number of changes before the question.
    unlimited: Option<(Instant, u64)>,
    /// Number of changes of the budget that were announced.
    changes: u64,
    /// The same when the database was asked last.
    changes_when_asked: u64,
    /// `true` if the database may hold more for the lease than the ledger knows.
    uncertain: bool,
    /// The same before the last request, which a refusal does not change.
    was_uncertain: bool,
}

/// The result of an attempt to reserve.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Reserved {
        id: u64,
        /// `true` if the lease should be extended.
        low: bool,
    },
    /// The budget has no limit.
    Unlimited,
    /// The database has refused as much a moment ago.
    Refused { available: Usd },
    /// The database must be asked.
    Short,
}

impl LocalBudget {
    pub(super) fn new(id: BudgetId, registration: Arc<Registration>) -> Self {
        let state = State {
            ledger: Ledger::new(Some(Usd::ZERO), Usd::ZERO),
            next_id: 0,
            lease: registration.number(),
            version: 0,
            chunk: Usd::ZERO,
            extended_at: None,
            used_at: Instant::now(),
            refused: None,
            unlimited: None,
            changes: 0,
            changes_when_asked: 0,
            uncertain: false,
            was_uncertain: false,
        };
        Self {
            id,
            registration,
            state: Mutex::new(state),
            asking: tokio::sync::Mutex::new(()),
            waiting: AtomicU32::new(0),
            extending: AtomicBool::new(false),
        }
    }

    /// Returns the state, with the lease of the present registration.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.registration.number();
        if state.lease != number {
            state.ledger.restart();
            state.lease = number;
            state.version = 0;
            state.uncertain = false;
            state.was_uncertain = false;
        }
        state
    }

    /// Reserves an amount against the lease.
    pub(super) fn try_reserve(&self, amount: Usd, now: Instant, options: &LeaseOptions) -> Attempt {
        let mut state = self.state();
        let state = &mut *state;
        state.used_at = now;
        let is_current = |(at, changes)| changes == state.changes && now < at + UNLIMITED;
        if state.unlimited.is_some_and(is_current) {
            return Attempt::Unlimited;
        }
        // The number is read after the validity: a renewal may have begun a new lease since `state`.
        if self.registration.is_valid(now) && self.registration.number() == state.lease {
            let id = state.next_id;
            let outcome = state.ledger.apply(Transition::Reserve {
                id,
                version: 1,
                least: amount,
                most: amount,
            });
            if matches!(outcome, Outcome::Reserved { .. }) {
                state.next_id += 1;
                let left = state.ledger.available().unwrap_or(Usd::MAX);
                let low =
                    left < state.chunk.divided_by(2) && !self.extending.load(Ordering::Relaxed);
                return Attempt::Reserved { id, low };
            }
        }
        match state.refused {
            Some((at, available)) if now < at + options.refusal && amount > available => {
                Attempt::Refused { available }
            }
            _ => Attempt::Short,
        }
    }

    /// Settles a reservation, and returns the lease that pays and the part of the cost above the
    /// reservation.
    pub(super) fn settle(&self, id: u64, cost: Usd) -> (LeaseId, Usd) {
        let mut state = self.state();
        let outcome = state.ledger.apply(Transition::Settle {
            charge: id,
            from: Some(id),
            cost,
            closes: true,
        });
        state.ledger.forget(&id); // the caller has given up the only handle
        let excess = match outcome {
            Outcome::Settled { excess } => excess,
            Outcome::Reserved { .. }
            | Outcome::Refused { .. }
            | Outcome::Outdated { .. }
            | Outcome::AlreadySettled
            | Outcome::Closed { .. }
            | Outcome::NotOpen => Usd::ZERO,
        };
        (self.registration.lease(state.lease), excess)
    }

    /// Releases a reservation.
    pub(super) fn release(&self, id: u64) {
        self.state().ledger.apply(Transition::Release { id });
    }

    /// Returns the request that makes room for `amount`, or only fills the chunk if it is `None`.
    pub(super) fn extend(
        &self,
        amount: Option<Usd>,
        now: Instant,
        options: &LeaseOptions,
    ) -> LeaseRequest {
        let mut state = self.state();
        let state = &mut *state;
        let needed = amount.unwrap_or_default();
        let first = needed.times(REQUESTS_PER_CHUNK);
        let quick = state.extended_at.is_some_and(|at| now < at + QUICK);
        let grown = if quick {
            state.chunk.times(2)
        } else {
            state.chunk
        };
        state.chunk = grown.max(first).min(options.max_chunk.max(needed));
        state.extended_at = Some(now);
        let granted = state.ledger.budget().unwrap_or_default();
        let used = state.ledger.charged() + state.ledger.reserved();
        let least = if amount.is_some() {
            used + needed
        } else {
            Usd::ZERO
        };
        let most = (used + needed + state.chunk).max(granted);
        self.request(state, least, most)
    }

    /// Returns the request that returns what the lease holds beyond `keep`; `None` if there is nothing
    /// to return.
    pub(super) fn reduce(
        &self,
        keep: Keep,
        now: Instant,
        options: &LeaseOptions,
    ) -> Option<LeaseRequest> {
        let mut state = self.state();
        let state = &mut *state;
        let idle = now >= state.used_at + options.idle;
        let keep = match keep {
            Keep::Nothing => Usd::ZERO,
            Keep::WhatIsUsed if idle => Usd::ZERO,
            Keep::WhatIsUsed => {
                if state.extended_at.is_none_or(|at| now >= at + options.idle) {
                    state.chunk = state.chunk.divided_by(2);
                }
                state.chunk.times(2)
            }
        };
        let spare = state.ledger.available().unwrap_or_default();
        if spare <= keep && !state.uncertain {
            return None;
        }
        let granted = state.ledger.budget().unwrap_or_default();
        let most = granted - (spare - keep).or_zero();
        // Not used from now on, whatever becomes of the request.
        state.ledger.set_budget(Some(most));
        Some(self.request(state, Usd::ZERO, most))
    }

    fn request(&self, state: &mut State, least: Usd, most: Usd) -> LeaseRequest {
        state.version += 1;
        state.was_uncertain = state.uncertain;
        state.uncertain = true; // until the answer comes
        state.changes_when_asked = state.changes;
        let lease = self.registration.lease(state.lease);
        LeaseRequest::new(self.id.clone(), lease, state.version, least, most)
    }

    /// Records that the lease was granted this much in all.
    pub(super) fn granted(&self, request: &LeaseRequest, granted: Usd) {
        let mut state = self.state();
        if (state.lease, state.version) == (request.lease.number, request.version) {
            state.ledger.set_budget(Some(granted));
            state.unlimited = None;
            state.refused = None;
            state.uncertain = false;
        }
    }

    /// Records that a request was refused, and returns the amount that is available, with what the
    /// lease has left.
    pub(super) fn refused(&self, request: &LeaseRequest, available: Usd, now: Instant) -> Usd {
        let mut state = self.state();
        if (state.lease, state.version) == (request.lease.number, request.version) {
            state.uncertain = state.was_uncertain; // an earlier request may have been granted
        }
        let left = state.ledger.available().unwrap_or_default();
        let available = available.or_zero() + left.or_zero();
        state.refused = Some((now, available));
        available
    }

    /// Records that the budget has no limit.
    pub(super) fn unlimited(&self, now: Instant) {
        let mut state = self.state();
        state.unlimited = Some((now, state.changes_when_asked));
    }

    /// Returns `true` if the budget had no limit when the database answered last.
    pub(super) fn was_unlimited(&self, now: Instant) -> bool {
        let unlimited = self.state().unlimited;
        unlimited.is_some_and(|(at, _)| now < at + UNLIMITED_IN_OUTAGE)
    }

    /// Forgets the last refusal.
    pub(super) fn forget_refusal(&self) {
        self.state().refused = None;
    }

    /// Forgets answers of the database, because the budget has changed.
    pub(super) fn forget_answers(&self) {
        let mut state = self.state();
        state.refused = None;
        state.changes += 1;
    }

    /// Forgets the lease, because the budget does not exist any more.
    pub(super) fn clear(&self) {
        let mut state = self.state();
        state.ledger.set_budget(Some(Usd::ZERO));
        state.uncertain = false;
    }

    /// Returns `true` if open reservations are not covered by the lease.
    pub(super) fn is_uncovered(&self) -> bool {
        self.state()
            .ledger
            .available()
            .is_some_and(|available| available < Usd::ZERO)
    }
}

/// The part of a lease that is not returned, beyond what reservations hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Nothing.
    Nothing,
    /// Two chunks, or nothing after the lease was idle.
    WhatIsUsed,
}

#[cfg(test)]
#[path = "budget_tests.rs"]
mod tests;
