//! Leases of budgets.

use std::time::Duration;

use orouter_store::{BudgetId, LeaseAnswer, LimitReset, NewKey, ProcessId, Usd};

use crate::support::*;

fn granted(nanos: i64) -> LeaseAnswer {
    LeaseAnswer::Granted {
        granted: usd(nanos),
    }
}

/// Checks a refusal.
fn refused(answer: LeaseAnswer, available: i64, leased: i64) {
    let LeaseAnswer::Refused {
        available: left,
        leased: by_others,
        ..
    } = answer
    else {
        panic!("{answer:?}");
    };
    assert_eq!((left, by_others), (usd(available), usd(leased)));
}

pub(crate) async fn a_lease_is_granted_up_to_the_balance(db: Db) {
    add_credits(&db, 100).await;
    let one = process(&db, LONG).await;
    let budget = credits_budget();
    assert_eq!(lease(&db, &budget, &one, 1, 10, 60).await, granted(60));
    assert_eq!(read_account(&db).await.reserved, usd(60));
    assert_eq!(lease(&db, &budget, &one, 2, 70, 500).await, granted(100));
    refused(lease(&db, &budget, &one, 3, 101, 101).await, 0, 0);
    assert_eq!(lease(&db, &budget, &one, 4, 0, 30).await, granted(30));
    let account = read_account(&db).await;
    assert_eq!(
        (account.reserved, account.balance()),
        (usd(30), Some(usd(100)))
    );
}

pub(crate) async fn a_request_is_applied_once(db: Db) {
    add_credits(&db, 100).await;
    let one = process(&db, LONG).await;
    let budget = credits_budget();
    assert_eq!(lease(&db, &budget, &one, 2, 10, 40).await, granted(40));
    // Repeated, and late ones.
    assert_eq!(lease(&db, &budget, &one, 2, 10, 40).await, granted(40));
    assert_eq!(lease(&db, &budget, &one, 1, 90, 90).await, granted(40));
    assert_eq!(read_account(&db).await.reserved, usd(40));
}

pub(crate) async fn a_budget_without_a_limit_needs_no_lease(db: Db) {
    let one = process(&db, LONG).await;
    assert_eq!(
        lease(&db, &credits_budget(), &one, 1, 1, 1).await,
        LeaseAnswer::Unlimited
    );
    let (_, details) = create_key(&db, NewKey::new("free")).await;
    let budget = BudgetId::Key(details.key.hash);
    assert_eq!(
        lease(&db, &budget, &one, 1, 1, 1).await,
        LeaseAnswer::Unlimited
    );
    let budget = BudgetId::Key(orouter_store::KeyHash::of(b"unknown"));
    assert_eq!(
        lease(&db, &budget, &one, 1, 1, 1).await,
        LeaseAnswer::Missing
    );
    let unregistered = ProcessId::random().unwrap();
    let answer = lease(&db, &credits_budget(), &unregistered, 1, 1, 1).await;
    assert_eq!(answer, LeaseAnswer::Lost);
}

pub(crate) async fn the_leases_of_a_dead_process_expire(db: Db) {
    add_credits(&db, 100).await;
    let budget = credits_budget();
    let dead = process(&db, Duration::from_millis(200)).await;
    assert_eq!(lease(&db, &budget, &dead, 1, 90, 90).await, granted(90));
    let live = process(&db, LONG).await;
    refused(lease(&db, &budget, &live, 1, 20, 20).await, 10, 90);
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(lease(&db, &budget, &live, 1, 100, 100).await, granted(100));
    // The process was only slow: it is told that its leases are lost.
    assert_eq!(lease(&db, &budget, &dead, 2, 0, 0).await, LeaseAnswer::Lost);
    let beat = db.heartbeat(dead.clone(), LONG).await.unwrap();
    assert_eq!((beat.known, beat.processes), (false, 2));
    let beat = db.heartbeat(dead, LONG).await.unwrap();
    assert!(beat.known);
}

pub(crate) async fn an_ended_process_returns_its_leases(db: Db) {
    add_credits(&db, 100).await;
    let one = process(&db, LONG).await;
    lease(&db, &credits_budget(), &one, 1, 90, 90).await;
    db.end_process(one.clone()).await.unwrap();
    db.end_process(one).await.unwrap();
    assert_eq!(read_account(&db).await.reserved, Usd::ZERO);
}

pub(crate) async fn two_processes_share_what_is_available(db: Db) {
    add_credits(&db, 800).await;
    let budget = credits_budget();
    let (one, two) = (process(&db, LONG).await, process(&db, LONG).await);
    assert_eq!(lease(&db, &budget, &one, 1, 10, 800).await, granted(200));
    assert_eq!(lease(&db, &budget, &two, 1, 10, 800).await, granted(150));
    assert_eq!(lease(&db, &budget, &one, 2, 600, 800).await, granted(600));
    let mut feed = db.changes();
    refused(lease(&db, &budget, &two, 2, 201, 201).await, 50, 600);
    let wait = async {
        while let Some(change) = feed.next().await {
            if change == orouter_store::Change::Short(budget.clone()) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .expect("a change");
    assert_eq!(lease(&db, &budget, &two, 3, 200, 200).await, granted(200));
}

pub(crate) async fn a_limit_counts_the_charges_of_its_window(db: Db) {
    let one = process(&db, LONG).await;
    let now = db.now().await.unwrap();
    let (day, month) = (
        Duration::from_secs(86_400),
        Duration::from_secs(40 * 86_400),
    );
    for (reset, left) in [(Some(LimitReset::Daily), 70), (None, 10)] {
        let mut new = NewKey::new("limited");
        new.limit = Some(usd(100));
        new.limit_reset = reset;
        let (_, details) = create_key(&db, new).await;
        let hash = details.key.hash;
        for (at, cost) in [(now, 30), (now.minus(day), 20), (now.minus(month), 40)] {
            let mut settlement = settlement_at(at, cost);
            settlement.record.key = Some(hash);
            write(&db, vec![settlement]).await;
        }
        let budget = BudgetId::Key(hash);
        refused(
            lease(&db, &budget, &one, 1, left + 1, left + 1).await,
            left,
            0,
        );
        assert_eq!(lease(&db, &budget, &one, 1, 1, 5).await, granted(5));
        let details = db.key(account(), hash).await.unwrap().unwrap();
        assert_eq!(details.limit_remaining(), Some(usd(left - 5)));
        assert_eq!(
            (details.usage.total, details.usage.daily),
            (usd(90), usd(30))
        );
        assert!(details.usage.monthly >= usd(30) && details.usage.monthly <= usd(50));
        assert!(details.usage.weekly >= usd(30) && details.usage.weekly <= usd(50));
    }
}
