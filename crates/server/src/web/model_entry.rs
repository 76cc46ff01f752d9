//! The catalog's JSON form of models and endpoints: that of the hosted API, with the additional
//! members of OpenAI's list.

use serde_json::{Map, Value, json};

use crate::catalog::{CatalogModel, DEFAULT_TIER, Endpoint};
use crate::provider::{Model, Price};

/// Returns the entry of a model in `GET /models`.
pub(super) fn model(known: &CatalogModel) -> Value {
    let model = &*known.model;
    let first = known.endpoints.first();
    let context_length = context_length(model.context_length);
    json!({
        "id": model.id,
        "object": "model",
        "owned_by": model.id.split('/').next(),
        "canonical_slug": model.id,
        "name": model.name,
        "description": model.description,
        "created": model.created,
        "context_length": context_length,
        "architecture": architecture(model),
        "pricing": pricing(known.price()),
        "top_provider": {
            "context_length": first.and_then(|endpoint| endpoint.context_length).or(context_length),
            "max_completion_tokens": first
                .and_then(|endpoint| endpoint.max_output_tokens)
                .or(model.max_output_tokens),
            "is_moderated": false,
        },
        "per_request_limits": null,
        "supported_parameters": model.supported_parameters,
        "default_parameters": {
            "temperature": model.default_temperature,
            "top_p": model.default_top_p,
        },
        "supported_voices": null,
        "links": {"details": format!("/api/v1/models/{}/endpoints", model.id)},
    })
}

/// Returns a model with its endpoints, as `GET /models/{author}/{slug}/endpoints` has it.
pub(super) fn with_endpoints(known: &CatalogModel) -> Value {
    let model = &*known.model;
    let endpoints: Vec<Value> = known.endpoints.iter().map(|of| endpoint(of)).collect();
    json!({
        "id": model.id,
        "name": model.name,
        "created": model.created,
        "description": model.description,
        "architecture": architecture(model),
        "endpoints": endpoints,
    })
}

/// Returns the entry of an endpoint. Members of which this server has no figures are `null`.
pub(super) fn endpoint(endpoint: &Endpoint) -> Value {
    let model = &*endpoint.model;
    let parameters = endpoint.supported_parameters.as_ref();
    let parameters = parameters.unwrap_or(&model.supported_parameters);
    let chooses_tools = parameters.iter().any(|name| name == "tool_choice");
    let provider = endpoint.provider.name();
    let quantization = endpoint.policy.quantization.as_deref();
    let tier = Some(endpoint.tier.as_str()).filter(|tier| *tier != DEFAULT_TIER);
    let context_length = endpoint
        .context_length
        .or(context_length(model.context_length));
    json!({
        "name": format!("{provider} | {}", model.id),
        "model_id": model.id,
        "model_name": model.name,
        // The form requires a number.
        "context_length": context_length.unwrap_or_default(),
        "pricing": pricing(endpoint.price.as_ref()),
        "provider_name": provider,
        "tag": endpoint.slug,
        "service_tier": tier,
        "quantization": quantization.unwrap_or("unknown"),
        "max_completion_tokens": endpoint.max_output_tokens,
        "max_prompt_tokens": context_length,
        "supported_parameters": parameters,
        "supports_tool_choice": {
            "auto": chooses_tools,
            "none": chooses_tools,
            "required": chooses_tools,
            "function": chooses_tools,
        },
        "status": 0,
        "uptime_last_5m": null,
        "uptime_last_30m": null,
        "uptime_last_1d": null,
        "supports_implicit_caching": endpoint.price.is_some_and(|price| price.cache_read.is_some()),
        "native_tools": {},
        "supports_diarization": false,
        "latency_last_30m": null,
        "throughput_last_30m": null,
    })
}

fn architecture(model: &Model) -> Value {
    json!({
        "modality": format!(
            "{}->{}",
            model.input_modalities.join("+"),
            model.output_modalities.join("+")
        ),
        "input_modalities": model.input_modalities,
        "output_modalities": model.output_modalities,
        "tokenizer": model.tokenizer,
        "instruct_type": model.instruct_type,
    })
}

/// Returns a context length, or `None` if it is 0: not known.
fn context_length(tokens: u64) -> Option<u64> {
    Some(tokens).filter(|tokens| *tokens > 0)
}

/// Returns the prices in the catalog's form. An unknown price is `-1`, as for the hosted API's
/// router: the form does not have a value for it.
fn pricing(price: Option<&Price>) -> Value {
    let Some(price) = price else {
        return json!({"prompt": "-1", "completion": "-1"});
    };
    let members = [
        ("prompt", Some(price.prompt)),
        ("completion", Some(price.completion)),
        ("request", Some(price.request)),
        ("image", Some(price.image)),
        ("audio", price.audio),
        ("input_cache_read", price.cache_read),
        ("input_cache_write", price.cache_write),
        ("internal_reasoning", price.reasoning),
    ];
    let members = members
        .into_iter()
        .filter_map(|(name, amount)| Some((name.to_owned(), amount?.to_string().into())));
    Value::Object(members.collect::<Map<String, Value>>())
}
