//! `Timestamp`: a point in time on a monotonic clock.

use std::{
    ops::{Add, AddAssign},
    time::Duration,
};

/// A point in time on a monotonic [`Clock`](crate::Clock).
///
/// Holds the time that has passed since the clock's origin, which each clock chooses. Only timestamps
/// of the same clock can be compared. Arithmetic saturates.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use orouter_http::Timestamp;
///
/// let start = Timestamp::from_origin(Duration::from_secs(10));
/// let end = start + Duration::from_secs(5);
/// assert_eq!(end.saturating_duration_since(start), Duration::from_secs(5));
/// assert_eq!(start.saturating_duration_since(end), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(Duration);

impl Timestamp {
    /// Returns the timestamp that lies `elapsed` after the clock's origin.
    #[must_use]
    pub const fn from_origin(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// Returns the time between `earlier` and this timestamp, or zero if `earlier` is later.
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// Returns the later timestamp; the latest one if the sum overflows.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

impl AddAssign<Duration> for Timestamp {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates() {
        let second = Duration::from_secs(1);
        let mut last = Timestamp::from_origin(Duration::MAX);
        assert_eq!(last + second, last);
        last += second;
        assert_eq!(last, Timestamp::from_origin(Duration::MAX));
        let early = Timestamp::default();
        assert!(early < early + second);
        assert_eq!((early + second).saturating_duration_since(early), second);
        assert_eq!(early.saturating_duration_since(last), Duration::ZERO);
    }
}
