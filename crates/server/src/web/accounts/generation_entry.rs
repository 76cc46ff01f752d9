//! The shape of a generation's record in a response.

use orouter_store::{AttemptRecord, GenerationRecord};
use serde_json::{Map, Value, json};

use super::key_entry::set;
use super::reply::dollars;

/// Returns a record with all members of the hosted API. A member about something that this server does
/// not have, such as searches, is null.
pub(super) fn generation(record: &GenerationRecord) -> Value {
    let mut members = Map::new();
    set(&mut members, identity(record));
    set(&mut members, results(record));
    set(&mut members, tokens(record));
    set(&mut members, client(record));
    set(&mut members, absent());
    Value::Object(members)
}

fn identity(record: &GenerationRecord) -> [(&'static str, Value); 12] {
    let attempts: Vec<Value> = record.attempts.iter().map(attempt).collect();
    [
        ("id", json!(record.id)),
        ("request_id", json!(record.request_id)),
        ("upstream_id", json!(record.upstream_id)),
        ("workspace_id", json!(record.account.as_str())),
        ("created_at", json!(record.created_at.to_string())),
        ("model", json!(record.model)),
        ("provider_name", json!(record.provider)),
        ("provider_responses", json!(attempts)),
        ("router", json!(record.router)),
        ("service_tier", json!(record.service_tier)),
        // Both APIs of generations make texts; no other kind is recorded.
        ("api_type", json!("completions")),
        ("data_region", json!("global")),
    ]
}

fn results(record: &GenerationRecord) -> [(&'static str, Value); 11] {
    [
        ("total_cost", dollars(record.cost)),
        ("usage", dollars(record.cost)),
        (
            "upstream_inference_cost",
            json!(record.upstream_cost.map(dollars)),
        ),
        ("cache_discount", json!(record.cache_discount.map(dollars))),
        ("is_byok", json!(false)),
        ("streamed", json!(record.streamed)),
        ("cancelled", json!(record.cancelled)),
        ("finish_reason", json!(record.finish_reason)),
        ("native_finish_reason", json!(record.native_finish_reason)),
        ("latency", json!(record.latency_ms)),
        ("generation_time", json!(record.generation_ms)),
    ]
}

/// Returns the numbers of tokens and media. Estimates are not what the provider reported.
fn tokens(record: &GenerationRecord) -> [(&'static str, Value); 10] {
    let tokens = &record.tokens;
    let native = |count: u64| json!((!record.estimated).then_some(count));
    [
        ("tokens_prompt", json!(tokens.prompt)),
        ("tokens_completion", json!(tokens.completion)),
        ("native_tokens_prompt", native(tokens.prompt)),
        ("native_tokens_completion", native(tokens.completion)),
        ("native_tokens_reasoning", native(tokens.reasoning)),
        ("native_tokens_cached", native(tokens.cached)),
        (
            "native_tokens_completion_images",
            native(tokens.completion_images),
        ),
        ("num_media_prompt", json!(record.media_prompt)),
        ("num_input_audio_prompt", json!(record.audio_prompt)),
        ("num_media_completion", json!(record.media_completion)),
    ]
}

/// Returns what the client sent about itself, as long as it is kept. `origin` is never null.
fn client(record: &GenerationRecord) -> [(&'static str, Value); 5] {
    let client = &record.client;
    [
        (
            "origin",
            json!(client.origin.as_deref().unwrap_or_default()),
        ),
        ("http_referer", json!(client.http_referer)),
        ("user_agent", json!(client.user_agent)),
        ("session_id", json!(client.session_id)),
        ("external_user", json!(client.external_user)),
    ]
}

/// Returns the members about apps, presets, moderation, searches and cached responses, none of which
/// this server has.
fn absent() -> [(&'static str, Value); 7] {
    [
        ("app_id", Value::Null),
        ("preset_id", Value::Null),
        ("moderation_latency", Value::Null),
        ("num_fetches", Value::Null),
        ("num_search_results", Value::Null),
        ("web_search_engine", Value::Null),
        ("response_cache_source_id", Value::Null),
    ]
}

/// Returns an attempt. Its members other than `status` cannot be null; one that is not known is absent.
fn attempt(attempt: &AttemptRecord) -> Value {
    let mut members = Map::new();
    let known = [
        ("status", Some(json!(attempt.status))),
        ("is_byok", Some(json!(false))),
        ("id", attempt.id.as_ref().map(|id| json!(id))),
        (
            "endpoint_id",
            attempt.endpoint.as_ref().map(|slug| json!(slug)),
        ),
        (
            "model_permaslug",
            attempt.model.as_ref().map(|model| json!(model)),
        ),
        (
            "provider_name",
            attempt.provider.as_ref().map(|name| json!(name)),
        ),
        ("latency", attempt.latency_ms.map(|latency| json!(latency))),
        (
            "routed_service_tier",
            attempt.service_tier.as_ref().map(|tier| json!(tier)),
        ),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    }
    Value::Object(members)
}
