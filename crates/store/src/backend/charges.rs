//! [`Batch`]: the charges and the sums that a batch of settlements makes, and [`charge`], which
//! applies them to the ledger of a budget.

use std::collections::BTreeMap;

use super::stored::Stored;
use crate::id::{BudgetId, LeaseId};
use crate::ledger::{Ledger, Outcome, Reservation, Transition};
use crate::store::Excess;
use crate::time::{Day, Timestamp};
use crate::usd::Usd;

/// The charges and sums of a batch. Both are sorted, so that all transactions lock rows in one order.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) budgets: BTreeMap<BudgetId, Vec<Charge>>,
    pub(crate) activity: BTreeMap<ActivityKey, ActivitySums>,
}

/// A charge to a budget.
#[derive(Debug)]
pub(crate) struct Charge {
    generation: String,
    lease: Option<LeaseId>,
    cost: Usd,
    at: Timestamp,
}

/// Identifies a row of the activity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ActivityKey {
    pub(crate) account: String,
    pub(crate) key: String,
    pub(crate) day: Day,
    pub(crate) model: String,
    pub(crate) permaslug: String,
    pub(crate) endpoint: String,
    pub(crate) provider: String,
}

/// The sums of a row of the activity.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ActivitySums {
    pub(crate) requests: i64,
    pub(crate) cost: Usd,
    pub(crate) prompt: i64,
    pub(crate) completion: i64,
    pub(crate) reasoning: i64,
    pub(crate) cached: i64,
}

impl Batch {
    /// Collects the charges of records that are new.
    pub(crate) fn new<'a>(settlements: impl Iterator<Item = &'a Stored>) -> Self {
        let mut batch = Self::default();
        for settlement in settlements {
            batch.add(settlement);
        }
        batch
    }

    fn add(&mut self, settlement: &Stored) {
        let record = &settlement.record;
        let (cost, at) = (record.cost, record.completed_at);
        let account = (
            Some(BudgetId::Account(record.account.clone())),
            &settlement.account_lease,
        );
        let key = (record.key.map(BudgetId::Key), &settlement.key_lease);
        for (budget, lease) in [account, key] {
            let Some(budget) = budget else { continue };
            self.budgets.entry(budget).or_default().push(Charge {
                generation: record.id.clone(),
                lease: lease.clone(),
                cost,
                at,
            });
        }
        let permaslug = record.model_permaslug.as_ref().unwrap_or(&record.model);
        let row = ActivityKey {
            account: record.account.as_str().to_owned(),
            key: record.key.map(|key| key.to_string()).unwrap_or_default(),
            day: at.day(),
            model: record.model.clone(),
            permaslug: permaslug.clone(),
            endpoint: record.endpoint.clone().unwrap_or_default(),
            provider: record.provider.clone().unwrap_or_default(),
        };
        let sums = self.activity.entry(row).or_default();
        sums.requests += 1;
        sums.cost += cost;
        for (sum, tokens) in [
            (&mut sums.prompt, record.tokens.prompt),
            (&mut sums.completion, record.tokens.completion),
            (&mut sums.reasoning, record.tokens.reasoning),
            (&mut sums.cached, record.tokens.cached),
        ] {
            *sum = sum.saturating_add(i64::try_from(tokens).unwrap_or(i64::MAX));
        }
    }
}

/// A budget as a database has it.
#[derive(Debug, Default)]
pub(crate) struct BudgetState {
    /// The credits or the limit; `None`: no limit.
    pub(crate) limit: Option<Usd>,
    /// The charges of the current window.
    pub(crate) charged: Usd,
    pub(crate) leases: Vec<(LeaseId, Reservation)>,
}

impl BudgetState {
    pub(crate) fn into_ledger(self) -> Ledger<LeaseId, String> {
        let ledger = Ledger::new(self.limit, self.charged);
        let leases = self.leases.into_iter();
        leases.fold(ledger, |ledger, (id, lease)| {
            ledger.with_reservation(id, lease)
        })
    }
}

/// The result of charging a budget.
#[derive(Debug, Default)]
pub(crate) struct Charged {
    /// Sum of the charges.
    pub(crate) cost: Usd,
    /// The charges of each day.
    pub(crate) days: BTreeMap<Day, Usd>,
    /// Time of the last charge.
    pub(crate) last: Timestamp,
    /// The leases that paid, as they are now.
    pub(crate) leases: Vec<(LeaseId, Reservation)>,
    pub(crate) excesses: Vec<Excess>,
}

/// Charges a budget. `state` needs only the leases that pay.
pub(crate) fn charge(state: BudgetState, budget: &BudgetId, charges: &[Charge]) -> Charged {
    let mut ledger = state.into_ledger();
    let mut charged = Charged::default();
    for charge in charges {
        let outcome = ledger.apply(Transition::Settle {
            charge: charge.generation.clone(),
            from: charge.lease.clone(),
            cost: charge.cost,
            closes: false,
        });
        let Outcome::Settled { excess } = outcome else {
            continue;
        };
        charged.cost += charge.cost;
        *charged.days.entry(charge.at.day()).or_default() += charge.cost;
        charged.last = charged.last.max(charge.at);
        // A budget without a limit has no leases.
        if excess > Usd::ZERO && ledger.budget().is_some() {
            let generation = charge.generation.clone();
            let excess = Excess::new(generation, budget.clone(), excess);
            charged.excesses.push(excess);
        }
    }
    let leases = ledger.reservations();
    charged.leases = leases.map(|(id, lease)| (id.clone(), *lease)).collect();
    charged
}

/// Returns the leases that pay charges.
pub(crate) fn leases_of(charges: &[Charge]) -> Vec<LeaseId> {
    let mut leases: Vec<LeaseId> = charges.iter().filter_map(|it| it.lease.clone()).collect();
    leases.sort_unstable();
    leases.dedup();
    leases
}
