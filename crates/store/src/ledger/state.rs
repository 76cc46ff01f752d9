//! [`Ledger`]: the state of a budget.

use std::collections::{BTreeMap, BTreeSet};

use crate::usd::Usd;

/// The state of a budget. `R` identifies reservations, `C` identifies charges.
///
/// The amount available is `budget − charged − reserved`. It is never below zero, except when a
/// charge is larger than what its reservation holds; [`Outcome::Settled`](super::Outcome::Settled)
/// reports that excess.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ledger<R: Ord, C: Ord> {
    pub(super) budget: Option<Usd>,
    pub(super) charged: Usd,
    /// The sum that open reservations hold, kept so that a change takes no time for each of them.
    pub(super) reserved: Usd,
    pub(super) open: BTreeMap<R, Reservation>,
    pub(super) settled: BTreeSet<C>,
}

/// An open reservation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Reservation {
    /// All money that the reservation was granted since it was opened.
    pub granted: Usd,
    /// The part of it that was charged. More than `granted` after an excess.
    pub spent: Usd,
    /// Version of the last change of `granted`; an older change is not applied.
    pub version: i64,
}

impl Reservation {
    /// Creates a reservation, as a store has kept it.
    #[must_use]
    pub const fn new(granted: Usd, spent: Usd, version: i64) -> Self {
        Self {
            granted,
            spent,
            version,
        }
    }

    /// Returns the amount that the reservation still holds.
    #[must_use]
    pub fn held(&self) -> Usd {
        (self.granted - self.spent).or_zero()
    }
}

impl<R: Ord, C: Ord> Ledger<R, C> {
    /// Creates a ledger without reservations. A budget of `None` has no limit. `charged` is the sum
    /// of the charges so far.
    #[must_use]
    pub const fn new(budget: Option<Usd>, charged: Usd) -> Self {
        Self {
            budget,
            charged,
            reserved: Usd::ZERO,
            open: BTreeMap::new(),
            settled: BTreeSet::new(),
        }
    }

    /// Adds an open reservation that a store has kept.
    #[must_use]
    pub fn with_reservation(mut self, id: R, reservation: Reservation) -> Self {
        self.put(id, reservation);
        self
    }

    /// Adds a charge that was settled before. Its amount is part of the charged sum already.
    #[must_use]
    pub fn with_settled(mut self, charge: C) -> Self {
        self.settled.insert(charge);
        self
    }

    /// Returns the budget; `None` if there is no limit.
    #[must_use]
    pub const fn budget(&self) -> Option<Usd> {
        self.budget
    }

    /// Returns the sum of all charges.
    #[must_use]
    pub const fn charged(&self) -> Usd {
        self.charged
    }

    /// Returns the sum that open reservations hold.
    #[must_use]
    pub const fn reserved(&self) -> Usd {
        self.reserved
    }

    /// Returns the amount that can be reserved; negative after an excess, `None` without a limit.
    #[must_use]
    pub fn available(&self) -> Option<Usd> {
        self.budget
            .map(|budget| budget - self.charged - self.reserved)
    }

    /// Returns an open reservation.
    #[must_use]
    pub fn reservation(&self, id: &R) -> Option<&Reservation> {
        self.open.get(id)
    }

    /// Returns all open reservations.
    pub fn reservations(&self) -> impl Iterator<Item = (&R, &Reservation)> {
        self.open.iter()
    }

    /// Adds or replaces an open reservation.
    pub(super) fn put(&mut self, id: R, reservation: Reservation) {
        self.reserved += reservation.held();
        if let Some(replaced) = self.open.insert(id, reservation) {
            self.reserved -= replaced.held();
        }
    }

    /// Removes an open reservation.
    pub(super) fn take(&mut self, id: &R) -> Option<Reservation> {
        let reservation = self.open.remove(id)?;
        self.reserved -= reservation.held();
        Some(reservation)
    }

    /// Changes the budget. The amount available may become negative.
    pub fn set_budget(&mut self, budget: Option<Usd>) {
        self.budget = budget;
    }

    /// Forgets that a charge was settled, when it cannot come again.
    pub fn forget(&mut self, charge: &C) {
        self.settled.remove(charge);
    }

    /// Starts anew with a budget of zero and the same open reservations, for a process whose lease
    /// expired: what was charged so far belongs to the expired lease.
    pub fn restart(&mut self) {
        self.budget = Some(Usd::ZERO);
        self.charged = Usd::ZERO;
    }
}
