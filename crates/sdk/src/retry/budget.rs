//! A budget of retries, shared by all calls of a client.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// What a retry takes out.
const COST: u32 = 5;

/// What a call that succeeds at once puts back.
const REFILL: u32 = 1;

/// Keeps retries from multiplying an outage.
///
/// A bucket of 500 tokens, shared by a client and its clones. Each retry takes 5 out; a retry that
/// succeeds puts its 5 back, a call that succeeds at once puts 1 back. In an outage the bucket runs
/// dry after 100 retries, whatever the number of calls in flight; from then on calls fail with
/// their first error until the service answers again. In good times nobody notices it.
///
/// Retries of [`RetryConfig::typescript`](crate::RetryConfig::typescript), and of policies that
/// [say so](crate::RetryPolicy::within_default_budget), are outside of the default budget, and inside
/// of one that was set.
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
    /// A full bucket of `capacity` tokens: room for a fifth as many retries.
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        Self(Some(Arc::new(Bucket {
            capacity,
            tokens: AtomicU32::new(capacity),
        })))
    }

    /// No budget: only the policy decides.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self(None)
    }

    /// How many tokens are left; `u32::MAX` where there is no limit.
    #[must_use]
    pub fn available(&self) -> u32 {
        self.0
            .as_ref()
            .map_or(u32::MAX, |bucket| bucket.tokens.load(Ordering::Relaxed))
    }

    /// Takes out what a retry costs; `false` if there is too little left.
    pub(crate) fn withdraw(&self) -> bool {
        self.0.as_ref().is_none_or(|bucket| {
            let take = |tokens: u32| tokens.checked_sub(COST);
            bucket
                .tokens
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
        })
    }

    /// Puts back what a success is worth, after `retries` retries.
    pub(crate) fn deposit(&self, retries: u32) {
        if let Some(bucket) = &self.0 {
            // Full is the usual state: it costs a load and no write.
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
