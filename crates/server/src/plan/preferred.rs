//! `provider.preferred_min_throughput` and `provider.preferred_max_latency`: endpoints that miss
//! them move to the end of the order, behind those of all models.

use orouter_wire::{PercentilePreference, ProviderPreferences};
use tokio::time::Instant;

use crate::catalog::{Endpoint, Percentiles};

/// The thresholds of a request.
pub(super) struct Preferred<'a> {
    throughput: Option<&'a PercentilePreference>,
    latency: Option<&'a PercentilePreference>,
    now: Instant,
}

impl<'a> Preferred<'a> {
    /// Returns the thresholds of these preferences; `None` if there are none.
    pub(super) fn new(provider: Option<&'a ProviderPreferences>, now: Instant) -> Option<Self> {
        let provider = provider?;
        let preferred = Self {
            throughput: provider.preferred_min_throughput.as_ref(),
            latency: provider.preferred_max_latency.as_ref(),
            now,
        };
        let any = preferred.throughput.is_some() || preferred.latency.is_some();
        any.then_some(preferred)
    }

    /// Returns `true` if the endpoint misses a threshold. One without figures misses none.
    pub(super) fn is_missed_by(&self, endpoint: &Endpoint) -> bool {
        let slow = self.throughput.is_some_and(|minimum| {
            let figure = endpoint.state.throughput(self.now);
            misses(figure, minimum, |value, minimum| value < minimum)
        });
        slow || self.latency.is_some_and(|maximum| {
            let figure = endpoint.state.latency(self.now);
            misses(figure, maximum, |value, maximum| value > maximum)
        })
    }
}

fn misses(
    figure: Option<Percentiles>,
    threshold: &PercentilePreference,
    beyond: fn(f64, f64) -> bool,
) -> bool {
    let Some(figure) = figure else {
        return false;
    };
    let misses = |value: f64, limit: Option<f64>| limit.is_some_and(|limit| beyond(value, limit));
    match threshold {
        PercentilePreference::Median(limit) => beyond(figure.p50, *limit),
        PercentilePreference::Percentiles(limits) => {
            misses(figure.p50, limits.p50)
                || misses(figure.p75, limits.p75)
                || misses(figure.p90, limits.p90)
                || misses(figure.p99, limits.p99)
        }
        // Admission refuses the others.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use orouter_wire::PercentileCutoffs;

    use super::*;

    #[test]
    fn every_threshold_must_be_met() {
        let figure = Some(Percentiles {
            p50: 1.0,
            p75: 2.0,
            p90: 3.0,
            p99: 4.0,
        });
        let above = |value: f64, limit: f64| value > limit;
        let cutoffs = PercentileCutoffs::new;
        for (threshold, missed) in [
            (PercentilePreference::Median(1.0), false),
            (PercentilePreference::Median(0.9), true),
            (PercentilePreference::Percentiles(cutoffs()), false),
            (
                PercentilePreference::Percentiles(cutoffs().p50(1.0).p99(4.0)),
                false,
            ),
            (
                PercentilePreference::Percentiles(cutoffs().p50(1.0).p90(2.9)),
                true,
            ),
            (PercentilePreference::Percentiles(cutoffs().p75(1.9)), true),
            (PercentilePreference::Percentiles(cutoffs().p99(3.9)), true),
        ] {
            assert_eq!(misses(figure, &threshold, above), missed, "{threshold:?}");
            assert!(!misses(None, &threshold, above), "{threshold:?}");
        }
    }
}
