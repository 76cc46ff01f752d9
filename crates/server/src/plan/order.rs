//! The order of the endpoints of each model.
//!
//! By default, endpoints without a significant outage in the last 30 s come first. The first of them
//! is chosen at random, weighted by 1/price²; the others follow by price. Endpoints of price 0 come
//! before all others, and those of unknown price after them, in the order of the configuration.
//! Endpoints whose circuit breaker is open come last, and are not excluded: if all others fail too,
//! the upstream's own failure tells the client more than a guess.

use std::sync::Arc;

use orouter_wire::{ProviderPreferences, ProviderSort, SortPreference};
use tokio::time::Instant;

use super::slug::means;
use crate::amount::Amount;
use crate::catalog::{Endpoint, Standing};

/// Sorts the endpoints of each model. The models keep their order.
///
/// `issuer` is the endpoint that issued the encrypted reasoning in the request. It comes first,
/// because the others cannot read it.
pub(super) fn sort(
    provider: Option<&ProviderPreferences>,
    issuer: Option<&str>,
    endpoints: &mut Vec<Arc<Endpoint>>,
) {
    if let Some(provider) = provider
        && provider.allow_fallbacks == Some(false)
        && provider.order.is_empty()
    {
        sort_models(Some(provider), issuer, endpoints);
        endpoints.dedup_by(|later, earlier| Arc::ptr_eq(&later.model, &earlier.model));
    } else {
        sort_models(provider, issuer, endpoints);
    }
}

fn sort_models(
    provider: Option<&ProviderPreferences>,
    issuer: Option<&str>,
    endpoints: &mut [Arc<Endpoint>],
) {
    let now = Instant::now();
    let mut rest = endpoints;
    while let Some(first) = rest.first() {
        let model = Arc::clone(&first.model);
        let same = |endpoint: &&Arc<Endpoint>| Arc::ptr_eq(&endpoint.model, &model);
        let length = rest.iter().take_while(same).count();
        let (of_model, others) = rest.split_at_mut(length);
        if of_model.len() > 1 {
            sort_model(provider, issuer, of_model, now);
        }
        rest = others;
    }
}

fn sort_model(
    provider: Option<&ProviderPreferences>,
    issuer: Option<&str>,
    endpoints: &mut [Arc<Endpoint>],
    now: Instant,
) {
    let order = provider.map_or(&[][..], |provider| &provider.order);
    let listed = |endpoint: &Endpoint| order.iter().position(|name| means(name, endpoint));
    endpoints.sort_by_cached_key(|endpoint| {
        let standing = endpoint.state.standing(now);
        let position = listed(endpoint);
        // A request's own order holds, except against an open circuit breaker.
        let standing = match position {
            Some(_) if standing == Standing::Outage => Standing::Healthy,
            _ => standing,
        };
        let position = position.unwrap_or(usize::MAX);
        (
            standing == Standing::Open,
            position,
            standing,
            rank(endpoint),
        )
    });
    if order.is_empty() && !provider.is_some_and(by_price) {
        choose_first(endpoints, now);
        if let Some(issuer) = issuer {
            issuer_first(issuer, endpoints, now);
        }
    }
}

/// Moves the issuer to the front, unless its circuit breaker is open.
fn issuer_first(issuer: &str, endpoints: &mut [Arc<Endpoint>], now: Instant) {
    let is_issuer = |endpoint: &Arc<Endpoint>| {
        let upstream = endpoint.upstream.as_ref();
        upstream.is_some_and(|upstream| upstream.endpoint == issuer)
            && endpoint.state.standing(now) != Standing::Open
    };
    if let Some(position) = endpoints.iter().position(is_issuer)
        && let Some(front) = endpoints.get_mut(..=position)
    {
        front.rotate_right(1);
    }
}

fn by_price(provider: &ProviderPreferences) -> bool {
    match &provider.sort {
        Some(SortPreference::By(by)) => *by == ProviderSort::Price,
        Some(SortPreference::Config(config)) => config.by == Some(ProviderSort::Price),
        _ => false,
    }
}

/// Returns the price of a prompt token and an output token; `None` if it is not known.
fn price(endpoint: &Endpoint) -> Option<Amount> {
    let price = endpoint.price.as_ref()?;
    Some(price.prompt.plus(price.completion))
}

/// Returns the place of an endpoint by price: unknown prices come last.
fn rank(endpoint: &Endpoint) -> (bool, Amount) {
    let price = price(endpoint);
    (price.is_none(), price.unwrap_or_default())
}

/// Moves one of the healthy endpoints to the front, at random, weighted by 1/price².
fn choose_first(endpoints: &mut [Arc<Endpoint>], now: Instant) {
    let healthy = |endpoint: &&Arc<Endpoint>| {
        endpoint.state.standing(now) == Standing::Healthy && price(endpoint).is_some()
    };
    let healthy = endpoints.iter().take_while(healthy);
    let prices: Vec<f64> = healthy
        .filter_map(|endpoint| price(endpoint))
        .map(|price| price.units().max(0) as f64)
        .collect();
    if prices.len() > 1
        && let Some(chosen) = weighted(&prices, fastrand::f64())
        && let Some(front) = endpoints.get_mut(..=chosen)
    {
        front.rotate_right(1);
    }
}

/// Returns the position of the price at `point` (0 to 1) of the sum of all weights. `prices` are
/// sorted. If there are prices of 0, only they have a weight, and all the same.
fn weighted(prices: &[f64], point: f64) -> Option<usize> {
    let free = prices.iter().take_while(|price| **price == 0.0).count();
    let weight = |price: &f64| match free {
        // Relative to the lowest price, so that no weight is too small for a number.
        0 => (prices.first().unwrap_or(&1.0) / price).powi(2),
        _ if *price == 0.0 => 1.0,
        _ => 0.0,
    };
    let total: f64 = prices.iter().map(weight).sum();
    let mut left = point * total;
    prices.iter().position(|price| {
        left -= weight(price);
        left < 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::weighted;

    #[test]
    fn weights_are_the_inverse_squares_of_prices() {
        // Weights 1 and 1/4: the first has 0.8 of the sum.
        let prices = [2.0, 4.0];
        assert_eq!(weighted(&prices, 0.0), Some(0));
        assert_eq!(weighted(&prices, 0.79), Some(0));
        assert_eq!(weighted(&prices, 0.81), Some(1));
        assert_eq!(weighted(&prices, 0.999), Some(1));
        assert_eq!(weighted(&[], 0.5), None);
    }

    #[test]
    fn free_endpoints_come_first() {
        let prices = [0.0, 0.0, 1.0];
        assert_eq!(weighted(&prices, 0.4), Some(0));
        assert_eq!(weighted(&prices, 0.6), Some(1));
        assert_eq!(weighted(&prices, 0.999_999), Some(1));
    }
}
