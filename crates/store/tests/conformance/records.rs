//! Records of generations.

use std::collections::HashSet;
use std::time::Duration;

use orouter_store::{
    AccountId, ActivityQuery, AttemptRecord, BudgetId, ExportCursor, ExportQuery,
    GenerationOutcome, KeyHash, LeaseId, NewKey, Retention, Scope, Usd,
};

use crate::support::*;

const DAY: Duration = Duration::from_secs(86_400);

pub(crate) async fn a_record_is_written_and_charged_once(db: Db) {
    add_credits(&db, 100).await;
    let (_, details) = create_key(&db, NewKey::new("key")).await;
    let hash = details.key.hash;
    let mut first = settlement(&db, 3).await;
    first.record.key = Some(hash);
    let mut second = settlement(&db, 4).await;
    second.record.key = Some(hash);
    let written = write(&db, vec![first.clone(), second.clone(), first.clone()]).await;
    assert_eq!((written.new, written.excesses.len()), (2, 2));
    let mut other = first.clone();
    other.record.cost = usd(50);
    assert_eq!(write(&db, vec![other, second]).await.new, 0);
    let account = read_account(&db).await;
    assert_eq!((account.usage, account.balance()), (usd(7), Some(usd(93))));
    let details = db.key(self::account(), hash).await.unwrap().unwrap();
    assert_eq!((details.usage.total, details.usage.daily), (usd(7), usd(7)));
    assert!(details.key.last_used_at.is_some());
    assert_eq!(write(&db, vec![]).await.new, 0);
}

pub(crate) async fn leases_pay_for_charges(db: Db) {
    add_credits(&db, 100).await;
    let mut new = NewKey::new("key");
    new.limit = Some(usd(80));
    let (_, details) = create_key(&db, new).await;
    let hash = details.key.hash;
    let one = process(&db, LONG).await;
    let key_budget = BudgetId::Key(hash);
    lease(&db, &credits_budget(), &one, 1, 50, 50).await;
    lease(&db, &key_budget, &one, 1, 10, 10).await;
    let pays = |mut settlement: orouter_store::Settlement| {
        settlement.record.key = Some(hash);
        settlement.account_lease = Some(LeaseId::new(one.clone(), 1));
        settlement.key_lease = Some(LeaseId::new(one.clone(), 1));
        settlement
    };
    let written = write(&db, vec![pays(settlement(&db, 6).await)]).await;
    assert_eq!(written.excesses, []);
    assert_eq!(read_account(&db).await.reserved, usd(44));
    let written = write(&db, vec![pays(settlement(&db, 6).await)]).await;
    let [excess] = written.excesses.as_slice() else {
        panic!("{written:?}");
    };
    assert_eq!((&excess.budget, excess.amount), (&key_budget, usd(2)));
    let account = read_account(&db).await;
    assert_eq!((account.reserved, account.usage), (usd(38), usd(12)));
    let details = db.key(self::account(), hash).await.unwrap().unwrap();
    assert_eq!(
        (details.usage.reserved, details.usage.total),
        (Usd::ZERO, usd(12))
    );
    assert_eq!(details.limit_remaining(), Some(usd(68)));
}

pub(crate) async fn a_charge_without_its_lease_is_charged_in_full(db: Db) {
    add_credits(&db, 100).await;
    let one = process(&db, LONG).await;
    lease(&db, &credits_budget(), &one, 1, 50, 50).await;
    db.end_process(one.clone()).await.unwrap();
    let mut late = settlement(&db, 6).await;
    late.account_lease = Some(LeaseId::new(one, 1));
    let written = write(&db, vec![late]).await;
    assert_eq!(written.excesses[0].amount, usd(6));
    let account = read_account(&db).await;
    assert_eq!((account.usage, account.reserved), (usd(6), Usd::ZERO));
}

pub(crate) async fn a_record_is_read_in_its_scope_only(db: Db) {
    let (_, details) = create_key(&db, NewKey::new("key")).await;
    let mut settlement = settlement(&db, 1).await;
    settlement.record.key = Some(details.key.hash);
    let id = settlement.record.id.clone();
    write(&db, vec![settlement]).await;
    let other = AccountId::new("other").unwrap();
    for (scope, found) in [
        (Scope::Account(account()), true),
        (Scope::Account(other), false),
        (Scope::Key(details.key.hash), true),
        (Scope::Key(KeyHash::of(b"other")), false),
    ] {
        let record = db.generation(&id, scope.clone()).await.unwrap();
        assert_eq!(record.is_some(), found, "{scope:?}");
    }
    let scope = Scope::Account(account());
    assert_eq!(db.generation("gen-unknown", scope).await.unwrap(), None);
}

pub(crate) async fn a_record_keeps_all_its_members(db: Db) {
    let mut settlement = settlement(&db, 1).await;
    let record = &mut settlement.record;
    record.request_id = Some("req-1".to_owned());
    record.caller = Some("ci".to_owned());
    record.model_permaslug = Some("a/b-2026".to_owned());
    record.outcome = GenerationOutcome::Cancelled;
    record.error_type = Some("timeout".to_owned());
    record.upstream_cost = Some(usd(2));
    record.tokens.cached = 5;
    record.estimated = true;
    record.latency_ms = Some(17);
    record.cancelled = true;
    record.attempts = vec![AttemptRecord::default(), {
        let mut attempt = AttemptRecord::default();
        attempt.status = Some(503);
        attempt
    }];
    record.client.user_agent = Some("agent".to_owned());
    let expected = record.clone();
    write(&db, vec![settlement]).await;
    let found = db
        .generation(&expected.id, Scope::Account(account()))
        .await
        .unwrap();
    assert_eq!(found, Some(expected));
}

pub(crate) async fn activity_has_the_completed_days(db: Db) {
    let now = db.now().await.unwrap();
    let hash = KeyHash::of(b"key");
    let mut settlements = Vec::new();
    for (days, model, cost) in [
        (0, "a/b", 1),
        (1, "a/b", 2),
        (1, "a/b", 3),
        (1, "a/c", 4),
        (30, "a/b", 5),
        (31, "a/b", 6),
    ] {
        let mut settlement = settlement_at(now.minus(DAY * days), cost);
        settlement.record.model = model.to_owned();
        settlement.record.key = (model == "a/c").then_some(hash);
        settlements.push(settlement);
    }
    write(&db, settlements).await;
    let query = ActivityQuery::new(account());
    let rows = db.activity(query.clone()).await.unwrap();
    let summary: Vec<_> = rows
        .iter()
        .map(|row| (row.day, row.model.as_str(), row.cost, row.requests))
        .collect();
    let day = |days| now.day().minus(days);
    assert_eq!(
        summary,
        [
            (day(1), "a/b", usd(5), 2),
            (day(1), "a/c", usd(4), 1),
            (day(30), "a/b", usd(5), 1),
        ]
    );
    assert_eq!((rows[0].prompt_tokens, rows[0].completion_tokens), (20, 40));
    assert_eq!(
        (rows[0].endpoint.as_str(), rows[0].model_permaslug.as_str()),
        ("p/x", "a/b")
    );

    let mut of_key = query.clone();
    of_key.key = Some(hash);
    assert_eq!(db.activity(of_key).await.unwrap(), rows[1..2]);
    for (days, count) in [(0, 0), (1, 2), (30, 1), (31, 0)] {
        let mut of_day = query.clone();
        of_day.day = Some(day(days));
        assert_eq!(db.activity(of_day).await.unwrap().len(), count, "{days}");
    }
}

pub(crate) async fn an_export_has_every_record_once(db: Db) {
    let now = db.now().await.unwrap();
    let mut written = HashSet::new();
    for index in 0..25 {
        // Several records end at the same time.
        let at = now.minus(Duration::from_millis(index / 4));
        let settlement = settlement_at(at, 1);
        written.insert(settlement.record.id.clone());
        write(&db, vec![settlement]).await;
    }
    let mut query = ExportQuery::default();
    query.count = 7;
    let mut exported = Vec::new();
    loop {
        let page = db.export(query.clone()).await.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 7);
        query.after = Some(ExportCursor::of(last));
        exported.extend(page);
    }
    assert!(exported.is_sorted_by_key(|record| record.completed_at));
    let ids: HashSet<String> = exported.iter().map(|record| record.id.clone()).collect();
    assert_eq!((exported.len(), ids), (25, written));

    let mut part = ExportQuery::default();
    part.since = Some(now.minus(Duration::from_millis(2)));
    part.until = Some(now);
    assert_eq!(db.export(part.clone()).await.unwrap().len(), 8);
    part.account = Some(AccountId::new("other").unwrap());
    assert_eq!(db.export(part).await.unwrap(), []);
}

pub(crate) async fn client_fields_are_removed_after_their_time(db: Db) {
    let now = db.now().await.unwrap();
    let mut ids = Vec::new();
    for days in [40, 20] {
        let mut settlement = settlement_at(now.minus(DAY * days), 1);
        settlement.record.client.user_agent = Some("agent".to_owned());
        ids.push(settlement.record.id.clone());
        write(&db, vec![settlement]).await;
    }
    let mut retention = Retention::default();
    retention.client_fields_before = Some(now.minus(DAY * 30));
    let removed = db.clean(retention).await.unwrap();
    assert_eq!(
        (removed.client_fields, removed.records, removed.more),
        (1, 0, false)
    );
    assert_eq!(db.clean(retention).await.unwrap().client_fields, 0);
    let scope = Scope::Account(account());
    for (id, kept) in ids.iter().zip([false, true]) {
        let record = db.generation(id, scope.clone()).await.unwrap().unwrap();
        assert_eq!(record.client.user_agent.is_some(), kept);
    }
    retention.records_before = Some(now.minus(DAY * 30));
    assert_eq!(db.clean(retention).await.unwrap().records, 1);
    assert_eq!(db.generation(&ids[0], scope).await.unwrap(), None);
    // The charges stay.
    assert_eq!(read_account(&db).await.usage, usd(2));
}

pub(crate) async fn charges_of_deleted_keys_and_unknown_accounts_are_recorded(db: Db) {
    let mut of_deleted = settlement(&db, 1).await;
    of_deleted.record.key = Some(KeyHash::of(b"deleted"));
    let mut of_unknown = settlement(&db, 1).await;
    of_unknown.record.account = AccountId::new("unknown").unwrap();
    assert_eq!(write(&db, vec![of_deleted, of_unknown]).await.new, 2);
    assert_eq!(read_account(&db).await.usage, usd(1));
    assert_eq!(db.export(ExportQuery::default()).await.unwrap().len(), 2);
}

pub(crate) async fn old_sums_are_removed_and_lifetime_sums_kept(db: Db) {
    let now = db.now().await.unwrap();
    let (secret, _) = create_key(&db, NewKey::new("key")).await;
    for days in [63, 61, 0] {
        let mut settlement = settlement_at(now.minus(DAY * days), 1);
        settlement.record.key = Some(secret.hash());
        write(&db, vec![settlement]).await;
    }
    let removed = db.clean(Retention::default()).await.unwrap();
    assert_eq!((removed.sums, removed.records, removed.more), (2, 0, false));
    assert_eq!(db.clean(Retention::default()).await.unwrap().sums, 0);
    let details = db.key(account(), secret.hash()).await.unwrap().unwrap();
    assert_eq!((details.usage.total, details.usage.daily), (usd(3), usd(1)));
    assert_eq!(read_account(&db).await.usage, usd(3));
}

pub(crate) async fn a_record_that_was_removed_is_not_charged_again(db: Db) {
    let now = db.now().await.unwrap();
    let removed = settlement_at(now.minus(DAY * 40), 1);
    let kept = settlement_at(now.minus(DAY * 20), 1);
    write(&db, vec![removed.clone(), kept.clone()]).await;
    let mut retention = Retention::default();
    retention.records_before = Some(now.minus(DAY * 30));
    assert_eq!(db.clean(retention).await.unwrap().records, 1);
    // The journal of a process that was killed is written late.
    let late = settlement_at(now.minus(DAY * 39), 1);
    let written = write(&db, vec![removed.clone(), kept, late]).await;
    assert_eq!(
        (written.new, written.outdated),
        (1, vec![removed.record.id])
    );
    assert_eq!(read_account(&db).await.usage, usd(3));
}

pub(crate) async fn absurd_numbers_of_a_provider_do_not_stop_later_records(db: Db) {
    let (secret, _) = create_key(&db, NewKey::new("key")).await;
    for _ in 0..3 {
        let mut settlement = settlement(&db, i64::MAX).await;
        settlement.record.key = Some(secret.hash());
        let tokens = &mut settlement.record.tokens;
        (tokens.prompt, tokens.completion) = (u64::MAX, u64::MAX);
        (tokens.reasoning, tokens.cached) = (u64::MAX, u64::MAX);
        assert_eq!(write(&db, vec![settlement]).await.new, 1);
    }
    let million = Usd::from_f64(1_000_000.0);
    assert_eq!(read_account(&db).await.usage, million.times(3));
    let details = db.key(account(), secret.hash()).await.unwrap().unwrap();
    assert_eq!(details.usage.monthly, million.times(3));
}
