//! Measures the work of a request, and the records that a database takes per second. Build it
//! optimised. PostgreSQL is measured if its programs are installed.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use orouter_store::testing::PostgresServer;
use orouter_store::{
    AccountId, Accounts, AccountsOptions, ApiKey, CreditGrant, GenerationRecord, NewKey, Payer,
    PostgresOptions, PostgresStore, Settlement, SqliteOptions, SqliteStore, Store, Timestamp,
    TokenCounts, Usd,
};

/// Number of requests that are measured.
const REQUESTS: u32 = 200_000;

/// Number of records that are written.
const RECORDS: usize = 50_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("orouter-measure-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let options = SqliteOptions::new(folder.join("orouter.db"));
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(options).await?);
    requests(Arc::clone(&store), &folder.join("journal")).await?;
    records("SQLite", store.as_ref()).await?;
    if let Some(server) = PostgresServer::start()? {
        let mut options = PostgresOptions::new(server.url("postgres"));
        options.deadline = Duration::from_secs(60);
        records("PostgreSQL", &PostgresStore::open(options).await?).await?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Measures each step of a request, one request at a time.
async fn requests(store: Arc<dyn Store>, journal: &Path) -> Result<(), Box<dyn Error>> {
    let credits = CreditGrant::new("credits", AccountId::default(), Usd::from_f64(1e6));
    store.add_credits(credits).await?;
    let secret = ApiKey::random()?;
    let mut new = NewKey::new("measured");
    new.limit = Some(Usd::from_f64(999_999.0));
    new.requests_per_minute = Some(u32::MAX >> 1);
    store.create_key(new, &secret).await?;
    let accounts = Accounts::start(store, AccountsOptions::new(journal))?;

    let mut times = [Duration::ZERO; 4];
    let mut start = Instant::now();
    let mut lap = |time: &mut Duration| {
        let now = Instant::now();
        *time += now - start;
        start = now;
    };
    let [of_key, of_rates, of_reserve, of_settle] = &mut times;
    for number in 0..REQUESTS {
        let mut none = Duration::ZERO;
        lap(&mut none);
        let caller = accounts.find_key(secret.expose().as_bytes()).await?;
        lap(of_key);
        accounts.rates().admit(&caller.key, 0).await?;
        lap(of_rates);
        let mut admission = accounts.admit()?;
        admission
            .reserve(&Payer::of(&caller), Usd::from_f64(0.01))
            .await?;
        lap(of_reserve);
        let record = record(number as usize, accounts.now());
        lap(&mut none);
        admission.settle(record);
        lap(of_settle);
    }
    let names = [
        "find the key",
        "rate limits",
        "reserve",
        "settle and append",
    ];
    for (name, time) in names.iter().zip(times) {
        println!("{name}: {} ns", time.as_nanos() / u128::from(REQUESTS));
    }
    println!(
        "all: {} ns",
        times.iter().sum::<Duration>().as_nanos() / u128::from(REQUESTS)
    );
    accounts.stop().await?;
    Ok(())
}

/// Measures batches of 500 records.
async fn records(name: &str, store: &dyn Store) -> Result<(), Box<dyn Error>> {
    let mut settlements = Vec::new();
    for number in 0..RECORDS {
        settlements.push(Settlement::new(record(
            number + REQUESTS as usize,
            store.now().await?,
        )));
    }
    let start = Instant::now();
    for batch in settlements.chunks(500) {
        store.write_settlements(batch.into()).await?;
    }
    let rate = RECORDS as f64 / start.elapsed().as_secs_f64();
    println!("{name}: {rate:.0} records/s");
    Ok(())
}

fn record(number: usize, at: Timestamp) -> GenerationRecord {
    let mut record = GenerationRecord::new(format!("gen-{number:016}-abcdefghij"), at);
    record.model = "openai/gpt-4o".to_owned();
    record.provider = Some("openai".to_owned());
    record.endpoint = Some("openai/us-east5".to_owned());
    record.finish_reason = Some("stop".to_owned());
    record.client.user_agent = Some("an agent/1.0".to_owned());
    record.cost = Usd::from_nanos(2_345_000);
    record.tokens = TokenCounts::new(1_200, 350);
    record.latency_ms = Some(420);
    record.streamed = true;
    record
}
