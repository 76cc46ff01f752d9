//! Money under concurrent use of one database by several processes.

use orouter_store::{ActivityQuery, BudgetId, ExportQuery, LeaseAnswer, LeaseId, NewKey, Usd};

use crate::support::*;

/// Four processes lease, settle and return concurrently; each settles no more than it was granted.
pub(crate) async fn no_interleaving_spends_more_than_the_balance(db: Db) {
    add_credits(&db, 1_000).await;
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let (db, one) = (db.clone(), process(&db, LONG).await);
        tasks.push(tokio::spawn(async move {
            let budget = credits_budget();
            let mut settled = 0;
            for version in 1..60 {
                let answer = lease(&db, &budget, &one, version, settled + 7, settled + 20).await;
                let granted = match answer {
                    LeaseAnswer::Granted { granted } => granted.to_nanos(),
                    LeaseAnswer::Refused { .. } => break,
                    other => panic!("{other:?}"),
                };
                let mut batch = Vec::new();
                while settled + 7 <= granted {
                    let mut settlement = settlement(&db, 7).await;
                    settlement.account_lease = Some(LeaseId::new(one.clone(), 1));
                    batch.push(settlement);
                    settled += 7;
                }
                let written = write(&db, batch).await;
                assert_eq!(written.excesses, []);
            }
            db.end_process(one).await.unwrap();
            settled
        }));
    }
    let mut settled = 0;
    for task in tasks {
        settled += task.await.unwrap();
    }
    let account = read_account(&db).await;
    assert_eq!((account.usage, account.reserved), (usd(settled), Usd::ZERO));
    assert!(settled <= 1_000, "{settled}");
    assert!(settled > 900, "{settled}");
}

/// Batches with common records are written concurrently.
pub(crate) async fn the_sums_of_records_charges_and_credits_are_equal(db: Db) {
    add_credits(&db, 1_000_000).await;
    let mut hashes = Vec::new();
    for index in 0..3 {
        let (_, details) = create_key(&db, NewKey::new(format!("key {index}"))).await;
        hashes.push(details.key.hash);
    }
    let now = db.now().await.unwrap();
    let mut all = Vec::new();
    for index in 0..200_u32 {
        let day = std::time::Duration::from_secs(86_400) * (index % 3);
        let mut settlement = settlement_at(now.minus(day), i64::from(index) + 1);
        settlement.record.key = Some(hashes[index as usize % 3]);
        all.push(settlement);
    }
    let mut tasks = Vec::new();
    for task in 0..4 {
        // Each record is in two batches, in different orders.
        let mut part: Vec<_> = all
            .iter()
            .skip(task * 50)
            .chain(all.iter())
            .take(100)
            .cloned()
            .collect();
        if task % 2 == 1 {
            part.reverse();
        }
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            let mut new = 0;
            for batch in part.chunks(9) {
                new += write(&db, batch.to_vec()).await.new;
            }
            new
        }));
    }
    let mut new = 0;
    for task in tasks {
        new += task.await.unwrap();
    }
    assert_eq!(new, 200);

    let sum = usd((1..=200).sum());
    let account = read_account(&db).await;
    assert_eq!(
        (account.usage, account.balance()),
        (sum, Some(usd(1_000_000) - sum))
    );
    let records = db.export(ExportQuery::default()).await.unwrap();
    assert_eq!(records.iter().map(|record| record.cost).sum::<Usd>(), sum);
    let mut of_keys = Usd::ZERO;
    let mut today = Usd::ZERO;
    for hash in hashes {
        let details = db.key(self::account(), hash).await.unwrap().unwrap();
        of_keys += details.usage.total;
        today += details.usage.daily;
        assert!(db.find_key(hash).await.unwrap().is_some());
        let budget = BudgetId::Key(hash);
        assert_eq!(budget.kind(), "key");
    }
    assert_eq!(of_keys, sum);
    let completed = db
        .activity(ActivityQuery::new(self::account()))
        .await
        .unwrap();
    let completed: Usd = completed.iter().map(|row| row.cost).sum();
    assert_eq!(completed + today, sum);
}
