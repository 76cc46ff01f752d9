//! [`grant`]: decides a request for a lease.

use super::charges::BudgetState;
use crate::id::LeaseId;
use crate::ledger::{Outcome, Reservation, Transition};
use crate::store::{LeaseAnswer, LeaseRequest};
use crate::usd::Usd;

/// The decision on a request for a lease.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) answer: LeaseAnswer,
    /// The lease, if it is to be stored.
    pub(crate) lease: Option<Reservation>,
}

/// Decides a request for a lease of this budget. `expired` are leases of processes that did not renew
/// their registration; they are returned first. `processes` is the number of registered ones.
///
/// With several processes, a grant beyond the minimum takes at most its share of half of what is
/// available. The grants become smaller as a budget runs low, so that no process takes all of it.
pub(crate) fn grant(
    state: BudgetState,
    expired: &[LeaseId],
    processes: u32,
    request: &LeaseRequest,
) -> Decision {
    if state.limit.is_none() {
        return Decision {
            answer: LeaseAnswer::Unlimited,
            lease: None,
        };
    }
    let mut ledger = state.into_ledger();
    for id in expired {
        ledger.apply(Transition::Expire { id: id.clone() });
    }
    let known = ledger
        .reservation(&request.lease)
        .copied()
        .unwrap_or_default();
    let mut most = request.most;
    if let (Some(available), 2..) = (ledger.available(), processes) {
        let share = available.or_zero().divided_by(2 * i64::from(processes));
        most = most.min((known.granted.max(known.spent) + share).max(request.least));
    }
    let outcome = ledger.apply(Transition::Reserve {
        id: request.lease.clone(),
        version: request.version,
        least: request.least,
        most,
    });
    let lease = ledger.reservation(&request.lease).copied();
    match outcome {
        Outcome::Reserved { granted } => Decision {
            answer: LeaseAnswer::Granted { granted },
            lease,
        },
        // The request was applied before, and its answer was lost.
        Outcome::Outdated { granted } => Decision {
            answer: LeaseAnswer::Granted { granted },
            lease: None,
        },
        Outcome::Refused { .. }
        | Outcome::Settled { .. }
        | Outcome::AlreadySettled
        | Outcome::Closed { .. }
        | Outcome::NotOpen => Decision {
            answer: LeaseAnswer::Refused {
                available: ledger.available().unwrap_or(Usd::MAX),
                leased: ledger.reserved() - known.held(),
            },
            lease: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AccountId, BudgetId, ProcessId};

    const fn usd(nanos: i64) -> Usd {
        Usd::from_nanos(nanos)
    }

    fn lease(process: &str) -> LeaseId {
        LeaseId::new(ProcessId::stored(process), 1)
    }

    fn request(least: i64, most: i64) -> LeaseRequest {
        let budget = BudgetId::Account(AccountId::default());
        LeaseRequest::new(budget, lease("a"), 1, usd(least), usd(most))
    }

    fn state(limit: i64, leased: i64) -> BudgetState {
        BudgetState {
            limit: Some(usd(limit)),
            charged: Usd::ZERO,
            leases: vec![(lease("b"), Reservation::new(usd(leased), Usd::ZERO, 1))],
        }
    }

    fn granted(nanos: i64) -> LeaseAnswer {
        LeaseAnswer::Granted {
            granted: usd(nanos),
        }
    }

    #[test]
    fn several_processes_share_half_of_what_is_available() {
        let request = request(10, 1000);
        for (available, processes, nanos) in [
            (800, 1, 800),
            (800, 2, 200),
            (80, 2, 20),
            (20, 2, 10),
            (10, 4, 10),
        ] {
            let decision = grant(state(available, 0), &[], processes, &request);
            assert_eq!(decision.answer, granted(nanos), "{available} {processes}");
        }
    }

    #[test]
    fn a_refusal_tells_what_others_hold() {
        let decision = grant(state(100, 95), &[], 2, &request(10, 10));
        let refused = LeaseAnswer::Refused {
            available: usd(5),
            leased: usd(95),
        };
        assert_eq!(decision.answer, refused);
        assert!(decision.lease.is_none());
    }

    #[test]
    fn expired_leases_are_available() {
        let decision = grant(state(100, 95), &[lease("b")], 1, &request(10, 100));
        assert_eq!(decision.answer, granted(100));
    }
}
