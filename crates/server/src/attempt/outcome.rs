//! [`Failures`]: the failures of the attempts of one request, and the failure that the client gets.

use orouter_wire::{AvailabilityCode, PreviousError};

use crate::failure::{Failure, FailureKind, Fallback};

/// Maximum number of earlier failures that the client gets.
const MAX_PREVIOUS: usize = 32;

/// The failures of the attempts of one request, in order.
#[derive(Default)]
pub(super) struct Failures(Vec<Failed>);

struct Failed {
    model: String,
    /// The slug of the endpoint.
    endpoint: String,
    failure: Failure,
}

impl Failures {
    pub(super) fn add(&mut self, model: &str, endpoint: &str, failure: Failure) {
        self.0.push(Failed {
            model: model.to_owned(),
            endpoint: endpoint.to_owned(),
            failure,
        });
    }

    /// Returns the failure that the client gets: the last one. A failure because an endpoint cannot
    /// express the request gives way to that of an endpoint that can.
    ///
    /// It lists the failures before it. It has a delay if every endpoint that was called gave one:
    /// the smallest.
    pub(super) fn into_final(mut self) -> Failure {
        let able = |failed: &Failed| failed.failure.fallback_row() != Fallback::Unsupported;
        let last = self.0.iter().rposition(able);
        let Some(position) = last.or_else(|| self.0.len().checked_sub(1)) else {
            return Failure::new(FailureKind::Server, "the plan has no endpoints");
        };
        let called = self.0.iter().filter(|failed| able(failed));
        let delays: Option<Vec<_>> = called.map(|failed| failed.failure.delay()).collect();
        let delay = delays.and_then(|delays| delays.into_iter().min());
        let mut models: Vec<String> = Vec::new();
        let mut providers: Vec<String> = Vec::new();
        for failed in &self.0 {
            for (list, name) in [
                (&mut models, &failed.model),
                (&mut providers, &failed.endpoint),
            ] {
                if !list.contains(name) {
                    list.push(name.clone());
                }
            }
        }
        let last = self.0.remove(position);
        let previous: Vec<PreviousError> = self
            .0
            .iter()
            .take(MAX_PREVIOUS)
            .map(|failed| failed.failure.to_previous(&failed.endpoint))
            .collect();
        let failure = last.failure.with_delay(delay).with_previous(previous);
        if failure.status().as_u16() == 503 && !failure.has_availability() {
            let code = AvailabilityCode::TemporarilyUnavailable;
            providers.truncate(MAX_PREVIOUS);
            let failure = failure.availability(code, models, Vec::new());
            failure.affecting(providers)
        } else {
            failure
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn failure(kind: FailureKind, delay: Option<u64>) -> Failure {
        Failure::new(kind, "").with_delay(delay.map(Duration::from_secs))
    }

    fn of(list: &[(FailureKind, Option<u64>)]) -> Failure {
        let mut failures = Failures::default();
        for (kind, delay) in list {
            failures.add("a/b", "acme", failure(*kind, *delay));
        }
        failures.into_final()
    }

    #[test]
    fn the_smallest_delay_counts_if_every_failure_has_one() {
        use FailureKind::{ProviderOverloaded, ProviderUnavailable, RateLimited};
        let seconds = |list| of(list).delay().map(|delay| delay.as_secs());
        assert_eq!(seconds(&[(RateLimited, Some(9))]), Some(9));
        assert_eq!(
            seconds(&[(ProviderOverloaded, Some(3)), (RateLimited, Some(9))]),
            Some(3)
        );
        assert_eq!(
            seconds(&[(ProviderUnavailable, None), (RateLimited, Some(9))]),
            None
        );
    }

    #[test]
    fn an_endpoint_that_was_not_called_does_not_take_the_delay_away() {
        use FailureKind::{InvalidRequest, RateLimited};
        let unable = || failure(InvalidRequest, None).fallback(Fallback::Unsupported);
        let limited = || failure(RateLimited, Some(9));
        for order in [[unable(), limited()], [limited(), unable()]] {
            let mut failures = Failures::default();
            for failure in order {
                failures.add("a/b", "acme", failure);
            }
            let last = failures.into_final();
            assert_eq!(
                (last.status().as_u16(), last.delay()),
                (429, Some(Duration::from_secs(9)))
            );
        }
        let mut failures = Failures::default();
        failures.add("a/b", "acme", unable());
        assert_eq!(failures.into_final().delay(), None);
    }

    #[test]
    fn the_last_failure_that_is_not_a_refusal_of_the_endpoint_counts() {
        let mut failures = Failures::default();
        failures.add("a/b", "one", failure(FailureKind::ProviderOverloaded, None));
        let refused = failure(FailureKind::InvalidRequest, None).fallback(Fallback::Unsupported);
        failures.add("a/b", "two", refused);
        let last = failures.into_final();
        assert_eq!(last.status(), 503);
        assert!(last.has_availability());
        assert_eq!(of(&[]).status(), 500);
        let last = of(&[
            (FailureKind::ProviderOverloaded, None),
            (FailureKind::InvalidRequest, None),
        ]);
        assert_eq!(last.status(), 400);
    }
}
