//! [`Accounts`].

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::admission::Admission;
use super::options::{AccountsOptions, RetentionOptions};
use crate::error::StoreError;
use crate::exchange::{Exchange, ExchangeReceiver};
use crate::id::ProcessId;
use crate::journal::{self, Journal, JournalFull};
use crate::key::KeyRefusal;
use crate::key_cache::KeyCache;
use crate::lease::{Leases, Payer};
use crate::rate::RateLimiter;
use crate::record::GenerationRecord;
use crate::secret::{ApiKey, KeyHash};
use crate::store::{CachedKey, Retention, Scope, Store};
use crate::time::Timestamp;

/// Everything that a server needs of a store: keys, admission of generations, records. Clones share it.
///
/// Call [`stop`](Self::stop) at the end, when no generation runs; otherwise the tasks run on.
#[derive(Clone, Debug)]
pub struct Accounts {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn Store>,
    process: ProcessId,
    keys: KeyCache,
    leases: Leases,
    rates: RateLimiter,
    journal: Arc<Journal>,
    exchange: Exchange,
    client_fields: bool,
    stop: watch::Sender<bool>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// The reason why a key is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The key may not be used. Clients get one message for all reasons.
    Refused(KeyRefusal),
    /// The database does not answer, and the key is not in the cache.
    Unavailable(StoreError),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unavailable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for KeyError {}

impl Accounts {
    /// Opens the journal and starts the tasks. Must be called in a tokio runtime. The database need not
    /// answer.
    ///
    /// # Errors
    /// If the journal cannot be opened.
    pub fn start(store: Arc<dyn Store>, options: AccountsOptions) -> Result<Self, StoreError> {
        let process = ProcessId::random()?;
        let journal = Arc::new(Journal::open(options.journal, process.clone())?);
        let (stop, stopped) = watch::channel(false);
        let writer = journal::start(
            Arc::clone(&journal),
            Arc::clone(&store),
            options.writer,
            stopped.clone(),
        );
        let keys = KeyCache::start(Arc::clone(&store), options.keys);
        let leases = Leases::start(Arc::clone(&store), process.clone(), options.leases);
        let rates = RateLimiter::new(Arc::clone(&store), options.rates);
        let client_fields = options.retention.client_fields;
        tokio::spawn(clean(Arc::clone(&store), options.retention, stopped));
        Ok(Self {
            shared: Arc::new(Shared {
                store,
                process,
                keys,
                leases,
                rates,
                journal,
                exchange: Exchange::default(),
                client_fields,
                stop,
                writer: Mutex::new(Some(writer)),
            }),
        })
    }

    /// Returns the database, for the routes that read and manage.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// Returns the rate limits.
    #[must_use]
    pub fn rates(&self) -> &RateLimiter {
        &self.shared.rates
    }

    /// Returns the state that is shared with other servers.
    #[must_use]
    pub fn exchange(&self) -> &Exchange {
        &self.shared.exchange
    }

    /// Returns the time of the database's clock, as far as it is known. Use it for the times of
    /// records.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.leases.now()
    }

    /// Starts the exchange with other servers.
    pub fn receive(&self, receiver: Arc<dyn ExchangeReceiver>) {
        let shared = Arc::clone(&self.shared);
        let stopped = shared.stop.subscribe();
        tokio::spawn(async move {
            let (store, process) = (Arc::clone(&shared.store), shared.process.clone());
            shared.exchange.run(store, process, receiver, stopped).await;
        });
    }

    /// Returns the key that a client sent, if it may be used now. No statement is sent to the database
    /// unless the text has the form of a key, and then only its hash.
    ///
    /// # Errors
    /// If the key may not be used, or it is not known and the database does not answer.
    pub async fn find_key(&self, key: &[u8]) -> Result<Arc<CachedKey>, KeyError> {
        if !ApiKey::has_form(key) {
            return Err(KeyError::Refused(KeyRefusal::Unknown));
        }
        let found = self.shared.keys.find(KeyHash::of(key)).await;
        let found = found.map_err(KeyError::Unavailable)?;
        let found = found.ok_or(KeyError::Refused(KeyRefusal::Unknown))?;
        found.key.check(self.now()).map_err(KeyError::Refused)?;
        Ok(found)
    }

    /// Admits a generation, whose record then has room.
    ///
    /// # Errors
    /// If the journal is full, because the database does not take the records of many generations.
    pub fn admit(&self) -> Result<Admission, JournalFull> {
        let permit = self.shared.journal.permit()?;
        let leases = self.shared.leases.clone();
        Ok(Admission::new(permit, leases, self.shared.client_fields))
    }

    /// Returns the record of a generation, also if it is not in the database yet.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn generation(
        &self,
        id: &str,
        scope: Scope,
    ) -> Result<Option<GenerationRecord>, StoreError> {
        let (journal, wanted) = (Arc::clone(&self.shared.journal), id.to_owned());
        if journal.pending() > 0 {
            let found = tokio::task::spawn_blocking(move || journal.find(&wanted)).await;
            let found = found.ok().flatten().filter(|record| match &scope {
                Scope::Account(account) => record.account == *account,
                Scope::Key(key) => record.key == Some(*key),
            });
            if found.is_some() {
                return Ok(found);
            }
        }
        self.shared.store.generation(id, scope).await
    }

    /// Waits until the records of this process are in the database, and returns what its leases of
    /// these budgets do not use, so that the database's figures are exact as far as this process is
    /// concerned. Waits at most `patience`.
    pub async fn update_figures(&self, payer: &Payer, patience: Duration) {
        let update = async {
            self.shared.journal.flush().await;
            self.shared.leases.return_spare(payer).await;
        };
        let _ = timeout(patience, update).await; // the figures are a little older then
    }

    /// Returns the number of records that are not in the database yet.
    #[must_use]
    pub fn pending_records(&self) -> u64 {
        self.shared.journal.pending()
    }

    /// Writes what is left of the journal, returns the leases and ends the tasks. Call it when no
    /// generation runs.
    ///
    /// # Errors
    /// If the database does not answer. The journal is then written by the next process that uses its
    /// folder, and the leases expire.
    pub async fn stop(&self) -> Result<(), StoreError> {
        self.shared.stop.send_replace(true);
        let writer = self
            .shared
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            let _ = writer.await; // it does not panic
        }
        self.shared.leases.stop().await
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("process", &self.process)
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}

/// Removes old data in intervals.
async fn clean(store: Arc<dyn Store>, options: RetentionOptions, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = sleep(options.interval) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            cleaned = clean_all(store.as_ref(), &options) => if let Err(error) = cleaned {
                tracing::warn!(%error, "old data is not removed");
            },
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn clean_all(store: &dyn Store, options: &RetentionOptions) -> Result<(), StoreError> {
    // A wrong clock of this machine must not remove what other servers need.
    let now = store.now().await?;
    let retention = Retention {
        client_fields_before: Some(now.minus(options.client_fields_for)),
        records_before: options.records_for.map(|kept| now.minus(kept)),
    };
    while store.clean(retention).await?.more {}
    Ok(())
}
