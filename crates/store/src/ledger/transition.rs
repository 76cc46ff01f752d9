//! [`Ledger::apply`]: the transition function.

use super::state::{Ledger, Reservation};
use crate::usd::Usd;

/// A change of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Transition<R, C> {
    /// Opens a reservation, or changes the total that it was granted since it was opened. Totals make
    /// a repeated request harmless.
    Reserve {
        /// The reservation.
        id: R,
        /// Number of this change; a change is applied only if its number is greater than that of the
        /// last one. The first is 1.
        version: i64,
        /// Minimum of the total; the request is refused if less is available.
        least: Usd,
        /// Maximum of the total. A total below the present one returns money, but not what is spent.
        most: Usd,
    },
    /// Charges a cost, once for each `charge`. It is charged in full, also if the reservation holds
    /// less or is no longer open.
    Settle {
        /// Identifies the charge.
        charge: C,
        /// The reservation that pays; `None` if none was made.
        from: Option<R>,
        /// The cost. Less than zero counts as zero.
        cost: Usd,
        /// `true` if the reservation is closed, and what is left of it returned.
        closes: bool,
    },
    /// Closes a reservation and returns what is left of it.
    Release {
        /// The reservation.
        id: R,
    },
    /// Closes a reservation whose owner did not renew it.
    Expire {
        /// The reservation.
        id: R,
    },
}

/// The result of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The reservation is open.
    Reserved {
        /// All money that it was granted since it was opened.
        granted: Usd,
    },
    /// Less than the minimum is available; nothing changed.
    Refused {
        /// The amount available, without what the reservation holds already.
        available: Usd,
    },
    /// The change is older than the last one; nothing changed.
    Outdated {
        /// All money that the reservation was granted since it was opened.
        granted: Usd,
    },
    /// The cost is charged.
    Settled {
        /// The part of the cost that the reservation did not hold.
        excess: Usd,
    },
    /// The charge was settled before; nothing changed.
    AlreadySettled,
    /// The reservation is closed.
    Closed {
        /// The amount that is available again.
        freed: Usd,
    },
    /// The reservation is not open; nothing changed.
    NotOpen,
}

impl<R: Ord, C: Ord> Ledger<R, C> {
    /// Applies a transition.
    ///
    /// Settling a charge twice charges it once. A charge whose reservation was released or has
    /// expired is charged once, as an excess. Releasing a reservation that was settled changes
    /// nothing.
    pub fn apply(&mut self, transition: Transition<R, C>) -> Outcome {
        match transition {
            Transition::Reserve {
                id,
                version,
                least,
                most,
            } => self.reserve(id, version, least, most),
            Transition::Settle {
                charge,
                from,
                cost,
                closes,
            } => self.settle(charge, from, cost.or_zero(), closes),
            Transition::Release { id } | Transition::Expire { id } => match self.take(&id) {
                Some(reservation) => Outcome::Closed {
                    freed: reservation.held(),
                },
                None => Outcome::NotOpen,
            },
        }
    }

    fn reserve(&mut self, id: R, version: i64, least: Usd, most: Usd) -> Outcome {
        let available = self.available();
        let known = self.open.get(&id).copied().unwrap_or_default();
        if known.version >= version {
            return Outcome::Outdated {
                granted: known.granted,
            };
        }
        // An overspent reservation holds nothing; a grant starts from what is spent.
        let base = known.granted.max(known.spent);
        let top = available.map_or(Usd::MAX, |available| base + available.or_zero());
        let granted = most.max(known.spent).min(top.max(base));
        if granted < least {
            return Outcome::Refused {
                available: available.unwrap_or(Usd::MAX),
            };
        }
        let reservation = Reservation::new(granted, known.spent, version);
        self.put(id, reservation);
        Outcome::Reserved { granted }
    }

    fn settle(&mut self, charge: C, from: Option<R>, cost: Usd, closes: bool) -> Outcome {
        if !self.settled.insert(charge) {
            return Outcome::AlreadySettled;
        }
        self.charged += cost;
        let mut held = Usd::ZERO;
        if let Some(id) = from
            && let Some(mut reservation) = self.take(&id)
        {
            held = reservation.held();
            reservation.spent += cost;
            if !closes {
                self.put(id, reservation);
            }
        }
        Outcome::Settled {
            excess: (cost - held).or_zero(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn usd(nanos: i64) -> Usd {
        Usd::from_nanos(nanos)
    }

    fn reserve(id: u8, version: i64, least: i64, most: i64) -> Transition<u8, u8> {
        Transition::Reserve {
            id,
            version,
            least: usd(least),
            most: usd(most),
        }
    }

    fn settle(charge: u8, from: u8, cost: i64, closes: bool) -> Transition<u8, u8> {
        Transition::Settle {
            charge,
            from: Some(from),
            cost: usd(cost),
            closes,
        }
    }

    fn ledger(budget: i64) -> Ledger<u8, u8> {
        Ledger::new(Some(usd(budget)), Usd::ZERO)
    }

    #[test]
    fn a_reservation_holds_money_until_it_is_settled() {
        let mut ledger = ledger(10);
        assert_eq!(
            ledger.apply(reserve(1, 1, 6, 6)),
            Outcome::Reserved { granted: usd(6) }
        );
        assert_eq!(
            ledger.apply(reserve(2, 1, 6, 6)),
            Outcome::Refused { available: usd(4) }
        );
        assert_eq!(
            ledger.apply(settle(1, 1, 2, true)),
            Outcome::Settled { excess: Usd::ZERO }
        );
        assert_eq!(
            (ledger.charged(), ledger.available()),
            (usd(2), Some(usd(8)))
        );
    }

    #[test]
    fn a_charge_is_settled_once() {
        let mut ledger = ledger(10);
        ledger.apply(reserve(1, 1, 5, 5));
        ledger.apply(settle(1, 1, 3, true));
        assert_eq!(ledger.apply(settle(1, 1, 3, true)), Outcome::AlreadySettled);
        assert_eq!(
            ledger.apply(Transition::Release { id: 1 }),
            Outcome::NotOpen
        );
        assert_eq!((ledger.charged(), ledger.reserved()), (usd(3), Usd::ZERO));
    }

    #[test]
    fn a_charge_after_the_expiry_is_an_excess() {
        let mut ledger = ledger(10);
        ledger.apply(reserve(1, 1, 5, 5));
        assert_eq!(
            ledger.apply(Transition::Expire { id: 1 }),
            Outcome::Closed { freed: usd(5) }
        );
        assert_eq!(
            ledger.apply(settle(1, 1, 3, true)),
            Outcome::Settled { excess: usd(3) }
        );
        assert_eq!(ledger.available(), Some(usd(7)));
    }

    #[test]
    fn a_charge_above_the_reservation_reports_the_excess() {
        let mut ledger = ledger(10);
        ledger.apply(reserve(1, 1, 4, 4));
        ledger.apply(reserve(2, 1, 6, 6));
        assert_eq!(
            ledger.apply(settle(1, 1, 5, false)),
            Outcome::Settled { excess: usd(1) }
        );
        assert_eq!(ledger.available(), Some(usd(-1)));
        // The next grant begins with what is spent.
        assert_eq!(
            ledger.apply(reserve(1, 2, 6, 6)),
            Outcome::Refused { available: usd(-1) }
        );
        ledger.apply(Transition::Release { id: 2 });
        assert_eq!(
            ledger.apply(reserve(1, 2, 6, 9)),
            Outcome::Reserved { granted: usd(9) }
        );
        assert_eq!(ledger.reserved(), usd(4));
    }

    #[test]
    fn a_lease_grows_and_shrinks_by_totals() {
        let mut ledger = ledger(10);
        assert_eq!(
            ledger.apply(reserve(1, 1, 2, 8)),
            Outcome::Reserved { granted: usd(8) }
        );
        ledger.apply(settle(1, 1, 3, false));
        assert_eq!(
            ledger.apply(reserve(1, 2, 9, 20)),
            Outcome::Reserved { granted: usd(10) }
        );
        assert_eq!(
            ledger.apply(reserve(1, 2, 0, 4)),
            Outcome::Outdated { granted: usd(10) }
        );
        assert_eq!(
            ledger.apply(reserve(1, 3, 0, 1)),
            Outcome::Reserved { granted: usd(3) }
        );
        assert_eq!(
            (ledger.reserved(), ledger.available()),
            (Usd::ZERO, Some(usd(7)))
        );
    }

    #[test]
    fn a_lower_budget_refuses_and_takes_nothing_back() {
        let mut ledger = ledger(10);
        ledger.apply(reserve(1, 1, 8, 8));
        ledger.set_budget(Some(usd(5)));
        assert_eq!(ledger.available(), Some(usd(-3)));
        assert_eq!(
            ledger.apply(reserve(2, 1, 1, 1)),
            Outcome::Refused { available: usd(-3) }
        );
        assert_eq!(
            ledger.apply(reserve(1, 2, 0, 9)),
            Outcome::Reserved { granted: usd(8) }
        );
        ledger.set_budget(None);
        assert_eq!(
            ledger.apply(reserve(2, 1, 99, 99)),
            Outcome::Reserved { granted: usd(99) }
        );
    }
}
