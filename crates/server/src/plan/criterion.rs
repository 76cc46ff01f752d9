//! [`Criterion`]: the property of endpoints by which they are sorted.

use orouter_wire::settings::Route;
use orouter_wire::{
    ProviderPreferences, ProviderSort, ResponsesRequest, SortPartition, SortPreference,
};

/// The property of endpoints by which they are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Criterion {
    /// By price, after one that is chosen at random by its price.
    Balance,
    /// The lowest price first.
    Price,
    /// The highest throughput first.
    Throughput,
    /// The lowest latency first.
    Latency,
}

impl Criterion {
    /// Returns the criterion that the request asks for in `provider.sort`. `provider.order` replaces
    /// it.
    pub(super) fn of(provider: Option<&ProviderPreferences>) -> Option<Self> {
        let provider = provider.filter(|provider| provider.order.is_empty())?;
        let by = match provider.sort.as_ref()? {
            SortPreference::By(by) => by,
            SortPreference::Config(config) => config.by.as_ref()?,
            _ => return None,
        };
        match by {
            ProviderSort::Price => Some(Self::Price),
            ProviderSort::Throughput => Some(Self::Throughput),
            ProviderSort::Latency => Some(Self::Latency),
            // Admission refuses the others.
            _ => None,
        }
    }
}

/// Returns `true` if the endpoints of all models are sorted together. `route: "sort"` is the older
/// name of the setting.
pub(super) fn is_pooled(request: &ResponsesRequest) -> bool {
    let provider = request.provider.as_deref();
    if provider.is_some_and(|provider| !provider.order.is_empty()) {
        return false;
    }
    let partition = provider.and_then(|provider| match &provider.sort {
        Some(SortPreference::Config(config)) => config.partition.as_ref(),
        _ => None,
    });
    match partition {
        Some(partition) => matches!(partition, SortPartition::None),
        None => matches!(request.route, Some(Route::Sort)),
    }
}
