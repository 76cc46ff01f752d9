//! The order of the endpoints of a request.
//!
//! The endpoints of each model are sorted alone, or those of all models together. By default,
//! endpoints without a significant outage in the last 30 s come first. The first of them is chosen
//! at random, weighted by 1/price²; the others follow by price. Endpoints of price 0 come before all
//! others, and those of unknown price after them, in the order of the configuration. Endpoints whose
//! circuit breaker is open come last, and are not excluded: if all others fail too, the upstream's
//! own failure tells the client more than a guess.

use std::sync::Arc;

use orouter_wire::{ProviderPreferences, ResponsesRequest};
use tokio::time::Instant;

use super::candidate::Candidate;
use super::criterion::{self, Criterion};
use super::preferred::Preferred;
use super::slug::means;
use super::tiers::Tiers;
use super::variant::Variant;
use crate::admit::unsupported;
use crate::amount::Amount;
use crate::catalog::{Conversation, Conversations, Endpoint, Standing};

/// Parameters that a model does without in a way that its output shows. Endpoints that do not
/// support one of them, and are not excluded, come after the others.
const SOFT: [&str; 3] = ["tools", "response_format", "verbosity"];

/// The order of the endpoints of one request.
pub(super) struct Order<'a> {
    request: &'a ResponsesRequest,
    provider: Option<&'a ProviderPreferences>,
    tiers: &'a Tiers<'a>,
    /// The endpoint that issued the encrypted reasoning in the request. It comes first, because the
    /// others cannot read it.
    issuer: Option<&'a str>,
    conversation: Option<(Conversation, &'a Conversations)>,
    now: Instant,
}

/// A candidate in the order.
pub(super) struct Sorted {
    pub(super) candidate: Candidate,
    /// The endpoints of one group are tried together.
    pub(super) group: usize,
}

/// The place of a candidate in its group before the criterion. Lower comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    /// `true` if the circuit breaker is open.
    open: bool,
    /// The position in `provider.order`.
    listed: usize,
    /// `true` if the endpoint does not support a parameter of [`SOFT`] that the request sets.
    lacks: bool,
    standing: Standing,
    /// `false` for endpoints of the service tier that the request asks for.
    other_tier: bool,
}

/// The place of a candidate in its class: by the criterion, then by price.
type Rank = (u64, bool, Amount);

impl<'a> Order<'a> {
    pub(super) fn new(request: &'a ResponsesRequest, tiers: &'a Tiers<'a>) -> Self {
        Self {
            request,
            provider: request.provider.as_deref(),
            tiers,
            issuer: None,
            conversation: None,
            now: Instant::now(),
        }
    }

    pub(super) fn issuer(mut self, issuer: Option<&'a str>) -> Self {
        self.issuer = issuer;
        self
    }

    /// Sets the conversation that the request belongs to.
    pub(super) fn conversation(
        mut self,
        conversation: Option<Conversation>,
        table: &'a Conversations,
    ) -> Self {
        self.conversation = conversation.map(|conversation| (conversation, table));
        self
    }

    /// Sorts the candidates. Those of one model follow each other in `candidates`.
    pub(super) fn sort(&self, candidates: Vec<Candidate>) -> Vec<Sorted> {
        let preferred = Preferred::new(self.provider, self.now);
        let (mut first, mut slow) = (Vec::new(), Vec::new());
        let groups = groups(candidates, criterion::is_pooled(self.request));
        let number = groups.len();
        for (group, candidates) in groups.into_iter().enumerate() {
            let (candidates, sticky) = self.sort_group(candidates);
            for (position, candidate) in candidates.into_iter().enumerate() {
                let kept = sticky && position == 0;
                let missed =
                    |preferred: &Preferred<'_>| preferred.is_missed_by(&candidate.endpoint);
                if !kept && preferred.as_ref().is_some_and(missed) {
                    let group = number + group;
                    slow.push(Sorted { candidate, group });
                } else {
                    first.push(Sorted { candidate, group });
                }
            }
        }
        first.append(&mut slow);
        let provider = self.provider;
        if provider.is_some_and(|p| p.allow_fallbacks == Some(false) && p.order.is_empty()) {
            first_of_models(&mut first);
        }
        first
    }

    /// Sorts the candidates of one group. Also returns `true` if the first one is that of the
    /// conversation.
    fn sort_group(&self, candidates: Vec<Candidate>) -> (Vec<Candidate>, bool) {
        if candidates.len() < 2 && self.conversation.is_none() {
            return (candidates, false);
        }
        let criterion = self.criterion(&candidates);
        let key = |candidate: Candidate| {
            let class = self.class(&candidate.endpoint);
            let criterion = match class.other_tier {
                true => criterion,
                false => Criterion::Throughput,
            };
            (class, self.rank(&candidate.endpoint, criterion), candidate)
        };
        let mut keyed: Vec<(Class, Rank, Candidate)> = candidates.into_iter().map(key).collect();
        keyed.sort_by_key(|(class, rank, _)| (*class, *rank));
        if criterion == Criterion::Balance {
            choose_first(&mut keyed);
        }
        let sticky = self.conversation_first(&mut keyed);
        if criterion == Criterion::Balance {
            self.issuer_first(&mut keyed);
        }
        let sorted = keyed.into_iter().map(|(_, _, candidate)| candidate);
        (sorted.collect(), sticky)
    }

    /// Returns the criterion of a group: that of the request, or else that of the first variant.
    fn criterion(&self, candidates: &[Candidate]) -> Criterion {
        if self
            .provider
            .is_some_and(|provider| !provider.order.is_empty())
        {
            return Criterion::Price;
        }
        let variant = || {
            let variant = candidates.iter().find_map(|candidate| candidate.variant);
            variant.map(Variant::criterion)
        };
        let asked = Criterion::of(self.provider).or_else(variant);
        asked.unwrap_or(Criterion::Balance)
    }

    fn class(&self, endpoint: &Endpoint) -> Class {
        let order = self.provider.map_or(&[][..], |provider| &provider.order);
        let listed = order.iter().position(|name| means(name, endpoint));
        let standing = endpoint.state.standing(self.now);
        Class {
            open: standing == Standing::Open,
            listed: listed.unwrap_or(usize::MAX),
            lacks: listed.is_none() && self.lacks(endpoint),
            // A request's own order holds, except against an open circuit breaker.
            standing: match listed {
                Some(_) => Standing::Healthy,
                None => standing,
            },
            other_tier: !self.tiers.prefers(endpoint),
        }
    }

    fn lacks(&self, endpoint: &Endpoint) -> bool {
        let supports = |name: &str| !SOFT.contains(&name) || endpoint.supports(name);
        endpoint.supported_parameters.is_some()
            && unsupported(self.request, supports).next().is_some()
    }

    fn rank(&self, endpoint: &Endpoint, criterion: Criterion) -> Rank {
        let price = price(endpoint);
        let median = match criterion {
            Criterion::Balance | Criterion::Price => 0,
            Criterion::Latency => {
                let latency = endpoint.state.latency(self.now);
                latency.map_or(u64::MAX, |latency| ascending(latency.p50))
            }
            Criterion::Throughput => {
                let throughput = endpoint.state.throughput(self.now);
                throughput.map_or(u64::MAX, |throughput| !ascending(throughput.p50))
            }
        };
        (median, price.is_none(), price.unwrap_or_default())
    }

    /// Moves the endpoint of the conversation to the front of its group. It gives way to endpoints
    /// of a better class: without an outage, of the tier that the request asks for.
    fn conversation_first(&self, keyed: &mut [(Class, Rank, Candidate)]) -> bool {
        let (Some((conversation, table)), Some((best, _, _))) = (self.conversation, keyed.first())
        else {
            return false;
        };
        let best = *best;
        if best.open {
            return false;
        }
        let served = keyed.iter().enumerate().filter_map(|(position, entry)| {
            let (class, _, candidate) = entry;
            let at = table.served_at(conversation, &candidate.endpoint, self.now)?;
            (*class == best).then_some((at, position))
        });
        let Some((_, position)) = served.max() else {
            return false;
        };
        to_front(keyed, position);
        true
    }

    /// Moves the issuer to the front, unless its circuit breaker is open.
    fn issuer_first(&self, keyed: &mut [(Class, Rank, Candidate)]) {
        let Some(issuer) = self.issuer else {
            return;
        };
        let is_issuer = |(class, _, candidate): &(Class, Rank, Candidate)| {
            let upstream = candidate.endpoint.upstream.as_ref();
            upstream.is_some_and(|upstream| upstream.endpoint == issuer) && !class.open
        };
        if let Some(position) = keyed.iter().position(is_issuer) {
            to_front(keyed, position);
        }
    }
}

/// Splits the candidates into those of each model, or returns one group of all.
fn groups(candidates: Vec<Candidate>, pooled: bool) -> Vec<Vec<Candidate>> {
    if pooled {
        return vec![candidates];
    }
    let mut groups: Vec<Vec<Candidate>> = Vec::new();
    for candidate in candidates {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|c| c.same_model(&candidate)) => {
                group.push(candidate);
            }
            _ => groups.push(vec![candidate]),
        }
    }
    groups
}

/// Removes all endpoints but the first one of each model.
fn first_of_models(sorted: &mut Vec<Sorted>) {
    let mut models = Vec::new();
    sorted.retain(|entry| {
        let model = Arc::as_ptr(&entry.candidate.endpoint.model);
        let first = !models.contains(&model);
        models.push(model);
        first
    });
}

fn to_front<T>(list: &mut [T], position: usize) {
    if let Some(front) = list.get_mut(..=position) {
        front.rotate_right(1);
    }
}

/// Returns a number that orders like this one, which is not negative.
fn ascending(value: f64) -> u64 {
    value.max(0.0).to_bits()
}

/// Returns the price of a prompt token and an output token; `None` if it is not known.
fn price(endpoint: &Endpoint) -> Option<Amount> {
    let price = endpoint.price.as_ref()?;
    Some(price.prompt.plus(price.completion))
}

/// Moves one of the healthy endpoints to the front of them, at random, weighted by 1/price².
/// Endpoints of the service tier that the request asks for stay before them.
fn choose_first(keyed: &mut [(Class, Rank, Candidate)]) {
    let Some(start) = keyed.iter().position(|(class, _, _)| class.other_tier) else {
        return;
    };
    let Some(others) = keyed.get_mut(start..) else {
        return;
    };
    let Some((first, _, _)) = others.first() else {
        return;
    };
    let first = *first;
    if first.standing != Standing::Healthy {
        return;
    }
    let same = others.iter().take_while(|(class, _, _)| *class == first);
    let prices: Vec<f64> = same
        .map_while(|(_, _, candidate)| price(&candidate.endpoint))
        .map(|price| price.units().max(0) as f64)
        .collect();
    if prices.len() > 1
        && let Some(chosen) = weighted(&prices, fastrand::f64())
    {
        to_front(others, chosen);
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
