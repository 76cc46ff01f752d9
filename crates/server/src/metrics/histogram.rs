//! [`Histogram`]: counts of values by size, recorded without a lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Nanoseconds in a second.
const NANOSECONDS: f64 = 1e9;

/// The upper bounds of the buckets of a histogram, and the unit of its sum.
#[derive(Debug)]
pub(crate) struct Buckets {
    pub(crate) bounds: &'static [f64],
    /// Number of units of the sum in 1, so that the sum is a whole number.
    scale: f64,
}

impl Buckets {
    const fn seconds(bounds: &'static [f64]) -> Self {
        Self {
            bounds,
            scale: NANOSECONDS,
        }
    }

    /// `http.server.request.duration`.
    pub(crate) const HTTP: Self = Self::seconds(&[
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
    ]);

    /// `gen_ai.server.request.duration` and `gen_ai.client.operation.duration`.
    pub(crate) const GENERATION: Self = Self::seconds(&[
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]);

    /// `gen_ai.server.time_to_first_token`.
    pub(crate) const FIRST_TOKEN: Self = Self::seconds(&[
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
    ]);

    /// `gen_ai.server.time_per_output_token`.
    pub(crate) const PER_TOKEN: Self = Self::seconds(&[
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5,
    ]);

    /// `gen_ai.client.token.usage`.
    pub(crate) const TOKENS: Self = Self {
        bounds: &[
            1.0,
            4.0,
            16.0,
            64.0,
            256.0,
            1024.0,
            4096.0,
            16384.0,
            65536.0,
            262_144.0,
            1_048_576.0,
            4_194_304.0,
            16_777_216.0,
            67_108_864.0,
        ],
        scale: 1.0,
    };
}

/// Counts of values by size. The bounds are those that the semantic conventions advise.
#[derive(Debug)]
pub(crate) struct Histogram {
    buckets: &'static Buckets,
    /// The number of values in each bucket, and at the end of those above the last bound.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// The content of a histogram at one time.
#[derive(Debug, PartialEq)]
pub(crate) struct Content {
    /// The upper bound of each bucket, the last one infinite, and the number of its values.
    pub(crate) buckets: Vec<(f64, u64)>,
    pub(crate) count: u64,
    pub(crate) sum: f64,
}

impl Histogram {
    pub(crate) fn new(buckets: &'static Buckets) -> Self {
        Self {
            buckets,
            counts: (0..=buckets.bounds.len())
                .map(|_| AtomicU64::new(0))
                .collect(),
            sum: AtomicU64::new(0),
        }
    }

    /// Adds a duration.
    pub(crate) fn add_time(&self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.add(time.as_secs_f64(), nanoseconds);
    }

    /// Adds a number.
    pub(crate) fn add_number(&self, number: u64) {
        self.add(number as f64, number);
    }

    /// Adds a value. `units` is the same value in the unit of the sum.
    fn add(&self, value: f64, units: u64) {
        let bucket = self.buckets.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(units, Ordering::Relaxed);
    }

    /// Returns the content. It may lack a part of a value that is being added.
    pub(crate) fn content(&self) -> Content {
        let counts = self
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        let bounds = self.buckets.bounds.iter().copied().chain([f64::INFINITY]);
        let buckets: Vec<(f64, u64)> = bounds.zip(counts).collect();
        Content {
            count: buckets.iter().map(|(_, count)| count).sum(),
            sum: self.sum.load(Ordering::Relaxed) as f64 / self.buckets.scale,
            buckets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_in_the_first_bucket_that_it_does_not_exceed() {
        let histogram = Histogram::new(&Buckets::HTTP);
        for milliseconds in [0, 5, 6, 10_000, 10_001] {
            histogram.add_time(Duration::from_millis(milliseconds));
        }
        let content = histogram.content();
        let filled: Vec<(f64, u64)> = content
            .buckets
            .iter()
            .copied()
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(
            filled,
            [(0.005, 2), (0.01, 1), (10.0, 1), (f64::INFINITY, 1)]
        );
        assert_eq!((content.count, content.sum), (5, 20.012));
    }

    #[test]
    fn bounds_ascend() {
        for buckets in [
            Buckets::HTTP,
            Buckets::GENERATION,
            Buckets::FIRST_TOKEN,
            Buckets::PER_TOKEN,
            Buckets::TOKENS,
        ] {
            assert!(buckets.bounds.is_sorted_by(|a, b| a < b));
        }
    }
}
