//! Two servers on one database: they share keys, limits, conversations and outages.

use orouter_server::provider::Price;
use orouter_server::store::KeyChange;
use orouter_server::{Amount, Failure, FailureKind, ServerBuilder};

use super::*;

/// Two servers, each with the providers that `builder` gives to a number.
async fn two(builder: impl Fn(usize) -> ServerBuilder) -> [Setup; 2] {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::new(folder.path().join("orouter.db"));
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(options).await.unwrap());
    let one = on(&store, folder, builder(0)).await;
    [
        one,
        on(&store, tempfile::tempdir().unwrap(), builder(1)).await,
    ]
}

async fn on(store: &Arc<dyn Store>, folder: TempDir, builder: ServerBuilder) -> Setup {
    let options = AccountsOptions::new(folder.path().join("journal"));
    let accounts = Accounts::start(Arc::clone(store), options).unwrap();
    let config = Config::from_toml("[store]\nurl = \"sqlite:x\"\n", "orouter.toml", |_| None);
    let builder = builder.config(&config.unwrap()).unwrap();
    let server = Running::start(builder.accounts(accounts.clone())).await;
    Setup {
        accounts,
        server,
        _folder: folder,
    }
}

/// Time in which what one server sees reaches the other, on a busy machine.
const SHARED: Duration = Duration::from_secs(5);

/// Returns the provider that served a response.
async fn provider(setup: &Setup, response: &HttpResponse) -> String {
    assert_eq!(response.status, 200, "{}", response.text());
    let record = setup.awaited(&id_of(response)).await;
    record.provider.unwrap()
}

#[tokio::test]
async fn an_outage_that_one_server_sees_changes_the_order_of_the_other() {
    let cheap = || Script::new(MODEL, message("ok", Duration::ZERO)).named("cheap");
    let servers = two(|number| {
        let failure = Failure::new(FailureKind::ProviderUnavailable, "down");
        let mut other = priced(MODEL);
        other.price = Some(Price::per_million(100_000.0, 200_000.0));
        let first = match number {
            0 => Script::refusing(MODEL, failure).named("cheap"),
            _ => cheap(),
        };
        let second = Script::new(MODEL, message("ok", Duration::ZERO)).named("dear");
        let builder = Server::builder().provider(first.describing(priced(MODEL)));
        builder.provider(second.describing(other))
    })
    .await;
    let [failing, other] = &servers;
    let key = other.key(|_| {}).await;
    let response = other.ask(&key, &request()).await;
    assert_eq!(provider(other, &response).await, "cheap");
    for _ in 0..6 {
        let response = failing.ask(&key, &request()).await;
        assert_eq!(provider(failing, &response).await, "dear");
    }
    // Its own successes would outnumber the failures of the other.
    tokio::time::sleep(SHARED).await;
    let response = other.ask(&key, &request()).await;
    assert_eq!(provider(other, &response).await, "dear");
}

#[tokio::test]
async fn a_conversation_stays_with_its_endpoint_on_the_other_server() {
    let servers = two(|_| {
        let mut cached = priced(MODEL);
        let mut price = price();
        price.cache_read = Some(Amount::per_million(1.0));
        cached.price = Some(price);
        let script = |name| {
            let script = Script::new(MODEL, message("ok", Duration::ZERO));
            script.named(name).describing(cached.clone())
        };
        let builder = Server::builder().provider(script("one"));
        builder.provider(script("two"))
    })
    .await;
    let [first, second] = &servers;
    let key = first.key(|_| {}).await;
    tokio::time::sleep(SHARED).await; // conversations are collected from the first exchange on
    let session = |number: usize, provider: Value| {
        let mut body = request();
        body["session_id"] = format!("session {number}").into();
        body["provider"] = provider;
        body
    };
    for number in 0..10 {
        let body = session(number, json!({"only": ["two"]}));
        let response = first.ask(&key, &body).await;
        assert_eq!(provider(first, &response).await, "two");
    }
    tokio::time::sleep(SHARED).await;
    // Of two endpoints of one price, each would be chosen by chance.
    for number in 0..10 {
        let response = second.ask(&key, &session(number, json!({}))).await;
        assert_eq!(provider(second, &response).await, "two");
    }
}

#[tokio::test]
async fn a_key_that_is_disabled_through_one_server_is_refused_by_the_other() {
    let servers = two(|_| Server::builder().provider(script())).await;
    let [first, second] = &servers;
    let key = first.key(|_| {}).await;
    for setup in &servers {
        assert_eq!(setup.ask(&key, &request()).await.status, 200);
    }
    let mut change = KeyChange::default();
    change.disabled = Some(true);
    let store = first.accounts.store();
    store
        .update_key(AccountId::default(), key.hash(), change)
        .await
        .unwrap();
    for setup in [first, second] {
        let refused = async {
            while setup.ask(&key, &request()).await.status != 401 {
                tokio::time::sleep(20 * MS).await;
            }
        };
        let known = tokio::time::timeout(SHARED, refused).await;
        known.expect("the key is still accepted");
    }
}

#[tokio::test]
async fn a_limit_holds_for_both_servers_together() {
    let servers = two(|_| Server::builder().provider(script())).await;
    let limit = COST.times(50);
    let key = servers[0].key(|new| new.limit = Some(limit)).await;
    let mut paid = 0;
    for round in 0..60 {
        let response = servers[round % 2].ask(&key, &request()).await;
        match response.status {
            200 => paid += 1,
            403 => {}
            other => panic!("{other}: {}", response.text()),
        }
    }
    // The highest cost of a request is 33 times its cost.
    assert!((15..=50).contains(&paid), "{paid}");
    for setup in &servers {
        setup.accounts.stop().await.unwrap();
    }
    let store = servers[0].accounts.store();
    let details = store.key(AccountId::default(), key.hash()).await.unwrap();
    let usage = details.unwrap().usage;
    assert_eq!((usage.total, usage.reserved), (COST.times(paid), Usd::ZERO));
}
