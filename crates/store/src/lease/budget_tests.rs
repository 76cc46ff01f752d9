//! Tests of the lease of one budget.

use super::*;
use crate::id::{AccountId, ProcessId};
use crate::time::Timestamp;

const fn usd(nanos: i64) -> Usd {
    Usd::from_nanos(nanos)
}

fn budget() -> LocalBudget {
    let registration = Registration::new(ProcessId::stored("a"));
    let lifetime = Duration::from_secs(60);
    registration.renewed(Instant::now(), lifetime, Timestamp::now(), true);
    let id = BudgetId::Account(AccountId::default());
    LocalBudget::new(id, Arc::new(registration))
}

#[test]
fn a_refusal_does_not_hide_what_an_unanswered_request_was_granted() {
    let (budget, options, now) = (budget(), LeaseOptions::default(), Instant::now());
    let _unanswered = budget.extend(Some(usd(5)), now, &options);
    let request = budget.extend(Some(usd(10)), now, &options);
    budget.refused(&request, usd(0), now);
    let returned = budget.reduce(Keep::Nothing, now, &options);
    assert_eq!(returned.map(|request| request.most), Some(Usd::ZERO));
}

#[test]
fn a_refusal_after_an_answered_request_leaves_nothing_to_return() {
    let (budget, options, now) = (budget(), LeaseOptions::default(), Instant::now());
    let request = budget.extend(Some(usd(10)), now, &options);
    budget.refused(&request, usd(0), now);
    assert_eq!(budget.reduce(Keep::Nothing, now, &options), None);
}

#[test]
fn an_answer_from_before_a_change_does_not_make_a_budget_unlimited() {
    let (budget, options, now) = (budget(), LeaseOptions::default(), Instant::now());
    budget.extend(Some(usd(5)), now, &options);
    budget.forget_answers(); // the budget got a limit, and the announcement overtook the answer
    budget.unlimited(now);
    assert_eq!(budget.try_reserve(usd(5), now, &options), Attempt::Short);
    budget.extend(Some(usd(5)), now, &options);
    budget.unlimited(now);
    assert_eq!(
        budget.try_reserve(usd(5), now, &options),
        Attempt::Unlimited
    );
}
