//! [`EndpointMetrics`]: the generations, attempts, tokens and cost of an endpoint.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use orouter_wire::Usage;

use super::histogram::{Buckets, Histogram};
use super::outcomes::{ErrorType, Outcomes};
use crate::amount::Amount;

/// The label value of generations for which no endpoint was chosen.
const UNKNOWN: &str = "unknown";

/// Usual names of providers in a configuration, with the values that the semantic conventions
/// require for `gen_ai.provider.name`. Other names are used as they are.
const WELL_KNOWN: [(&str, &str); 8] = [
    ("azure", "azure.ai.openai"),
    ("bedrock", "aws.bedrock"),
    ("gemini", "gcp.gemini"),
    ("mistral", "mistral_ai"),
    ("moonshot", "moonshot_ai"),
    ("vertex", "gcp.vertex_ai"),
    ("watsonx", "ibm.watsonx.ai"),
    ("xai", "x_ai"),
];

/// The names of an endpoint in labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EndpointLabels {
    pub(crate) provider: String,
    pub(crate) model: String,
    /// The slug, `provider[/region][/tier]`.
    pub(crate) endpoint: String,
}

impl EndpointLabels {
    /// Creates the labels of the endpoint with this slug.
    pub(crate) fn new(model: &str, slug: &str) -> Self {
        let provider = slug.split('/').next().unwrap_or(slug);
        let well_known = WELL_KNOWN.iter().find(|(name, _)| *name == provider);
        let provider = well_known.map_or(provider, |(_, value)| value);
        Self {
            provider: provider.to_owned(),
            model: model.to_owned(),
            endpoint: slug.to_owned(),
        }
    }

    pub(super) fn unknown() -> Self {
        Self::new(UNKNOWN, UNKNOWN)
    }
}

/// The figures of an endpoint. Most endpoints of a large catalog are never used, so that the
/// histograms are created with the first request.
#[derive(Debug)]
pub(crate) struct EndpointMetrics {
    pub(crate) labels: EndpointLabels,
    measures: OnceLock<Box<Measures>>,
}

/// The generations, attempts, tokens and cost of an endpoint.
#[derive(Debug)]
pub(crate) struct Measures {
    /// Durations of generations, from the end of the request's head.
    pub(crate) requests: Outcomes<ErrorType>,
    /// Durations of attempts.
    pub(crate) attempts: Outcomes<ErrorType>,
    pub(crate) first_token: Histogram,
    pub(crate) per_token: Histogram,
    pub(crate) input_tokens: Histogram,
    pub(crate) output_tokens: Histogram,
    /// The cost of all generations, in units of [`Amount`].
    cost: AtomicU64,
}

impl EndpointMetrics {
    pub(crate) fn new(labels: EndpointLabels) -> Self {
        Self {
            labels,
            measures: OnceLock::new(),
        }
    }

    /// Returns the histograms, to record in them.
    pub(crate) fn measures(&self) -> &Measures {
        self.measures.get_or_init(Box::default)
    }

    /// Returns the histograms, if the endpoint was used.
    pub(crate) fn used(&self) -> Option<&Measures> {
        self.measures.get().map(|measures| &**measures)
    }
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            requests: Outcomes::new(&Buckets::GENERATION),
            attempts: Outcomes::new(&Buckets::GENERATION),
            first_token: Histogram::new(&Buckets::FIRST_TOKEN),
            per_token: Histogram::new(&Buckets::PER_TOKEN),
            input_tokens: Histogram::new(&Buckets::TOKENS),
            output_tokens: Histogram::new(&Buckets::TOKENS),
            cost: AtomicU64::new(0),
        }
    }
}

impl Measures {
    /// Records the tokens and the cost of a generation.
    pub(crate) fn usage(&self, usage: &Usage) {
        self.input_tokens.add_number(usage.input_tokens);
        self.output_tokens.add_number(usage.output_tokens);
        let cost = usage.cost.map_or(Amount::ZERO, Amount::from_usd);
        let units = u64::try_from(cost.units()).unwrap_or_default();
        self.cost.fetch_add(units, Ordering::Relaxed);
    }

    /// Records the times of a stream that succeeded: to its first token, and of all tokens after it.
    pub(crate) fn stream(&self, first: Duration, rest: Duration, output_tokens: u64) {
        self.first_token.add_time(first);
        let others = u32::try_from(output_tokens.saturating_sub(1)).unwrap_or(u32::MAX);
        if let Some(time) = rest.checked_div(others) {
            self.per_token.add_time(time);
        }
    }

    /// Returns the cost of all generations, in USD.
    pub(crate) fn cost(&self) -> f64 {
        let units = self.cost.load(Ordering::Relaxed);
        Amount::from_units(i64::try_from(units).unwrap_or(i64::MAX)).to_usd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_name_the_provider_of_a_slug() {
        let labels = EndpointLabels::new("a/b", "acme/eu/flex");
        assert_eq!(
            (labels.provider.as_str(), labels.endpoint.as_str()),
            ("acme", "acme/eu/flex")
        );
        let labels = EndpointLabels::new("a/b", "gemini");
        assert_eq!(
            (labels.provider.as_str(), labels.endpoint.as_str()),
            ("gcp.gemini", "gemini")
        );
    }

    #[test]
    fn usage_and_times_are_recorded() {
        let metrics = EndpointMetrics::new(EndpointLabels::unknown());
        assert!(metrics.used().is_none());
        let measures = metrics.measures();
        let mut usage = Usage::new(10, 3);
        usage.cost = Some(0.25);
        measures.usage(&usage);
        usage.cost = None;
        measures.usage(&usage);
        assert_eq!(measures.cost(), 0.25);
        assert_eq!(measures.input_tokens.content().sum, 20.0);
        let second = Duration::from_secs(1);
        measures.stream(second, 4 * second, 3);
        measures.stream(second, second, 1);
        assert_eq!(measures.first_token.content().count, 2);
        let per_token = measures.per_token.content();
        assert_eq!((per_token.count, per_token.sum), (1, 2.0));
    }
}
