//! The metrics of the present state of endpoints and providers.

use std::collections::BTreeMap;
use std::fmt;

use tokio::time::Instant;

use super::families::{self, Family};
use super::generations::names;
use super::writer::Writer;
use crate::catalog::{Catalog, Endpoint, Gate};
use crate::metrics::EndpointLabels;

/// The state of an endpoint, or of several that have the same labels.
#[derive(Default)]
struct State {
    breaker: u8,
    active: usize,
    queued: usize,
}

/// A gauge of each endpoint.
type Gauge = (&'static Family, fn(&State) -> f64);

pub(super) fn write(catalog: &Catalog, writer: &mut Writer<'_>) -> fmt::Result {
    let states = states(catalog);
    let gauges: [Gauge; 3] = [
        (&families::BREAKER, |state| f64::from(state.breaker)),
        (&families::ENDPOINT_ACTIVE, |state| state.active as f64),
        (&families::ENDPOINT_QUEUED, |state| state.queued as f64),
    ];
    for (family, value) in gauges {
        let mut samples = writer.family(family)?;
        for (labels, state) in &states {
            samples.gauge(&names(labels), value(state))?;
        }
    }
    providers(catalog, writer)
}

fn states(catalog: &Catalog) -> BTreeMap<EndpointLabels, State> {
    let mut states = BTreeMap::new();
    let now = Instant::now();
    for endpoint in catalog.listed_endpoints() {
        add(&mut states, endpoint, now);
    }
    for (_, kept) in catalog.open_providers() {
        for endpoint in kept.iter().flat_map(|known| &known.endpoints) {
            add(&mut states, endpoint, now);
        }
    }
    states
}

fn add(states: &mut BTreeMap<EndpointLabels, State>, endpoint: &Endpoint, now: Instant) {
    let labels = endpoint.series.metrics().labels.clone();
    let (active, queued) = endpoint.state.slots.counts();
    let breaker = match endpoint.state.gate(now) {
        Gate::Closed => 0,
        Gate::HalfOpen => 1,
        Gate::Open => 2,
    };
    let state = states.entry(labels).or_default();
    state.breaker = state.breaker.max(breaker);
    state.active += active;
    state.queued += queued;
}

/// Writes the generations of providers that count them themselves, such as the embedded model.
fn providers(catalog: &Catalog, writer: &mut Writer<'_>) -> fmt::Result {
    let mut loads: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for endpoint in catalog.listed_endpoints() {
        if endpoint.upstream.is_none() {
            let load = endpoint.provider.load();
            loads.insert(endpoint.provider.name(), (load.active, load.queued));
        }
    }
    let mut active = writer.family(&families::PROVIDER_ACTIVE)?;
    for (provider, (count, _)) in &loads {
        let labels = vec![("gen_ai_provider_name", (*provider).into())];
        active.gauge(&labels, *count as f64)?;
    }
    let mut queued = writer.family(&families::PROVIDER_QUEUED)?;
    for (provider, (_, count)) in &loads {
        let labels = vec![("gen_ai_provider_name", (*provider).into())];
        queued.gauge(&labels, *count as f64)?;
    }
    Ok(())
}
