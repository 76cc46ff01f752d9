//! [`Hold`]: the reservation of one generation.

use std::sync::Arc;

use super::budget::LocalBudget;
use super::overdraft::Overdrafts;
use crate::id::{BudgetId, LeaseId};
use crate::usd::Usd;

/// The reservation of one generation, with its account and its key. Dropping it releases it.
#[derive(Debug, Default)]
#[must_use = "dropping it releases the reservation"]
pub struct Hold {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Lease {
        budget: Arc<LocalBudget>,
        id: u64,
    },
    Overdraft {
        overdrafts: Arc<Overdrafts>,
        owner: BudgetId,
        id: u64,
    },
}

/// The leases that pay for a generation, for its [`Settlement`](crate::Settlement).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paid {
    /// Lease of the account's credits.
    pub account_lease: Option<LeaseId>,
    /// Lease of the key's limit.
    pub key_lease: Option<LeaseId>,
    /// Part of the cost above the reservation.
    pub excess: Usd,
}

impl Hold {
    pub(super) fn add_lease(&mut self, budget: Arc<LocalBudget>, id: u64) {
        self.parts.push(Part::Lease { budget, id });
    }

    pub(super) fn add_overdraft(&mut self, overdrafts: Arc<Overdrafts>, owner: BudgetId, id: u64) {
        self.parts.push(Part::Overdraft {
            overdrafts,
            owner,
            id,
        });
    }

    pub(super) fn has_overdraft(&self) -> bool {
        let is_overdraft = |part: &Part| matches!(part, Part::Overdraft { .. });
        self.parts.iter().any(is_overdraft)
    }

    /// Charges the cost of the generation and returns what was reserved beyond it. The cost counts in
    /// the database when the settlement is written.
    pub fn settle(mut self, cost: Usd) -> Paid {
        let mut paid = Paid::default();
        for part in self.parts.drain(..) {
            match part {
                Part::Lease { budget, id } => {
                    let (lease, excess) = budget.settle(id, cost);
                    paid.excess = paid.excess.max(excess);
                    match budget.id {
                        BudgetId::Account(_) => paid.account_lease = Some(lease),
                        BudgetId::Key(_) => paid.key_lease = Some(lease),
                    }
                }
                Part::Overdraft {
                    overdrafts,
                    owner,
                    id,
                } => overdrafts.settle(&owner, id, cost),
            }
        }
        paid
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        for part in self.parts.drain(..) {
            match part {
                Part::Lease { budget, id } => budget.release(id),
                Part::Overdraft {
                    overdrafts,
                    owner,
                    id,
                } => overdrafts.release(&owner, id),
            }
        }
    }
}
