//! The parameters of a request: all members except for its input and its tools. Only the members
//! that are written here reach the upstream.

use orouter_wire::json::Writer;
use orouter_wire::settings::{Include, Modality, ServiceTier};
use orouter_wire::{PromptCacheRetention, ResponsesRequest, StopSequences, Wire};

use super::{format, reasoning};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::part::string;
use crate::request::settings;
use crate::request::support::Support;
use crate::target::Target;

/// Maximum number of texts in `stop`.
const MAX_STOPS: usize = 4;

/// Writes the parameters as members of the open object. `has_tools` is `true` if tools are sent.
pub(super) fn write(
    request: &ResponsesRequest,
    target: &Target<'_>,
    has_tools: bool,
    support: Support<'_>,
    notes: &Notes,
    out: &mut Writer,
) -> Result<(), Refusal> {
    settings::refuse_stored(request)?;
    let reads = |value: &Include| {
        matches!(
            value,
            Include::OutputTextLogprobs | Include::EncryptedReasoning
        )
    };
    settings::note_others(request, reads, support);
    stream(request, out);
    limit(request, target, support, out);
    sampling(request, support, out)?;
    stop(request, support, notes, out)?;
    logprobs(request, support, out);
    if let Some(parallel) = request.parallel_tool_calls.filter(|_| has_tools)
        && support.allows_or_note(&["parallel_tool_calls"], "parallel_tool_calls")
    {
        out.member("parallel_tool_calls");
        out.bool(parallel);
    }
    if let Some(text) = &request.text {
        format::write(text, support, out)?;
    }
    if let Some(settings) = &request.reasoning {
        reasoning::write(settings, support, notes, out);
    }
    modalities(request, support, out)?;
    service(request, support, out);
    Ok(())
}

fn stream(request: &ResponsesRequest, out: &mut Writer) {
    let Some(stream) = request.stream else { return };
    out.member("stream");
    out.bool(stream);
    if stream {
        out.member("stream_options");
        out.raw(r#"{"include_usage":true}"#);
    }
}

/// Writes the output limit. OpenAI's models with reasoning refuse `max_tokens`, and many other
/// servers know only that name.
fn limit(request: &ResponsesRequest, target: &Target<'_>, support: Support<'_>, out: &mut Writer) {
    let Some(limit) = request.max_output_tokens else {
        return;
    };
    const NAMES: &[&str] = &["max_tokens", "max_completion_tokens"];
    if !support.allows_or_note(NAMES, "max_output_tokens") {
        return;
    }
    // Catalogs list the limit of every model as `max_tokens`.
    let newer = support.lists("max_completion_tokens") || reasons_at_openai(target.model);
    let name = if newer {
        "max_completion_tokens"
    } else {
        "max_tokens"
    };
    out.member(name);
    out.unsigned(limit);
}

/// Returns `true` for the names of OpenAI's models with reasoning: `o3-mini`, `gpt-5.1`.
fn reasons_at_openai(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    let digit = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    let generation = name.strip_prefix("gpt-").and_then(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len()))?.parse::<u32>().ok()
    });
    name.strip_prefix('o').is_some_and(digit)
        || generation.is_some_and(|generation| (5..100).contains(&generation))
}

fn sampling(
    request: &ResponsesRequest,
    support: Support<'_>,
    out: &mut Writer,
) -> Result<(), Refusal> {
    for (name, value) in [
        ("temperature", request.temperature),
        ("top_p", request.top_p),
        ("frequency_penalty", request.frequency_penalty),
        ("presence_penalty", request.presence_penalty),
    ] {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            continue;
        };
        // A penalty of 0 is no penalty.
        let idle = name.ends_with("_penalty") && value == 0.0 && !support.allows(name);
        if !idle && support.allows_or_note(&[name], name) {
            out.member(name);
            out.float(value);
        }
    }
    // Chat Completions has no `top_k`; only some dialects do, and others refuse it.
    if let Some(top_k) = request.top_k.filter(|top_k| *top_k != 0) {
        if support.lists("top_k") {
            out.member("top_k");
            out.unsigned(top_k);
        } else {
            support.note_unsupported("top_k");
        }
    }
    let Some(seed) = settings::seed(request) else {
        return Ok(());
    };
    if !seed.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return Err(Refusal::new("seed", "`seed` must be a whole number"));
    }
    if support.allows_or_note(&["seed"], "seed") {
        out.member("seed");
        out.raw(&seed);
    }
    Ok(())
}

fn stop(
    request: &ResponsesRequest,
    support: Support<'_>,
    notes: &Notes,
    out: &mut Writer,
) -> Result<(), Refusal> {
    let Some(stop) = &request.stop else {
        return Ok(());
    };
    let texts = stop.as_slice();
    if matches!(stop, StopSequences::Unknown(_)) || texts.len() > MAX_STOPS {
        return Err(Refusal::new(
            "stop",
            format!("`stop` must be a string or a list of at most {MAX_STOPS} strings"),
        ));
    }
    if texts.iter().any(String::is_empty) {
        notes.adjusted("stop", "empty texts are left out");
    }
    let mut texts = texts.iter().filter(|text| !text.is_empty()).peekable();
    if texts.peek().is_none() || !support.allows_or_note(&["stop"], "stop") {
        return Ok(());
    }
    out.member("stop");
    if let StopSequences::One(text) = stop {
        out.string(text);
        return Ok(());
    }
    out.open_array();
    for text in texts {
        out.element();
        out.string(text);
    }
    out.close_array();
    Ok(())
}

/// Writes `logprobs`, which `top_logprobs` needs in Chat Completions.
fn logprobs(request: &ResponsesRequest, support: Support<'_>, out: &mut Writer) {
    let top = request.top_logprobs.filter(|top| *top > 0);
    let included = request.include.contains(&Include::OutputTextLogprobs);
    let path = if top.is_some() {
        "top_logprobs"
    } else {
        "include"
    };
    if top.is_none() && !included || !support.allows_or_note(&["logprobs", "top_logprobs"], path) {
        return;
    }
    out.member("logprobs");
    out.bool(true);
    if let Some(top) = top
        && support.allows_or_note(&["top_logprobs"], "top_logprobs")
    {
        out.member("top_logprobs");
        out.unsigned(top);
    }
}

/// Writes `modalities`, unless it is the default.
fn modalities(
    request: &ResponsesRequest,
    support: Support<'_>,
    out: &mut Writer,
) -> Result<(), Refusal> {
    for (index, modality) in request.modalities.iter().enumerate() {
        if !matches!(modality, Modality::Text | Modality::Image) {
            let path = format!("modalities[{index}]");
            let message = format!(
                "`{path}` is `{}`; the endpoint can return `text` and `image`",
                quote(modality.as_str())
            );
            return Err(Refusal::new(path, message));
        }
    }
    if request.modalities.contains(&Modality::Image)
        && support.allows_or_note(&["modalities"], "modalities")
    {
        out.member("modalities");
        request.modalities.encode(out);
    }
    Ok(())
}

/// Writes the members about the end user, the service tier and the prompt cache.
fn service(request: &ResponsesRequest, support: Support<'_>, out: &mut Writer) {
    if let Some(tier) = &request.service_tier {
        let name = match tier {
            ServiceTier::Fast | ServiceTier::Ultrafast => ServiceTier::Priority.as_str(),
            other => other.as_str(),
        };
        let default = matches!(tier, ServiceTier::Auto | ServiceTier::Default);
        if support.allows("service_tier") {
            string(out, "service_tier", name);
        } else if !default {
            support.note_unsupported("service_tier");
        }
    }
    if let Some(user) = &request.user {
        string(out, "user", user);
    }
    for (name, value) in [
        ("safety_identifier", request.safety_identifier.as_deref()),
        ("prompt_cache_key", request.prompt_cache_key.as_deref()),
        (
            "prompt_cache_retention",
            request
                .prompt_cache_retention
                .as_ref()
                .map(PromptCacheRetention::as_str),
        ),
    ] {
        if let Some(value) = value
            && support.allows_or_note(&[name], name)
        {
            string(out, name, value);
        }
    }
    if let Some(options) = &request.prompt_cache_options
        && support.allows_or_note(&["prompt_cache_options"], "prompt_cache_options")
    {
        out.member("prompt_cache_options");
        out.raw(&options.typed_json());
    }
    if let Some(mark) = &request.cache_control
        && support.allows_or_note(&["cache_control"], "cache_control")
    {
        out.member("cache_control");
        out.raw(&mark.typed_json());
    }
}
