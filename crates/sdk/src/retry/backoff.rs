//! [`Backoff`]: the waits between attempts.

use std::time::Duration;

/// The waits between attempts.
///
/// The wait before retry `n`, counted from 0, is uniformly random between 0 and
/// `min(initial_interval · exponentⁿ, max_interval)` ("full jitter"), so that clients that failed
/// together do not retry together. A wait that the server asked for
/// ([`Error::retry_after`](crate::Error::retry_after)) is a lower bound. No attempt starts later than
/// `max_elapsed_time` after the start of the call: if the wait would end later, the call returns the
/// error at once.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use orouter::{Backoff, RetryConfig};
///
/// let quick = RetryConfig::backoff(
///     Backoff::new()
///         .initial_interval(Duration::from_millis(100))
///         .max_interval(Duration::from_secs(5))
///         .exponent(1.5)
///         .max_elapsed_time(Duration::from_secs(20)),
/// );
/// # let _ = quick;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    pub(super) initial: Duration,
    pub(super) max: Duration,
    pub(super) exponent: f64,
    pub(super) max_elapsed: Duration,
    pub(super) growth: Growth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Growth {
    /// Uniformly random between 0 and `initial · exponentⁿ`.
    FullJitter,
    /// The TypeScript SDK's: `initial · n^exponent` and up to 1 s more. A wait that the server asked
    /// for is cut to `max`.
    Reference,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

impl Backoff {
    /// Makes the default schedule: initial interval 0.5 s, exponent 2, waits of at most 60 s, and no
    /// attempt that starts later than 60 s after the call.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            initial: Duration::from_millis(500),
            max: Duration::from_secs(60),
            exponent: 2.0,
            max_elapsed: Duration::from_secs(60),
            growth: Growth::FullJitter,
        }
    }

    /// Sets the upper bound of the wait before the first retry. Default 0.5 s.
    #[doc(alias = "initialInterval")]
    #[must_use]
    pub fn initial_interval(mut self, interval: Duration) -> Self {
        self.initial = interval;
        self
    }

    /// Sets the upper bound of every wait. Default 60 s. A wait that the server asked for may be
    /// longer.
    #[doc(alias = "maxInterval")]
    #[must_use]
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max = interval;
        self
    }

    /// Sets the factor by which the upper bound grows from retry to retry. Default 2. A value below 1
    /// or NaN counts as 1.
    #[must_use]
    pub fn exponent(mut self, exponent: f64) -> Self {
        self.exponent = if exponent >= 1.0 { exponent } else { 1.0 };
        self
    }

    /// Sets the time after the start of the call until which an attempt may start. Default 60 s.
    #[doc(alias = "maxElapsedTime")]
    #[must_use]
    pub fn max_elapsed_time(mut self, limit: Duration) -> Self {
        self.max_elapsed = limit;
        self
    }

    /// Returns the wait after `failed` failed attempts. `random` is a number from 0 to 1.
    pub(super) fn wait(&self, failed: u32, random: f64, retry_after: Option<Duration>) -> Duration {
        let n = f64::from(failed.saturating_sub(1));
        match self.growth {
            Growth::FullJitter => {
                let ceiling = capped(self.initial, self.exponent.powf(n), self.max);
                ceiling
                    .mul_f64(random.clamp(0.0, 1.0))
                    .max(retry_after.unwrap_or_default())
            }
            Growth::Reference => match retry_after.filter(|wait| !wait.is_zero()) {
                Some(wait) => wait.min(self.max),
                None => (capped(self.initial, n.powf(self.exponent), self.max)
                    + Duration::from_secs_f64(random.clamp(0.0, 1.0)))
                .min(self.max),
            },
        }
    }
}

/// Returns `base · factor`, at most `max`; `max` if the product is not a duration.
fn capped(base: Duration, factor: f64, max: Duration) -> Duration {
    Duration::try_from_secs_f64(base.as_secs_f64() * factor).map_or(max, |wait| wait.min(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_ceiling_doubles_up_to_the_cap() {
        let backoff = Backoff::new();
        let ceilings: Vec<_> = (1..=9)
            .map(|n| backoff.wait(n, 1.0, None).as_millis())
            .collect();
        assert_eq!(
            ceilings,
            [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]
        );
        assert_eq!(backoff.wait(5, 0.0, None), Duration::ZERO);
        assert_eq!(backoff.wait(3, 0.25, None), 500 * MS);
    }

    #[test]
    fn the_servers_wait_is_a_lower_bound_even_past_the_cap() {
        let backoff = Backoff::new();
        assert_eq!(backoff.wait(1, 0.5, Some(7000 * MS)), 7000 * MS);
        assert_eq!(backoff.wait(1, 1.0, Some(100 * MS)), 500 * MS);
        assert_eq!(backoff.wait(1, 0.0, Some(90_000 * MS)), 90_000 * MS);
    }

    #[test]
    fn numbers_out_of_range_give_the_maximum() {
        let backoff = Backoff::new()
            .exponent(f64::NAN)
            .initial_interval(Duration::MAX);
        assert_eq!(backoff.wait(u32::MAX, 1.0, None), 60_000 * MS);
        assert_eq!(
            Backoff::new()
                .exponent(1e308)
                .wait(40, f64::NAN.max(1.0), None),
            60_000 * MS
        );
    }
}
