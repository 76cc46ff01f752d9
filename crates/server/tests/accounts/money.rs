//! Many requests at once against a balance that does not suffice for all.
//!
//! The variable `OROUTER_MONEY_CALLS` sets their number; the default is the short form.

use std::sync::atomic::{AtomicU32, Ordering};

use orouter_server::store::{Payer, PostgresOptions, PostgresStore, testing::PostgresServer};

use super::*;

/// Number of requests, and of those that run at the same time.
const CALLS: u32 = 2_000;
const AT_ONCE: u32 = 64;

fn calls() -> u32 {
    let calls = std::env::var("OROUTER_MONEY_CALLS");
    calls.map_or(CALLS, |calls| calls.parse().unwrap())
}

/// Sends all requests. Returns the number of 200s.
async fn run(setup: &Setup, key: &ApiKey) -> u32 {
    let calls = calls();
    let (started, paid) = (AtomicU32::new(0), AtomicU32::new(0));
    let body = request();
    let caller = async || {
        while started.fetch_add(1, Ordering::Relaxed) < calls {
            let response = setup.ask(key, &body).await;
            match response.status {
                200 => paid.fetch_add(1, Ordering::Relaxed),
                402 => 0,
                other => panic!("{other}: {}", response.text()),
            };
        }
    };
    let callers: Vec<_> = (0..AT_ONCE).map(|_| caller()).collect();
    let mut waiting: Vec<_> = callers.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        waiting.retain_mut(|caller| caller.as_mut().poll(cx).is_pending());
        match waiting.is_empty() {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    paid.load(Ordering::Relaxed)
}

async fn every_call_is_paid_or_refused(setup: Setup) {
    let balance = COST.times(i64::from(calls() / 2));
    setup.credits(balance.to_f64()).await;
    let key = setup.key(|_| {}).await;
    let mut paid = run(&setup, &key).await;
    // One after the other, the balance is spent until it no longer covers the highest cost.
    while setup.ask(&key, &request()).await.status == 200 {
        paid += 1;
    }
    let mut payer = Payer::default();
    payer.account = Some(AccountId::default());
    setup
        .accounts
        .update_figures(&payer, Duration::from_secs(30))
        .await;
    let store = setup.accounts.store();
    let account = store.account(AccountId::default()).await.unwrap().unwrap();
    assert_eq!(account.usage, COST.times(i64::from(paid)), "{paid} paid");
    assert!(account.usage <= balance, "{account:?}");
    assert_eq!(account.reserved, Usd::ZERO);
    assert_eq!(account.balance(), Some(balance - account.usage));
    assert!(balance - account.usage < HIGHEST, "{account:?}");
    // Each response has one record, and their sum is the usage.
    let mut query = orouter_server::store::ExportQuery::default();
    let (mut count, mut sum) = (0, Usd::ZERO);
    loop {
        let page = store.export(query.clone()).await.unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some(orouter_server::store::ExportCursor::of(last));
        count += page.len();
        sum = page.iter().fold(sum, |sum, record| sum + record.cost);
    }
    assert_eq!((count, sum), (paid as usize, account.usage));
    setup.accounts.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    every_call_is_paid_or_refused(Setup::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let mut options = PostgresOptions::new(server.url("postgres"));
    options.deadline = Duration::from_secs(30);
    let store: Arc<dyn Store> = Arc::new(PostgresStore::open(options).await.unwrap());
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::on(store, folder, script(), "").await;
    every_call_is_paid_or_refused(setup).await;
}
