//! The `provider` preferences of a request that exclude endpoints.

use orouter_wire::{
    AvailabilityCode, DataCollection, MaxPrice, ProviderPreferences, Quantization, ResponsesRequest,
};

use super::candidate::{Candidate, endpoints};
use super::limits::{self, Size};
use super::slug::names;
use super::tiers::{IMPLICIT, Tiers};
use crate::admit::unsupported;
use crate::amount::Amount;
use crate::failure::{Failure, FailureKind};
use crate::provider::{Policy, Price};
use crate::quote::{quote, quote_list};

/// Maximum number of providers that a message names.
const NAMED: usize = 5;

/// A reason for the exclusion of endpoints.
struct Exclusion {
    /// The member of the request.
    field: &'static str,
    /// The word for the member in `excluded_by`, if the API has one.
    excluded_by: Option<&'static str>,
    /// The reason for people.
    detail: String,
}

/// A preference that excludes endpoints.
struct Filter<'a> {
    exclusion: Exclusion,
    keeps: Box<dyn Fn(&Candidate) -> bool + 'a>,
}

/// Applies the request's preferences to the endpoints of its models.
///
/// # Errors
/// A 404 if they exclude every endpoint.
pub(crate) fn apply(
    request: &ResponsesRequest,
    size: &Size<'_>,
    tiers: &Tiers<'_>,
    all: Vec<Candidate>,
) -> Result<Vec<Candidate>, Failure> {
    let fits = |candidate: &Candidate| limits::fits(request, size, &candidate.endpoint);
    if request.provider.is_none() && all.iter().all(|c| tiers.keeps(c) && fits(c)) {
        return Ok(all); // the usual case
    }
    let none = ProviderPreferences::default();
    let provider = request.provider.as_deref().unwrap_or(&none);
    let mut kept = all.clone();
    let mut excluders = Vec::new();
    for filter in filters(provider, request, tiers) {
        let before = kept.len();
        kept.retain(|candidate| (filter.keeps)(candidate));
        if kept.len() < before {
            excluders.push(filter.exclusion);
        }
    }
    let (fitting, too_small): (Vec<_>, Vec<_>) = kept.into_iter().partition(fits);
    let kept = fitting;
    if !too_small.is_empty() {
        excluders.push(Exclusion {
            field: limits::field(request, size, &endpoints(&too_small)),
            excluded_by: Some("context_length"),
            detail: "the endpoint's context or output limit is too small for the request"
                .to_owned(),
        });
    }
    if !kept.is_empty() {
        return Ok(kept);
    }
    if !all.iter().any(fits) {
        return Err(limits::too_large(request, size, &endpoints(&all)));
    }
    // Nobody asked for the exclusion of other tiers: it is the reason only if there is no other.
    if excluders.len() > 1 {
        excluders.retain(|exclusion| exclusion.field != IMPLICIT);
    }
    Err(all_excluded(&all, &excluders))
}

/// Returns `true` if the request's preferences leave one of these endpoints.
pub(super) fn leave_any(
    request: &ResponsesRequest,
    size: &Size<'_>,
    tiers: &Tiers<'_>,
    candidates: &[Candidate],
) -> bool {
    let none = ProviderPreferences::default();
    let provider = request.provider.as_deref().unwrap_or(&none);
    let filters = filters(provider, request, tiers);
    let mut candidates = candidates.iter();
    candidates.any(|candidate| {
        filters.iter().all(|filter| (filter.keeps)(candidate))
            && limits::fits(request, size, &candidate.endpoint)
    })
}

fn filters<'a>(
    provider: &'a ProviderPreferences,
    request: &'a ResponsesRequest,
    tiers: &'a Tiers<'_>,
) -> Vec<Filter<'a>> {
    let mut filters: Vec<Filter<'a>> = Vec::new();
    let mut add =
        |field, excluded_by, detail: String, keeps: Box<dyn Fn(&Candidate) -> bool + 'a>| {
            let exclusion = Exclusion {
                field,
                excluded_by,
                detail,
            };
            filters.push(Filter { exclusion, keeps });
        };
    let providers = Some("allowed_providers");
    if !provider.only.is_empty() {
        let detail = format!("only {} may be used", quote_list(&provider.only, NAMED));
        let keeps = |c: &Candidate| names(&provider.only, &c.endpoint);
        add("provider.only", providers, detail, Box::new(keeps));
    }
    if !provider.ignore.is_empty() {
        let detail = format!("{} must not be used", quote_list(&provider.ignore, NAMED));
        let keeps = |c: &Candidate| !names(&provider.ignore, &c.endpoint);
        add("provider.ignore", providers, detail, Box::new(keeps));
    }
    if provider.allow_fallbacks == Some(false) && !provider.order.is_empty() {
        let order = quote_list(&provider.order, NAMED);
        let detail = format!("only {order} of `provider.order` may be used");
        let keeps = |c: &Candidate| names(&provider.order, &c.endpoint);
        add(
            "provider.allow_fallbacks",
            providers,
            detail,
            Box::new(keeps),
        );
    }
    let (field, detail) = tiers.exclusion();
    let by = providers.filter(|_| field == IMPLICIT);
    add(field, by, detail, Box::new(|c: &Candidate| tiers.keeps(c)));
    let mut policy = |field, by, detail: &str, keeps: fn(&Policy) -> bool| {
        let keeps = move |c: &Candidate| keeps(&c.endpoint.policy);
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
        let keeps = move |c: &Candidate| {
            let policy = &c.endpoint.policy;
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
        let keeps = move |c: &Candidate| affordable(c.endpoint.price.as_ref(), max);
        add(
            "provider.max_price",
            Some("max_price"),
            detail,
            Box::new(keeps),
        );
    }
    if provider.require_parameters == Some(true) {
        let detail = "the model must support every parameter of the request".to_owned();
        let keeps = |c: &Candidate| {
            unsupported(request, |name| c.endpoint.supports(name))
                .next()
                .is_none()
        };
        let by = Some("require_parameters");
        add("provider.require_parameters", by, detail, Box::new(keeps));
    }
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
        && price
            .audio
            .is_none_or(|audio| within(audio, &max.audio, Amount::from_usd))
}

/// Returns the 404 of preferences that exclude every endpoint.
fn all_excluded(all: &[Candidate], excluders: &[Exclusion]) -> Failure {
    let mut providers: Vec<String> = Vec::new();
    let mut models: Vec<String> = Vec::new();
    for Candidate { endpoint, .. } in all {
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
    let mut by: Vec<String> = Vec::new();
    for word in excluders.iter().filter_map(|filter| filter.excluded_by) {
        if !by.iter().any(|known| known == word) {
            by.push(word.to_owned());
        }
    }
    let is_privacy = |word: &str| word.starts_with("data_policy:");
    let mut all_of = excluders.iter();
    let privacy = all_of.all(|filter| filter.excluded_by.is_some_and(is_privacy));
    let code = if privacy && !excluders.is_empty() {
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
            &max(0.0).completion(0.0).request("0").image(0.0).audio(0.0)
        ));
    }

    #[test]
    fn an_audio_token_has_a_price_of_its_own() {
        let mut price = Price::per_million(2.5, 10.0);
        price.audio = Some(Amount::per_million(40.0));
        let max = |audio: f64| MaxPrice::new().audio(audio);
        assert!(affordable(Some(&price), &max(0.000_04)));
        assert!(!affordable(Some(&price), &max(0.000_039)));
        assert!(affordable(Some(&Price::per_million(2.5, 10.0)), &max(0.0)));
    }
}
