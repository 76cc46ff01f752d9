//! [`Outcomes`]: durations by outcome, and [`ErrorType`], the outcome of a generation.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use orouter_wire::ApiErrorType;

use super::histogram::{Buckets, Content, Histogram};
use crate::failure::Failure;

/// Durations by outcome. The usual outcome is recorded without a lock.
#[derive(Debug)]
pub(crate) struct Outcomes<K> {
    buckets: &'static Buckets,
    usual: OnceLock<Histogram>,
    others: Mutex<HashMap<K, Histogram>>,
}

impl<K: Clone + Eq + Hash> Outcomes<K> {
    pub(super) fn new(buckets: &'static Buckets) -> Self {
        Self {
            buckets,
            usual: OnceLock::new(),
            others: Mutex::default(),
        }
    }

    /// Records a duration. `other` is the outcome, if it is not the usual one.
    pub(crate) fn record(&self, other: Option<K>, time: Duration) {
        match other {
            None => self
                .usual
                .get_or_init(|| Histogram::new(self.buckets))
                .add_time(time),
            Some(other) => self
                .others()
                .entry(other)
                .or_insert_with(|| Histogram::new(self.buckets))
                .add_time(time),
        }
    }

    /// Returns the durations of each outcome so far.
    pub(crate) fn contents(&self) -> Vec<(Option<K>, Content)> {
        let usual = self.usual.get().map(|usual| (None, usual.content()));
        let others = self.others();
        let others = others
            .iter()
            .map(|(key, other)| (Some(key.clone()), other.content()));
        usual.into_iter().chain(others).collect()
    }

    fn others(&self) -> MutexGuard<'_, HashMap<K, Histogram>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reason why a generation or an attempt did not succeed: `error.type`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ErrorType {
    /// A failure with a name of the API.
    Api(ApiErrorType),
    /// The client disconnected.
    Cancelled,
    /// A failure with a name that an upstream chose.
    Other,
}

impl ErrorType {
    /// Returns the type of an error of this name. Names that are not those of the API are one type.
    pub(crate) fn of(name: &ApiErrorType) -> Self {
        match name {
            ApiErrorType::Unknown(_) => Self::Other,
            known => Self::Api(known.clone()),
        }
    }

    pub(crate) fn of_failure(failure: &Failure) -> Self {
        Self::of(&failure.error_type())
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Api(name) => name.as_str(),
            Self::Cancelled => "cancelled",
            Self::Other => "_OTHER",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_an_upstream_chose_are_one_type() {
        let unknown: ApiErrorType = "made_up_by_an_upstream".into();
        assert_eq!(ErrorType::of(&unknown).as_str(), "_OTHER");
        assert_eq!(ErrorType::of(&ApiErrorType::Server).as_str(), "server");
    }

    #[test]
    fn outcomes_have_durations_of_their_own() {
        let outcomes = Outcomes::new(&Buckets::GENERATION);
        assert!(outcomes.contents().is_empty());
        outcomes.record(None, Duration::from_secs(1));
        outcomes.record(Some(ErrorType::Cancelled), Duration::from_secs(2));
        outcomes.record(Some(ErrorType::Cancelled), Duration::from_secs(2));
        let contents = outcomes.contents();
        let sums: Vec<_> = contents
            .iter()
            .map(|(key, content)| (key, content.sum))
            .collect();
        assert_eq!(sums, [(&None, 1.0), (&Some(ErrorType::Cancelled), 4.0)]);
    }
}
