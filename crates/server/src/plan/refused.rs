//! Requests for an order of endpoints that this version cannot give. If the order cannot matter,
//! because there is one endpoint, the member is noted.

use std::sync::Arc;

use orouter_protocols::Notes;
use orouter_wire::settings::ServiceTier;
use orouter_wire::{
    ProviderPreferences, ProviderSort, ResponsesRequest, SortPartition, SortPreference,
};

use super::path::Path;
use crate::catalog::Endpoint;
use crate::failure::Failure;
use crate::quote::quote;

/// Refuses the name of a family, `~author/family-latest`.
pub(super) fn family(path: &Path, name: &str) -> Result<(), Failure> {
    if !name.starts_with('~') {
        return Ok(());
    }
    Err(Failure::invalid(
        path.to_string(),
        format!(
            "`{path}` is `{}`; this version does not resolve families of models: send the id of a \
             model",
            quote(name)
        ),
    ))
}

/// Checks the order that the request asks for. `all` are the endpoints of its models.
///
/// # Errors
/// A 400 that names the member.
pub(super) fn check(
    request: &ResponsesRequest,
    all: &[Arc<Endpoint>],
    notes: &Notes,
) -> Result<(), Failure> {
    if let Some(provider) = &request.provider {
        sort(provider, all, notes)?;
    }
    let tier = match &request.service_tier {
        Some(ServiceTier::Flex) => "flex",
        Some(ServiceTier::Fast | ServiceTier::Priority | ServiceTier::Ultrafast) => "priority",
        _ => return Ok(()),
    };
    match all.iter().find(|endpoint| endpoint.tier == tier) {
        Some(endpoint) => Err(Failure::invalid(
            "service_tier",
            format!(
                "`service_tier` is not supported by this version for a model with endpoints of the \
                 tier `{tier}`; name the endpoint in `provider.order`: \"{}\"",
                quote(&endpoint.slug)
            ),
        )),
        None => Ok(()),
    }
}

fn sort(
    provider: &ProviderPreferences,
    all: &[Arc<Endpoint>],
    notes: &Notes,
) -> Result<(), Failure> {
    let (path, by, partition) = match &provider.sort {
        Some(SortPreference::By(by)) => ("provider.sort", Some(by), None),
        Some(SortPreference::Config(config)) => (
            "provider.sort.by",
            config.by.as_ref(),
            config.partition.as_ref(),
        ),
        _ => return Ok(()),
    };
    let models = || {
        let mut others = all.iter().zip(all.iter().skip(1));
        others.any(|(one, other)| !Arc::ptr_eq(&one.model, &other.model))
    };
    if matches!(partition, Some(SortPartition::None)) && models() {
        return Err(Failure::invalid(
            "provider.sort.partition",
            "`provider.sort.partition` is `none`; this version sorts the endpoints of each model \
             alone: leave it out",
        ));
    }
    let Some(word @ (ProviderSort::Throughput | ProviderSort::Latency)) = by else {
        return Ok(());
    };
    let word = word.as_str();
    if all.len() > 1 {
        return Err(Failure::invalid(
            path,
            format!(
                "`{path}` is `{word}`; this version does not measure endpoints: send `price` or \
                 `provider.order`"
            ),
        ));
    }
    notes.ignored(path, "the model has only one endpoint");
    Ok(())
}
