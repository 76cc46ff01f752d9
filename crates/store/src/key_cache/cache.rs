//! [`KeyCache`]: finds keys.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::options::KeyCacheOptions;
use super::table::Table;
use crate::error::StoreError;
use crate::id::AccountId;
use crate::secret::KeyHash;
use crate::store::{CachedKey, Change, Store};

/// Number of unknown hashes that wait for each one that is looked up.
const WAITING_PER_LOOKUP: usize = 32;

/// Finds keys by their hash, and asks the database only for those that it does not know.
///
/// A change of a key is known within a second while the database answers: the feed of changes removes
/// what it knows, and without the feed a key is fresh for half a second. Requests for the same hash
/// share one lookup. Clones share the cache.
#[derive(Clone, Debug)]
pub struct KeyCache {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn Store>,
    options: KeyCacheOptions,
    tables: Mutex<Tables>,
    /// For hashes that are not known to be those of keys.
    permits: Semaphore,
    /// For keys. They are apart, so that a change of a key is noticed while many wrong keys come.
    refreshes: Semaphore,
    is_live: Box<dyn Fn() -> bool + Send + Sync>,
    listener: Mutex<Option<JoinHandle<()>>>,
}

struct Tables {
    known: Table<Entry>,
    /// Hashes without a key. They are apart, so that wrong keys do not displace keys.
    unknown: Table<Entry>,
    lookups: std::collections::HashMap<KeyHash, Lookup>,
    /// Number of changes so far. An answer to a question that was asked before a change is not kept.
    changes: u64,
}

/// A lookup that runs, shared by the requests that wait for it.
type Lookup = Arc<OnceCell<Result<Answer, StoreError>>>;

/// A key, or `None` if the hash is unknown.
type Answer = Option<Arc<CachedKey>>;

#[derive(Clone)]
struct Entry {
    answer: Answer,
    /// Time of the question.
    at: Instant,
    /// `true` if a change was announced since.
    changed: bool,
}

impl KeyCache {
    /// Creates a cache, with a task that listens for changes.
    #[must_use]
    pub fn start(store: Arc<dyn Store>, options: KeyCacheOptions) -> Self {
        let mut changes = store.changes();
        let cache = Self {
            shared: Arc::new(Shared {
                store,
                tables: Mutex::new(Tables {
                    known: Table::new(options.capacity / 2),
                    unknown: Table::new(options.capacity / 2),
                    lookups: std::collections::HashMap::new(),
                    changes: 0,
                }),
                permits: Semaphore::new(options.lookups.max(1)),
                refreshes: Semaphore::new(options.lookups.max(1)),
                options,
                is_live: Box::new(changes.liveness()),
                listener: Mutex::new(None),
            }),
        };
        let shared = Arc::downgrade(&cache.shared);
        let task = tokio::spawn(async move {
            while let Some(change) = changes.next().await {
                let Some(shared) = shared.upgrade() else {
                    return;
                };
                shared.tables().apply(&change);
            }
        });
        *cache
            .shared
            .listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(task);
        cache
    }

    /// Returns the key with this hash; `None` if there is none. Disabled and expired keys are returned;
    /// [`Key::check`](crate::Key::check) tells.
    ///
    /// While the database does not answer, the last answer is used for the time
    /// [`stale`](KeyCacheOptions::stale).
    ///
    /// # Errors
    /// If the database does not answer and there is no answer that can be used.
    pub async fn find(&self, hash: KeyHash) -> Result<Option<Arc<CachedKey>>, StoreError> {
        let now = Instant::now();
        let known = match self.shared.known(hash, now) {
            Known::Fresh(answer) => return Ok(answer),
            Known::Old(answer) => Some(answer),
            Known::Nothing => None,
        };
        let options = &self.shared.options;
        let wait = if known.is_some() {
            options.patience
        } else {
            options.deadline
        };
        // The lookup goes on when this request stops waiting, so that its answer is known later.
        let shared = Arc::clone(&self.shared);
        let is_key = known.is_some();
        let lookup = tokio::spawn(async move { shared.look_up(hash, is_key).await });
        let found = match timeout(wait, lookup).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => Err(StoreError::Unavailable("the lookup was stopped".to_owned())),
            Err(_) => Err(StoreError::Unavailable(format!(
                "no answer within {wait:?}"
            ))),
        };
        match (found, known) {
            (Ok(answer), _) => Ok(answer),
            (Err(_), Some(answer)) => Ok(answer),
            (Err(error), None) => Err(error),
        }
    }
}

enum Known {
    Fresh(Answer),
    /// An answer to use if the database does not answer.
    Old(Answer),
    Nothing,
}

impl Shared {
    fn known(&self, hash: KeyHash, now: Instant) -> Known {
        let live = (self.is_live)();
        let mut tables = self.tables();
        let (options, entry) = (&self.options, tables.get(&hash));
        let Some(entry) = entry else {
            return Known::Nothing;
        };
        let age = now.saturating_duration_since(entry.at);
        let fresh = if live {
            options.fresh
        } else {
            options.fresh_without_feed
        };
        let fresh = if entry.answer.is_some() {
            fresh
        } else {
            options.unknown.min(fresh)
        };
        if age < fresh && !entry.changed {
            Known::Fresh(entry.answer.clone())
        } else if age < options.stale && entry.answer.is_some() {
            Known::Old(entry.answer.clone())
        } else {
            Known::Nothing
        }
    }

    /// Asks the database, together with other requests for the same hash.
    async fn look_up(&self, hash: KeyHash, is_key: bool) -> Result<Answer, StoreError> {
        let most = self.options.lookups.max(1) * WAITING_PER_LOOKUP;
        let (lookup, changes) = {
            let mut tables = self.tables();
            let changes = tables.changes;
            let is_new = !tables.lookups.contains_key(&hash);
            if is_new && !is_key && tables.lookups.len() >= most {
                let cause = "too many unknown keys are looked up";
                return Err(StoreError::Unavailable(cause.to_owned()));
            }
            (Arc::clone(tables.lookups.entry(hash).or_default()), changes)
        };
        let found = lookup
            .get_or_init(|| async {
                let permits = if is_key {
                    &self.refreshes
                } else {
                    &self.permits
                };
                let _permit = permits.acquire().await; // never closed
                let asked = Instant::now();
                let found = self.store.find_key(hash).await.map(|key| key.map(Arc::new));
                let mut tables = self.tables();
                tables.lookups.remove(&hash);
                if let Ok(answer) = &found {
                    let changed = tables.changes != changes;
                    let entry = Entry {
                        answer: answer.clone(),
                        at: asked,
                        changed,
                    };
                    tables.insert(hash, entry);
                }
                found
            })
            .await;
        found.clone()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn get(&mut self, hash: &KeyHash) -> Option<&mut Entry> {
        match self.known.get(hash) {
            Some(entry) => Some(entry),
            None => self.unknown.get(hash),
        }
    }

    fn insert(&mut self, hash: KeyHash, entry: Entry) {
        if entry.answer.is_some() {
            self.unknown.remove(&hash);
            self.known.insert(hash, entry);
        } else {
            self.known.remove(&hash);
            self.unknown.insert(hash, entry);
        }
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Key(hash) => {
                self.changes += 1;
                if let Some(entry) = self.get(hash) {
                    entry.changed = true;
                }
            }
            Change::Account(account) => {
                self.changes += 1;
                for entry in self.known.entries() {
                    entry.changed |= is_of(entry, account);
                }
            }
            Change::All => {
                self.changes += 1;
                for entry in self.known.entries().chain(self.unknown.entries()) {
                    entry.changed = true;
                }
            }
            Change::Short(_) => {}
        }
    }
}

fn is_of(entry: &Entry, account: &AccountId) -> bool {
    entry
        .answer
        .as_ref()
        .is_some_and(|key| key.key.account == *account)
}

impl Drop for Shared {
    fn drop(&mut self) {
        let listener = self
            .listener
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = listener.take() {
            listener.abort();
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
