//! The `provider` preferences of a request that exclude endpoints.

use std::sync::Arc;

use orouter_wire::{
    AvailabilityCode, DataCollection, MaxPrice, ProviderPreferences, Quantization, ResponsesRequest,
};

use super::limits::{self, Size};
use super::slug::names;
use crate::admit::unsupported;
use crate::amount::Amount;
use crate::catalog::{DEFAULT_TIER, Endpoint};
use crate::failure::{Failure, FailureKind};
use crate::provider::{Policy, Price};
use crate::quote::{quote, quote_list};

/// Maximum number of providers that a message names.
const NAMED: usize = 5;

/// A preference that excludes endpoints.
struct Filter<'a> {
    /// The member of the request.
    field: &'static str,
    /// The word for the member in `excluded_by`, if the API has one.
    excluded_by: Option<&'static str>,
    /// The reason for the exclusion of an endpoint.
    detail: String,
    keeps: Box<dyn Fn(&Endpoint) -> bool + 'a>,
}

/// Applies the request's preferences to the endpoints of its models.
///
/// # Errors
/// A 404 if they exclude every endpoint.
pub(crate) fn apply(
    request: &ResponsesRequest,
    size: &Size<'_>,
    endpoints: Vec<Arc<Endpoint>>,
) -> Result<Vec<Arc<Endpoint>>, Failure> {
    let tiers = |endpoint: &Endpoint| endpoint.tier == DEFAULT_TIER;
    let fits = |endpoint: &Endpoint| tiers(endpoint) && limits::fits(request, size, endpoint);
    if request.provider.is_none() && endpoints.iter().all(|endpoint| fits(endpoint)) {
        return Ok(endpoints); // the usual case
    }
    let none = ProviderPreferences::default();
    let provider = request.provider.as_ref().unwrap_or(&none);
    let mut kept = endpoints.clone();
    let mut excluders = Vec::new();
    for filter in filters(provider, request, size) {
        let before = kept.len();
        kept.retain(|endpoint| (filter.keeps)(endpoint));
        if kept.len() < before {
            excluders.push(filter);
        }
    }
    if !kept.is_empty() {
        return Ok(kept);
    }
    let fits = |endpoint: &Arc<Endpoint>| limits::fits(request, size, endpoint);
    if !endpoints.iter().any(fits) {
        return Err(limits::too_large(request, size, &endpoints));
    }
    Err(all_excluded(&endpoints, &excluders))
}

fn filters<'a>(
    provider: &'a ProviderPreferences,
    request: &'a ResponsesRequest,
    size: &'a Size<'_>,
) -> Vec<Filter<'a>> {
    let mut filters: Vec<Filter<'a>> = Vec::new();
    let mut add =
        |field, excluded_by, detail: String, keeps: Box<dyn Fn(&Endpoint) -> bool + 'a>| {
            filters.push(Filter {
                field,
                excluded_by,
                detail,
                keeps,
            });
        };
    let providers = Some("allowed_providers");
    if !provider.only.is_empty() {
        let detail = format!("only {} may be used", quote_list(&provider.only, NAMED));
        let keeps = |c: &Endpoint| names(&provider.only, c);
        add("provider.only", providers, detail, Box::new(keeps));
    }
    if !provider.ignore.is_empty() {
        let detail = format!("{} must not be used", quote_list(&provider.ignore, NAMED));
        let keeps = |c: &Endpoint| !names(&provider.ignore, c);
        add("provider.ignore", providers, detail, Box::new(keeps));
    }
    if provider.allow_fallbacks == Some(false) && !provider.order.is_empty() {
        let order = quote_list(&provider.order, NAMED);
        let detail = format!("only {order} of `provider.order` may be used");
        let keeps = |c: &Endpoint| names(&provider.order, c);
        add(
            "provider.allow_fallbacks",
            providers,
            detail,
            Box::new(keeps),
        );
    }
    let named = |c: &Endpoint| names(&provider.only, c) || names(&provider.order, c);
    add(
        "provider.order",
        providers,
        "endpoints of service tiers are used only if `provider.order` or `provider.only` has their \
         full name"
            .to_owned(),
        Box::new(move |c: &Endpoint| c.tier == DEFAULT_TIER || named(c)),
    );
    let mut policy = |field, by, detail: &str, keeps: fn(&Policy) -> bool| {
        let keeps = move |c: &Endpoint| keeps(&c.policy);
        add(field, by, detail.to_owned(), Box::new(keeps));
    };
    if provider.data_collection == Some(DataCollection::Deny) {
        let by = Some("data_policy:training");
        let detail = "the endpoint must not collect data";
        policy("provider.data_collection", by, detail, |p| !p.collects_data);
    }
    if provider.zdr == Some(true) {
        let by = Some("data_policy:zdr");
        let detail = "the endpoint must not retain data";
        policy("provider.zdr", by, detail, |p| !p.retains_data);
    }
    if provider.enforce_distillable_text == Some(true) {
        let detail = "the licence must allow to train other models on the text";
        policy("provider.enforce_distillable_text", None, detail, |p| {
            p.distillable
        });
    }
    if !provider.quantizations.is_empty() {
        let words: Vec<&str> = provider
            .quantizations
            .iter()
            .map(Quantization::as_str)
            .collect();
        let detail = format!("the weights must be {}", quote_list(&words, NAMED));
        let keeps = move |c: &Endpoint| {
            let policy = &c.policy;
            words.contains(&policy.quantization.as_deref().unwrap_or("unknown"))
        };
        add(
            "provider.quantizations",
            Some("quantization"),
            detail,
            Box::new(keeps),
        );
    }
    if let Some(max) = &provider.max_price {
        let detail = "the price must be known and not higher".to_owned();
        let keeps = move |c: &Endpoint| affordable(c.price.as_ref(), max);
        add(
            "provider.max_price",
            Some("max_price"),
            detail,
            Box::new(keeps),
        );
    }
    if provider.require_parameters == Some(true) {
        let detail = "the model must support every parameter of the request".to_owned();
        let keeps = |c: &Endpoint| {
            unsupported(request, |name| c.supports(name))
                .next()
                .is_none()
        };
        let by = Some("require_parameters");
        add("provider.require_parameters", by, detail, Box::new(keeps));
    }
    let detail = "the endpoint's context or output limit is too small for the request".to_owned();
    let keeps = move |c: &Endpoint| limits::fits(request, size, c);
    let by = Some("context_length");
    add(limits::field(request), by, detail, Box::new(keeps));
    filters
}

/// Returns `true` if the model's prices are known and not above the limits.
fn affordable(price: Option<&Price>, max: &MaxPrice) -> bool {
    let Some(price) = price else {
        return false;
    };
    let within = |price: Amount, limit: &Option<orouter_wire::Price>, unit: fn(f64) -> Amount| {
        let Some(limit) = limit else {
            return true;
        };
        limit.dollars().is_some_and(|limit| price <= unit(limit))
    };
    within(price.prompt, &max.prompt, Amount::per_million)
        && within(price.completion, &max.completion, Amount::per_million)
        && within(price.request, &max.request, Amount::from_usd)
        && within(price.image, &max.image, Amount::from_usd)
}

/// Returns the 404 of preferences that exclude every endpoint.
fn all_excluded(all: &[Arc<Endpoint>], excluders: &[Filter<'_>]) -> Failure {
    let mut providers: Vec<String> = Vec::new();
    let mut models: Vec<String> = Vec::new();
    for endpoint in all {
        let provider = endpoint.slug.clone();
        for (list, entry) in [
            (&mut providers, provider),
            (&mut models, endpoint.model.id.clone()),
        ] {
            if !list.contains(&entry) {
                list.push(entry);
            }
        }
    }
    let (field, detail) = excluders
        .last()
        .map_or(("provider", ""), |filter| (filter.field, &*filter.detail));
    let by: Vec<String> = excluders
        .iter()
        .filter_map(|filter| filter.excluded_by.map(str::to_owned))
        .collect();
    let privacy = !by.is_empty() && by.iter().all(|word| word.starts_with("data_policy:"));
    let code = if privacy && by.len() == excluders.len() {
        AvailabilityCode::PrivacyRestricted
    } else {
        AvailabilityCode::ConstraintFiltered
    };
    let message = format!(
        "`{field}` excludes every endpoint of {}: {detail}; its endpoints are at {}",
        quote_list(&models, NAMED),
        quote_list(&providers, NAMED),
    );
    Failure::new(FailureKind::NotFound, message)
        .param(field)
        .availability(code, models, Vec::new())
        .excluded(by, &quote(field), detail, providers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_compared_per_million_tokens() {
        let max = |prompt: f64| MaxPrice::new().prompt(prompt);
        assert!(!affordable(None, &max(1000.0)), "an unknown price");
        let price = Price::per_million(2.5, 10.0);
        assert!(affordable(Some(&price), &max(2.5)));
        assert!(!affordable(Some(&price), &max(2.49)));
        assert!(!affordable(Some(&price), &max(2.5).completion("9.9")));
        assert!(affordable(
            Some(&Price::free()),
            &max(0.0).completion(0.0).request("0").image(0.0)
        ));
    }
}
