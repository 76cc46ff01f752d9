//! [`RetryBudget`]: a limit on the retries of all calls of a client together.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// Tokens that a retry takes.
const COST: u32 = 5;

/// Tokens that a call returns if its first attempt succeeds.
const REFILL: u32 = 1;

/// A limit on the retries of a client and its clones, so that they do not multiply the load of a
/// server in an outage.
///
/// The budget is a bucket of tokens, by default 500. A retry takes 5 tokens, and is not made if fewer
/// are left: the call then returns the error of its last attempt. A retry that succeeds returns 5
/// tokens, a call whose first attempt succeeds returns 1. In an outage a full default bucket allows
/// 100 retries, whatever the number of calls.
///
/// The default budget does not limit the retries of
/// [`RetryConfig::typescript`](crate::RetryConfig::typescript) and of policies that are
/// [exempt](crate::RetryPolicy::within_default_budget). A budget that was
/// [set](crate::OpenRouterBuilder::retry_budget) limits them too.
///
/// # Example
///
/// ```
/// use orouter::{OpenRouter, RetryBudget};
///
/// # fn main() -> Result<(), orouter::Error> {
/// let budget = RetryBudget::new(200);
/// let client = OpenRouter::builder().api_key("key").retry_budget(budget.clone()).build()?;
/// assert_eq!(budget.available(), 200);
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RetryBudget(Option<Arc<Bucket>>);

struct Bucket {
    capacity: u32,
    tokens: AtomicU32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(500)
    }
}

impl RetryBudget {
    /// Makes a full bucket of `capacity` tokens, enough for a fifth as many retries.
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        Self(Some(Arc::new(Bucket {
            capacity,
            tokens: AtomicU32::new(capacity),
        })))
    }

    /// Makes a budget without a limit: only the policy decides.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self(None)
    }

    /// Returns the number of tokens left; `u32::MAX` for an [unlimited](Self::unlimited) budget.
    #[must_use]
    pub fn available(&self) -> u32 {
        self.0
            .as_ref()
            .map_or(u32::MAX, |bucket| bucket.tokens.load(Ordering::Relaxed))
    }

    /// Takes the tokens for a retry. Returns `false`, and takes none, if too few are left.
    pub(crate) fn withdraw(&self) -> bool {
        self.0.as_ref().is_none_or(|bucket| {
            let take = |tokens: u32| tokens.checked_sub(COST);
            bucket
                .tokens
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
        })
    }

    /// Returns the tokens that a success after `retries` retries is worth.
    pub(crate) fn deposit(&self, retries: u32) {
        if let Some(bucket) = &self.0 {
            // The bucket is usually full; then this costs one load and no write.
            if bucket.tokens.load(Ordering::Relaxed) >= bucket.capacity {
                return;
            }
            let worth = if retries == 0 { REFILL } else { COST };
            let put = |tokens: u32| Some(tokens.saturating_add(worth).min(bucket.capacity));
            let _ = bucket
                .tokens
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, put);
        }
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(bucket) => write!(
                f,
                "RetryBudget({} of {})",
                self.available(),
                bucket.capacity
            ),
            None => f.write_str("RetryBudget(unlimited)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_dry_and_refills_by_success() {
        let budget = RetryBudget::new(11);
        let clone = budget.clone();
        assert!(budget.withdraw() && clone.withdraw());
        assert!(!budget.withdraw());
        assert_eq!(budget.available(), 1);
        budget.deposit(1);
        assert!(clone.withdraw());
        for _ in 0..20 {
            clone.deposit(0);
        }
        assert_eq!(budget.available(), 11);
    }

    #[test]
    fn unlimited_never_refuses() {
        let budget = RetryBudget::unlimited();
        assert!((0..1000).all(|_| budget.withdraw()));
    }
}
