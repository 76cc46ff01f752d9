//! Requests while the database does not answer, or is slow.

use std::time::Instant;

use orouter_server::store::{
    OutagePolicy, PostgresOptions, PostgresStore, testing::PostgresServer, testing::SlowProxy,
};

use super::*;

/// A lifetime of leases that a test can wait for.
const SHORT: Duration = Duration::from_secs(3);

/// A server whose database is behind a proxy.
struct Behind {
    setup: Setup,
    proxy: SlowProxy,
    database: PostgresServer,
}

/// `lifetime` is that of leases.
async fn behind(policy: OutagePolicy, lifetime: Duration) -> Option<Behind> {
    let database = PostgresServer::start().unwrap()?;
    let url = database.url("postgres");
    let address = url.split(['@', '/']).nth(3).unwrap();
    let proxy = SlowProxy::start(address.parse().unwrap()).await.unwrap();
    let url = format!("postgres://postgres@{}/postgres", proxy.address());
    let store = PostgresStore::open(PostgresOptions::new(url)).await;
    let store: Arc<dyn Store> = Arc::new(store.unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut options = AccountsOptions::new(folder.path().join("journal"));
    options.leases.on_outage = policy;
    options.leases.lifetime = lifetime;
    let accounts = Accounts::start(store, options).unwrap();
    let server = start(&accounts, script(), "").await;
    let setup = Setup {
        accounts,
        server,
        _folder: folder,
    };
    Some(Behind {
        setup,
        proxy,
        database,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_database_does_not_slow_requests() {
    let Some(Behind {
        setup,
        proxy,
        database: _database,
    }) = behind(OutagePolicy::Refuse, Duration::from_secs(60)).await
    else {
        return;
    };
    let key = setup.key(|new| new.limit = Some(Usd::from_f64(10.0))).await;
    // The creation of a key returns its lease once it is announced.
    tokio::time::sleep(500 * MS).await;
    assert_eq!(setup.ask(&key, &request()).await.status, 200);
    proxy.set_delay(Duration::from_millis(400));
    let mut slow = 0;
    // For so long that the connection that listens for changes fails and is made again.
    for _ in 0..50 {
        tokio::time::sleep(100 * MS).await;
        let begin = Instant::now();
        let response = setup.ask(&key, &request()).await;
        assert_eq!(response.status, 200, "{}", response.text());
        slow += u32::from(begin.elapsed() > Duration::from_millis(300));
    }
    assert!(slow <= 10, "{slow} of 50 requests waited for the database");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_keeps_records_and_refuses_what_no_lease_covers() {
    let Some(mut behind) = behind(OutagePolicy::Refuse, SHORT).await else {
        return;
    };
    let free = behind.setup.key(|_| {}).await;
    let limited = behind
        .setup
        .key(|new| new.limit = Some(Usd::from_f64(10.0)))
        .await;
    // The creation of a key returns its lease once it is announced.
    tokio::time::sleep(500 * MS).await;
    for key in [&free, &limited] {
        assert_eq!(behind.setup.ask(key, &request()).await.status, 200);
    }
    behind.database.stop().unwrap();
    let mut ids = Vec::new();
    // Covered by the lease.
    let response = behind.setup.ask(&limited, &request()).await;
    assert_eq!(response.status, 200, "{}", response.text());
    ids.push(id_of(&response));
    tokio::time::sleep(Duration::from_secs(4)).await;
    let response = behind.setup.ask(&limited, &request()).await;
    assert_eq!(response.status, 503, "{}", response.text());
    assert!(response.headers.contains_key("retry-after"));
    for _ in 0..5 {
        let response = behind.setup.ask(&free, &request()).await;
        assert_eq!(response.status, 200, "{}", response.text());
        ids.push(id_of(&response));
    }
    // A key that is not in the cache cannot be checked.
    let unknown = ApiKey::random().unwrap();
    assert_eq!(behind.setup.ask(&unknown, &request()).await.status, 503);
    assert!(behind.setup.accounts.pending_records() >= 6);
    behind.database.run().unwrap();
    for id in &ids {
        let mut found = None;
        for _ in 0..300 {
            let scope = Scope::Account(AccountId::default());
            let store = behind.setup.accounts.store();
            found = store.generation(id, scope).await.ok().flatten();
            if found.is_some() {
                break;
            }
            tokio::time::sleep(50 * MS).await;
        }
        assert_eq!(found.expect("a record in the database").cost, COST);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_admits_up_to_an_amount_if_the_operator_says_so() {
    let most = OutagePolicy::AdmitUpTo(Usd::from_f64(0.06));
    let Some(mut behind) = behind(most, SHORT).await else {
        return;
    };
    let limited = behind
        .setup
        .key(|new| new.limit = Some(Usd::from_f64(10.0)))
        .await;
    assert_eq!(behind.setup.ask(&limited, &request()).await.status, 200);
    behind.database.stop().unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut large = request();
    large["max_output_tokens"] = 1_000.into();
    assert_eq!(behind.setup.ask(&limited, &large).await.status, 503);
    assert_eq!(behind.setup.ask(&limited, &request()).await.status, 200);
}
