//! [`RateLimiter`]: admits requests within the rate limits of their keys.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::window::{Use, Window};
use crate::error::StoreError;
use crate::key::Key;
use crate::secret::KeyHash;
use crate::store::{RateKind, RateRequest, Store};

/// Options of a [`RateLimiter`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RateLimiterOptions {
    /// Maximum time that a request waits for the database. After that the limit applies to this
    /// process alone for the rest of the minute. Default: 200 ms.
    pub deadline: Duration,
    /// Number of keys with a rate limit from which those that were not used in the last minute are
    /// forgotten. Default: 10,000.
    pub capacity: usize,
}

impl Default for RateLimiterOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_millis(200),
            capacity: 10_000,
        }
    }
}

/// Admits requests within the limits of their keys per minute of the database's clock.
///
/// A process takes a twentieth of a limit at a time, ahead of its use, so that few requests wait for
/// the database. Clones share the parts.
#[derive(Clone, Debug)]
pub struct RateLimiter {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn Store>,
    options: RateLimiterOptions,
    windows: Mutex<HashMap<(KeyHash, RateKind), Arc<Limit>>>,
}

#[derive(Debug)]
struct Limit {
    key: KeyHash,
    kind: RateKind,
    window: Mutex<Window>,
    asking: tokio::sync::Mutex<()>,
    extending: AtomicBool,
}

/// The state of a limit, for the headers `X-RateLimit-*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateStatus {
    /// The unit.
    pub kind: RateKind,
    /// The limit per minute.
    pub limit: u32,
    /// Amount that is left, as far as this process knows.
    pub remaining: u32,
    /// Time until the minute ends.
    pub resets_in: Duration,
}

/// A request above a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimited(
    /// The limit that is used up.
    pub RateStatus,
);

impl fmt::Display for RateLimited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RateStatus {
            kind,
            limit,
            resets_in,
            ..
        } = self.0;
        let seconds = resets_in.as_secs_f64().ceil();
        write!(
            f,
            "the key's limit of {limit} {} per minute is used; retry in {seconds} s",
            kind.as_str()
        )
    }
}

impl std::error::Error for RateLimited {}

impl RateLimiter {
    /// Creates a limiter without state.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, options: RateLimiterOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                store,
                options,
                windows: Mutex::default(),
            }),
        }
    }

    /// Admits a request that uses about `tokens` tokens, and returns the state of the key's limits. A
    /// request that needs more than the whole limit of tokens is admitted when all of it is left.
    ///
    /// # Errors
    /// If a limit is used up.
    pub async fn admit(&self, key: &Key, tokens: u32) -> Result<Vec<RateStatus>, RateLimited> {
        let mut states = Vec::new();
        for (kind, limit, amount) in [
            (RateKind::Requests, key.requests_per_minute, 1),
            (RateKind::Tokens, key.tokens_per_minute, tokens),
        ] {
            let Some(limit) = limit else { continue };
            let amount = amount.min(limit);
            let window = self.limit(key.hash, kind, limit);
            if !self.use_part(&window, amount, limit).await {
                return Err(RateLimited(window.status()));
            }
            states.push(window.status());
        }
        Ok(states)
    }

    /// Counts tokens that a request used beyond what it was admitted with.
    pub fn add_tokens(&self, key: &Key, tokens: u32) {
        if let (Some(limit), 1..) = (key.tokens_per_minute, tokens) {
            let window = self.limit(key.hash, RateKind::Tokens, limit);
            window.window().add_used(tokens);
        }
    }

    /// Returns `true` if the amount is used.
    async fn use_part(&self, limit: &Arc<Limit>, amount: u32, per_minute: u32) -> bool {
        match limit.try_use(amount, per_minute) {
            Use::Used { low } => {
                if low && !limit.extending.swap(true, Ordering::Relaxed) {
                    let (limiter, limit) = (self.clone(), Arc::clone(limit));
                    tokio::spawn(async move {
                        let _asking = limit.asking.lock().await;
                        let _ = limiter.take(&limit, 0, per_minute).await; // asked again later
                        limit.extending.store(false, Ordering::Relaxed);
                    });
                }
                return true;
            }
            Use::Exhausted => return false,
            Use::Short => {}
        }
        let _asking = limit.asking.lock().await;
        // Another request may have taken a part.
        match limit.try_use(amount, per_minute) {
            Use::Used { .. } => return true,
            Use::Exhausted => return false,
            Use::Short => {}
        }
        if self.take(limit, amount, per_minute).await.is_err() {
            limit.window().grant_locally(Instant::now());
        }
        matches!(limit.try_use(amount, per_minute), Use::Used { .. })
    }

    /// Takes a part from the database. The caller holds `asking`.
    async fn take(&self, limit: &Limit, amount: u32, per_minute: u32) -> Result<(), StoreError> {
        let (used, wanted) = limit.window().request(amount);
        let request = RateRequest::new(limit.key, limit.kind, per_minute, used, wanted);
        let asking = self.shared.store.take_rate(request);
        let answer = timeout(self.shared.options.deadline, asking).await;
        let late = |_| StoreError::Unavailable("no answer within the deadline".to_owned());
        match answer.map_err(late).flatten() {
            Ok(grant) => {
                limit.window().grant(grant, Instant::now());
                Ok(())
            }
            Err(error) => {
                limit.window().add_used(used);
                Err(error)
            }
        }
    }

    fn limit(&self, key: KeyHash, kind: RateKind, per_minute: u32) -> Arc<Limit> {
        let now = Instant::now();
        let mut limits = self
            .shared
            .windows
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(limit) = limits.get(&(key, kind)) {
            return Arc::clone(limit);
        }
        if limits.len() >= self.shared.options.capacity {
            let in_use = |limit: &Arc<Limit>| Arc::strong_count(limit) > 1;
            limits.retain(|_, limit| in_use(limit) || !limit.window().has_ended(now));
        }
        let limit = Arc::new(Limit {
            key,
            kind,
            window: Mutex::new(Window::new(per_minute, now)),
            asking: tokio::sync::Mutex::new(()),
            extending: AtomicBool::new(false),
        });
        limits.insert((key, kind), Arc::clone(&limit));
        limit
    }
}

impl Limit {
    fn try_use(&self, amount: u32, per_minute: u32) -> Use {
        self.window().try_use(amount, per_minute, Instant::now())
    }

    fn status(&self) -> RateStatus {
        let (limit, remaining, resets_in) = self.window().status(Instant::now());
        RateStatus {
            kind: self.kind,
            limit,
            remaining,
            resets_in,
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
