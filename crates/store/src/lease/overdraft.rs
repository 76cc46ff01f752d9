//! [`Overdrafts`]: the amounts that are admitted while the database does not answer.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::id::BudgetId;
use crate::ledger::{Ledger, Outcome, Transition};
use crate::usd::Usd;

/// Maximum number of keys that are admitted during an outage. Further ones are refused.
const MAX_OWNERS: usize = 100_000;

/// The amounts that are admitted while the database does not answer, for each key or account.
#[derive(Debug, Default)]
pub(super) struct Overdrafts {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    ledgers: HashMap<BudgetId, Ledger<u64, u64>>,
    next_id: u64,
}

impl Overdrafts {
    /// Reserves an amount; `None` if more than `limit` would be used.
    pub(super) fn reserve(&self, owner: &BudgetId, amount: Usd, limit: Usd) -> Option<u64> {
        let mut table = self.table();
        let id = table.next_id;
        table.next_id += 1;
        let known = table.ledgers.contains_key(owner);
        if !known && table.ledgers.len() >= MAX_OWNERS {
            return None;
        }
        let new = || Ledger::new(None, Usd::ZERO);
        let ledger = table.ledgers.entry(owner.clone()).or_insert_with(new);
        ledger.set_budget(Some(limit));
        let outcome = ledger.apply(Transition::Reserve {
            id,
            version: 1,
            least: amount,
            most: amount,
        });
        matches!(outcome, Outcome::Reserved { .. }).then_some(id)
    }

    pub(super) fn settle(&self, owner: &BudgetId, id: u64, cost: Usd) {
        if let Some(ledger) = self.table().ledgers.get_mut(owner) {
            ledger.apply(Transition::Settle {
                charge: id,
                from: Some(id),
                cost,
                closes: true,
            });
            ledger.forget(&id);
        }
    }

    pub(super) fn release(&self, owner: &BudgetId, id: u64) {
        if let Some(ledger) = self.table().ledgers.get_mut(owner) {
            ledger.apply(Transition::Release { id });
        }
    }

    /// Forgets what was charged: the database answers, and has its own sums.
    pub(super) fn reset(&self) {
        self.table().ledgers.retain(|_, ledger| {
            ledger.restart();
            ledger.reserved() > Usd::ZERO
        });
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::AccountId;

    #[test]
    fn an_overdraft_ends_at_its_limit_until_the_database_answers() {
        let (overdrafts, limit) = (Overdrafts::default(), Usd::from_nanos(10));
        let owner = BudgetId::Account(AccountId::default());
        let reserve = |nanos| overdrafts.reserve(&owner, Usd::from_nanos(nanos), limit);
        let (one, two) = (reserve(4).expect("one"), reserve(4).expect("two"));
        assert_eq!(reserve(4), None);
        overdrafts.release(&owner, one);
        overdrafts.settle(&owner, two, Usd::from_nanos(9));
        assert_eq!(reserve(4), None);
        let three = reserve(1).expect("three");
        overdrafts.reset();
        let four = reserve(9).expect("four");
        assert_eq!(reserve(1), None);
        overdrafts.release(&owner, three);
        overdrafts.release(&owner, four);
        overdrafts.reset();
        assert!(overdrafts.table().ledgers.is_empty());
    }
}
