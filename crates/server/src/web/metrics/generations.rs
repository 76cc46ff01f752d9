//! The metrics of generations and attempts.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::families::{self, Family};
use super::writer::{Labels, Writer};
use crate::catalog::{Catalog, Endpoint};
use crate::metrics::{
    Content, EndpointLabels, EndpointMetrics, ErrorType, Histogram, Measures, Metrics, OpenModels,
    Outcomes,
};

/// The only operation of the server, in the words of the semantic conventions.
const OPERATION: (&str, &str) = ("gen_ai_operation_name", "chat");

pub(super) fn write(metrics: &Metrics, catalog: &Catalog, writer: &mut Writer<'_>) -> fmt::Result {
    let sources = sources(catalog);
    let mut all: Vec<&EndpointMetrics> = vec![&metrics.unplanned];
    all.extend(sources.iter().map(Source::metrics));
    // An endpoint that is listed twice would have the same series twice.
    let mut seen = HashSet::new();
    all.retain(|metrics| metrics.used().is_some() && seen.insert(&metrics.labels));
    let used = Used(all);
    used.outcomes(&families::REQUEST_DURATION, |m| &m.requests, writer)?;
    used.histogram(&families::FIRST_TOKEN, |m| &m.first_token, writer)?;
    used.histogram(&families::PER_TOKEN, |m| &m.per_token, writer)?;
    used.tokens(writer)?;
    used.outcomes(&families::ATTEMPT_DURATION, |m| &m.attempts, writer)?;
    used.attempts(writer)?;
    used.cost(writer)
}

/// Returns the labels that name an endpoint.
pub(super) fn names(labels: &EndpointLabels) -> Labels<'_> {
    vec![
        ("gen_ai_provider_name", labels.provider.as_str().into()),
        ("gen_ai_request_model", labels.model.as_str().into()),
        ("orouter_endpoint", labels.endpoint.as_str().into()),
    ]
}

/// The owner of the figures of an endpoint.
enum Source<'a> {
    Listed(&'a Arc<Endpoint>),
    Named(Arc<EndpointMetrics>),
    Other(&'a Arc<OpenModels>),
}

impl Source<'_> {
    fn metrics(&self) -> &EndpointMetrics {
        match self {
            Self::Listed(endpoint) => endpoint.series.metrics(),
            Self::Named(metrics) => metrics,
            Self::Other(models) => models.other(),
        }
    }
}

fn sources(catalog: &Catalog) -> Vec<Source<'_>> {
    let mut sources: Vec<Source<'_>> = catalog.listed_endpoints().map(Source::Listed).collect();
    for (models, _) in catalog.open_providers() {
        sources.extend(models.named().into_iter().map(Source::Named));
        sources.push(Source::Other(models));
    }
    sources
}

/// The endpoints that were used.
struct Used<'a>(Vec<&'a EndpointMetrics>);

impl Used<'_> {
    /// Returns the endpoints with their labels.
    fn each(&self) -> impl Iterator<Item = (Labels<'_>, &Measures)> {
        self.0.iter().filter_map(|metrics| {
            let mut labels = vec![(OPERATION.0, OPERATION.1.into())];
            labels.extend(names(&metrics.labels));
            Some((labels, metrics.used()?))
        })
    }

    fn outcomes(
        &self,
        family: &Family,
        of: fn(&Measures) -> &Outcomes<ErrorType>,
        writer: &mut Writer<'_>,
    ) -> fmt::Result {
        let mut samples = writer.family(family)?;
        for (labels, measures) in self.each() {
            for (error, content) in of(measures).contents() {
                samples.histogram(&with_error(labels.clone(), error.as_ref()), &content)?;
            }
        }
        Ok(())
    }

    fn histogram(
        &self,
        family: &Family,
        of: fn(&Measures) -> &Histogram,
        writer: &mut Writer<'_>,
    ) -> fmt::Result {
        let mut samples = writer.family(family)?;
        for (labels, measures) in self.each() {
            let content = of(measures).content();
            if content.count > 0 {
                samples.histogram(&labels, &content)?;
            }
        }
        Ok(())
    }

    fn tokens(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let mut samples = writer.family(&families::TOKENS)?;
        for (labels, measures) in self.each() {
            let kinds = [
                ("input", &measures.input_tokens),
                ("output", &measures.output_tokens),
            ];
            for (kind, histogram) in kinds {
                let content: Content = histogram.content();
                if content.count > 0 {
                    let mut labels = labels.clone();
                    labels.push(("gen_ai_token_type", kind.into()));
                    samples.histogram(&labels, &content)?;
                }
            }
        }
        Ok(())
    }

    fn attempts(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let mut samples = writer.family(&families::ATTEMPTS)?;
        for metrics in &self.0 {
            let contents = metrics.used().map(|measures| measures.attempts.contents());
            for (error, content) in contents.unwrap_or_default() {
                let mut labels = names(&metrics.labels);
                let outcome = match &error {
                    None => "success",
                    Some(ErrorType::Cancelled) => "cancelled",
                    Some(ErrorType::Api(_) | ErrorType::Other) => "failure",
                };
                labels.push(("outcome", outcome.into()));
                samples.counter(&with_error(labels, error.as_ref()), content.count as f64)?;
            }
        }
        Ok(())
    }

    fn cost(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let mut samples = writer.family(&families::COST)?;
        for metrics in &self.0 {
            let used = metrics.used();
            if let Some(measures) = used.filter(|used| used.input_tokens.content().count > 0) {
                samples.counter(&names(&metrics.labels), measures.cost())?;
            }
        }
        Ok(())
    }
}

fn with_error<'a>(mut labels: Labels<'a>, error: Option<&ErrorType>) -> Labels<'a> {
    if let Some(error) = error {
        labels.push(("error_type", error.as_str().to_owned().into()));
    }
    labels
}
