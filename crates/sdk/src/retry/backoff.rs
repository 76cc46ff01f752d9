//! How the wait grows from attempt to attempt.

use std::time::Duration;

/// The schedule of waits between attempts.
///
/// The wait before retry number `n`, counted from 0, is drawn evenly from zero to
/// `min(initial_interval · exponentⁿ, max_interval)` ("full jitter"), so that clients which failed
/// together do not come back together. A server's hint is a lower bound on it. No attempt starts
/// later than `max_elapsed_time` after the call.
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
    /// Anywhere from zero to `initial · exponentⁿ`.
    FullJitter,
    /// The reference's: `initial · n^exponent`, and up to a second more. It caps hints as well.
    Reference,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

impl Backoff {
    /// Initial 0.5 s, exponent 2, at most 60 s, no attempt later than 60 s after the call.
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

    /// The longest wait before the first retry. Default 0.5 s.
    #[doc(alias = "initialInterval")]
    #[must_use]
    pub fn initial_interval(mut self, interval: Duration) -> Self {
        self.initial = interval;
        self
    }

    /// The longest wait before any retry, hints aside. Default 60 s.
    #[doc(alias = "maxInterval")]
    #[must_use]
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max = interval;
        self
    }

    /// By how much the longest wait grows from retry to retry. Default 2. What is not a number of
    /// at least 1 counts as 1.
    #[must_use]
    pub fn exponent(mut self, exponent: f64) -> Self {
        self.exponent = if exponent >= 1.0 { exponent } else { 1.0 };
        self
    }

    /// How long after the call an attempt may still start. Default 60 s.
    #[doc(alias = "maxElapsedTime")]
    #[must_use]
    pub fn max_elapsed_time(mut self, limit: Duration) -> Self {
        self.max_elapsed = limit;
        self
    }

    /// The wait after `failed` failed attempts, the server's hint included. `random` is in 0..1.
    pub(super) fn wait(&self, failed: u32, random: f64, hint: Option<Duration>) -> Duration {
        let n = f64::from(failed.saturating_sub(1));
        match self.growth {
            Growth::FullJitter => {
                let ceiling = capped(self.initial, self.exponent.powf(n), self.max);
                ceiling
                    .mul_f64(random.clamp(0.0, 1.0))
                    .max(hint.unwrap_or_default())
            }
            Growth::Reference => match hint.filter(|hint| !hint.is_zero()) {
                Some(hint) => hint.min(self.max),
                None => (capped(self.initial, n.powf(self.exponent), self.max)
                    + Duration::from_secs_f64(random.clamp(0.0, 1.0)))
                .min(self.max),
            },
        }
    }
}

/// `base · factor`, at most `max`, whatever the numbers.
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
    fn a_hint_is_a_lower_bound_even_past_the_cap() {
        let backoff = Backoff::new();
        assert_eq!(backoff.wait(1, 0.5, Some(7000 * MS)), 7000 * MS);
        assert_eq!(backoff.wait(1, 1.0, Some(100 * MS)), 500 * MS);
        assert_eq!(backoff.wait(1, 0.0, Some(90_000 * MS)), 90_000 * MS);
    }

    #[test]
    fn absurd_numbers_are_tamed() {
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
