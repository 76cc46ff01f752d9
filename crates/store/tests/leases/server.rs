//! [`Server`]: what a server has of the store.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use orouter_store::{
    Account, AccountId, CreditGrant, GenerationRecord, Journal, JournalOptions, LeaseOptions,
    Leases, Payer, PostgresOptions, PostgresStore, ProcessId, Refusal, Settlement, SqliteOptions,
    SqliteStore, Store, Usd, WriterOptions, start_writer,
};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) const fn usd(nanos: i64) -> Usd {
    Usd::from_nanos(nanos)
}

pub(crate) struct Server {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) leases: Leases,
    pub(crate) journal: Arc<Journal>,
    stop: watch::Sender<bool>,
    writer: JoinHandle<()>,
}

impl Server {
    pub(crate) fn start(store: Arc<dyn Store>, folder: &Path, options: LeaseOptions) -> Self {
        let process = ProcessId::random().unwrap();
        let journal = Journal::open(JournalOptions::new(folder), process.clone()).unwrap();
        let journal = Arc::new(journal);
        let (stop, stopped) = watch::channel(false);
        let mut writing = WriterOptions::default();
        writing.interval = Duration::from_millis(20);
        writing.adopt_interval = Duration::from_millis(200);
        let writer = start_writer(Arc::clone(&journal), Arc::clone(&store), writing, stopped);
        Self {
            leases: Leases::start(Arc::clone(&store), process, options),
            store,
            journal,
            stop,
            writer,
        }
    }

    /// Makes a call: reserves, works, settles. Returns the id of its generation.
    pub(crate) async fn call(
        &self,
        payer: &Payer,
        estimate: Usd,
        cost: Usd,
    ) -> Result<String, Refusal> {
        let permit = self.journal.permit().expect("a permit");
        let hold = self.leases.reserve(payer, estimate).await?;
        tokio::task::yield_now().await;
        let id = format!("gen-{}", ProcessId::random().unwrap());
        let mut record = GenerationRecord::new(&id, self.leases.now());
        record.cost = cost;
        record.key = payer.key;
        let paid = hold.settle(cost);
        let mut settlement = Settlement::new(record);
        settlement.account_lease = paid.account_lease;
        settlement.key_lease = paid.key_lease;
        permit.append(settlement);
        Ok(id)
    }

    /// Ends the server as a restart does.
    pub(crate) async fn stop(self) {
        self.journal.flush().await;
        self.stop.send_replace(true);
        self.writer.await.unwrap();
        self.leases.stop().await.unwrap();
    }
}

pub(crate) async fn sqlite(folder: &Path) -> Arc<dyn Store> {
    let mut options = SqliteOptions::new(folder.join("orouter.db"));
    options.deadline = Duration::from_secs(30);
    Arc::new(SqliteStore::open(options).await.unwrap())
}

pub(crate) async fn postgres(url: &str, deadline: Duration) -> Arc<dyn Store> {
    let mut options = PostgresOptions::new(url);
    options.max_connections = 4;
    options.deadline = deadline;
    Arc::new(PostgresStore::open(options).await.unwrap())
}

pub(crate) async fn account(store: &dyn Store) -> Account {
    store.account(AccountId::default()).await.unwrap().unwrap()
}

pub(crate) async fn add_credits(store: &dyn Store, amount: Usd) {
    let id = ProcessId::random().unwrap().to_string();
    let grant = CreditGrant::new(id, AccountId::default(), amount);
    store.add_credits(grant).await.unwrap();
}

/// Returns the payer of calls that only the credits limit.
pub(crate) fn credits() -> Payer {
    let mut payer = Payer::default();
    payer.account = Some(AccountId::default());
    payer
}
