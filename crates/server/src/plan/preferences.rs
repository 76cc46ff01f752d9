//! The `provider` preferences of a request: they exclude endpoints and order the others.

use std::sync::Arc;

use orouter_wire::{
    AvailabilityCode, DataCollection, MaxPrice, ProviderPreferences, Quantization, ResponsesRequest,
};

use crate::admit::unsupported_parameters;
use crate::amount::Amount;
use crate::catalog::Endpoint;
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
    endpoints: Vec<Arc<Endpoint>>,
) -> Result<Vec<Arc<Endpoint>>, Failure> {
    let Some(provider) = &request.provider else {
        return Ok(endpoints);
    };
    let all = endpoints.clone();
    let mut kept = endpoints;
    let mut excluders = Vec::new();
    for filter in filters(provider, request) {
        let before = kept.len();
        kept.retain(|endpoint| (filter.keeps)(endpoint));
        if kept.len() < before {
            excluders.push(filter);
        }
    }
    if kept.is_empty() {
        return Err(all_excluded(&all, &excluders));
    }
    Ok(ordered(provider, kept))
}

fn filters<'a>(
    provider: &'a ProviderPreferences,
    request: &'a ResponsesRequest,
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
        let keeps = |c: &Endpoint| names(&provider.only, &c.slug);
        add("provider.only", providers, detail, Box::new(keeps));
    }
    if !provider.ignore.is_empty() {
        let detail = format!("{} must not be used", quote_list(&provider.ignore, NAMED));
        let keeps = |c: &Endpoint| !names(&provider.ignore, &c.slug);
        add("provider.ignore", providers, detail, Box::new(keeps));
    }
    if provider.allow_fallbacks == Some(false) && !provider.order.is_empty() {
        let order = quote_list(&provider.order, NAMED);
        let detail = format!("only {order} of `provider.order` may be used");
        let keeps = |c: &Endpoint| names(&provider.order, &c.slug);
        add(
            "provider.allow_fallbacks",
            providers,
            detail,
            Box::new(keeps),
        );
    }
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
        let keeps = |c: &Endpoint| unsupported_parameters(request, &c.model).next().is_none();
        let by = Some("require_parameters");
        add("provider.require_parameters", by, detail, Box::new(keeps));
    }
    filters
}

/// Sorts the endpoints of each model by `provider.order`. Without an `order`, `allow_fallbacks:
/// false` keeps only the first endpoint of each model.
fn ordered(provider: &ProviderPreferences, mut kept: Vec<Arc<Endpoint>>) -> Vec<Arc<Endpoint>> {
    let models: Vec<String> = kept.iter().map(|c| c.model.id.clone()).collect();
    let key = |endpoint: &Arc<Endpoint>| {
        let model = models.iter().position(|id| *id == endpoint.model.id);
        let wanted = |name: &String| means(name, &endpoint.slug);
        let order = provider.order.iter().position(wanted);
        (model, order.unwrap_or(usize::MAX))
    };
    kept.sort_by_key(key);
    if provider.allow_fallbacks == Some(false) && provider.order.is_empty() {
        kept.dedup_by(|later, earlier| later.model.id == earlier.model.id);
    }
    kept
}

/// Returns `true` if one of the names in a request means this provider.
fn names(list: &[String], provider: &str) -> bool {
    list.iter().any(|name| means(name, provider))
}

/// Returns `true` if a name in a request means this provider. A base slug (`google-vertex`) means
/// all of a provider's endpoints, a full one (`google-vertex/us-east5`) only one. Display names
/// (`Google Vertex`) mean the slug that they spell.
fn means(name: &str, provider: &str) -> bool {
    let slug = |text: &str| {
        text.trim()
            .to_ascii_lowercase()
            .replace([' ', '_', '.'], "-")
    };
    let (name, provider) = (slug(name), slug(provider));
    match provider.strip_prefix(name.as_str()) {
        Some(rest) => rest.is_empty() || (rest.starts_with('/') && !name.contains('/')),
        None => false,
    }
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
    fn base_slugs_mean_all_endpoints_and_full_ones_one() {
        for (name, provider, is) in [
            ("local", "local", true),
            ("LOCAL", "local", true),
            ("Google Vertex", "google-vertex/us-east5", true),
            ("google-vertex", "google-vertex/us-east5", true),
            ("google-vertex/us-east5", "google-vertex/us-east5", true),
            (
                "google-vertex/us-east5",
                "google-vertex/us-east5/flex",
                false,
            ),
            ("google-vertex/eu", "google-vertex/us-east5", false),
            ("google", "google-vertex", false),
            ("google-vertex/us-east5", "google-vertex", false),
            ("", "local", false),
            ("Z.AI", "z-ai", true),
        ] {
            assert_eq!(means(name, provider), is, "{name} {provider}");
        }
    }

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
