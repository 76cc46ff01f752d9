//! [`Figures`]: the latency and the throughput of an endpoint in the last 5 minutes. Pure: the
//! caller passes the time.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Length of the window.
const WINDOW: Duration = Duration::from_secs(5 * 60);

/// Maximum number of measurements of each kind. Of more in 5 minutes, the latest are kept.
const MAX_SAMPLES: usize = 512;

/// The percentiles of a figure. The value at pN is the one that N % of the attempts reach or surpass:
/// at most that latency, at least that throughput.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p75: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
}

/// The latency and the throughput of an endpoint in the last 5 minutes, from its own attempts.
///
/// Latency is the time in seconds from the start of an attempt to its first content. Throughput is
/// the number of output tokens per second after that. For a response that arrives as one body, both
/// use the whole time of the attempt, since the body does not tell when its content began.
#[derive(Debug, Default)]
pub(super) struct Figures {
    latency: Samples,
    throughput: Samples,
}

impl Figures {
    /// Adds the latency of an attempt.
    pub(super) fn add_latency(&mut self, now: Instant, latency: Duration) {
        self.latency.add(now, latency.as_secs_f64());
    }

    /// Adds the throughput of an attempt. Without output or time it has none.
    pub(super) fn add_throughput(&mut self, now: Instant, tokens: u64, time: Duration) {
        if tokens > 0 && !time.is_zero() {
            self.throughput.add(now, tokens as f64 / time.as_secs_f64());
        }
    }

    /// Returns the percentiles of the latency, in seconds; `None` without a measurement.
    pub(super) fn latency(&mut self, now: Instant) -> Option<Percentiles> {
        self.latency.percentiles(now, f64::total_cmp)
    }

    /// Returns the percentiles of the throughput, in tokens per second; `None` without a
    /// measurement.
    pub(super) fn throughput(&mut self, now: Instant) -> Option<Percentiles> {
        self.throughput.percentiles(now, |a, b| b.total_cmp(a))
    }
}

/// Measurements of one kind, the oldest first.
#[derive(Debug, Default)]
struct Samples(VecDeque<(Instant, f64)>);

impl Samples {
    fn add(&mut self, now: Instant, value: f64) {
        self.forget(now);
        if self.0.len() >= MAX_SAMPLES {
            self.0.pop_front();
        }
        self.0.push_back((now, value));
    }

    /// Removes the measurements that are older than the window.
    fn forget(&mut self, now: Instant) {
        let old = |(time, _): &(Instant, f64)| now.saturating_duration_since(*time) >= WINDOW;
        while self.0.front().is_some_and(old) {
            self.0.pop_front();
        }
    }

    /// `order` compares two values, the better one first.
    fn percentiles(
        &mut self,
        now: Instant,
        order: fn(&f64, &f64) -> std::cmp::Ordering,
    ) -> Option<Percentiles> {
        self.forget(now);
        let mut values: Vec<f64> = self.0.iter().map(|(_, value)| *value).collect();
        values.sort_unstable_by(order);
        // The nearest rank: the first value that N % of all values do not surpass.
        let at = |percent: usize| {
            let rank = (values.len() * percent).div_ceil(100);
            values.get(rank.checked_sub(1)?).copied()
        };
        Some(Percentiles {
            p50: at(50)?,
            p75: at(75)?,
            p90: at(90)?,
            p99: at(99)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let (mut figures, now) = (Figures::default(), Instant::now());
        assert_eq!(figures.latency(now), None);
        for latency in 1..=100 {
            figures.add_latency(now, seconds(latency));
            figures.add_throughput(now, latency, seconds(1));
        }
        let latency = figures.latency(now).unwrap();
        let all = [latency.p50, latency.p75, latency.p90, latency.p99];
        assert_eq!(all, [50.0, 75.0, 90.0, 99.0]);
        // 90 % of the attempts were at least as fast as p90, so that it is below the median.
        let throughput = figures.throughput(now).unwrap();
        let all = [
            throughput.p50,
            throughput.p75,
            throughput.p90,
            throughput.p99,
        ];
        assert_eq!(all, [51.0, 26.0, 11.0, 2.0]);
    }

    #[test]
    fn one_measurement_is_every_percentile() {
        let (mut figures, now) = (Figures::default(), Instant::now());
        figures.add_throughput(now, 30, seconds(2));
        let figure = figures.throughput(now).unwrap();
        assert_eq!([figure.p50, figure.p75, figure.p90, figure.p99], [15.0; 4]);
        assert_eq!(figures.latency(now), None);
    }

    #[test]
    fn measurements_are_forgotten_after_5_minutes() {
        let (mut figures, start) = (Figures::default(), Instant::now());
        figures.add_latency(start, seconds(9));
        figures.add_latency(start + seconds(200), seconds(1));
        let p99 = |figures: &mut Figures, after| {
            let now = start + seconds(after);
            figures.latency(now).map(|figure| figure.p99)
        };
        assert_eq!(p99(&mut figures, 299), Some(9.0));
        assert_eq!(p99(&mut figures, 300), Some(1.0));
        assert_eq!(p99(&mut figures, 500), None);
    }

    #[test]
    fn attempts_without_output_or_time_have_no_throughput() {
        let (mut figures, now) = (Figures::default(), Instant::now());
        figures.add_throughput(now, 0, seconds(1));
        figures.add_throughput(now, 5, Duration::ZERO);
        assert_eq!(figures.throughput(now), None);
    }

    #[test]
    fn the_latest_measurements_are_kept() {
        let (mut figures, now) = (Figures::default(), Instant::now());
        for latency in 0..5000 {
            figures.add_latency(now, seconds(latency));
        }
        assert_eq!(figures.latency.0.len(), MAX_SAMPLES);
        assert!(figures.latency(now).unwrap().p50 > 4000.0);
    }
}
