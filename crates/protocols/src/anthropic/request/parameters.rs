//! The parameters of a request beside its input, tools and thinking. Only the members that are written
//! here reach the upstream.

use orouter_wire::json::Writer;
use orouter_wire::settings::{Include, Modality, ServiceTier};
use orouter_wire::{ResponsesRequest, StopSequences, Wire};

use super::cache::Mark;
use super::format::Format;
use super::model::{Model, Sampling};
use super::thinking::{Effort, Settings, Thinking};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::part::{Marks, string};
use crate::request::settings;
use crate::request::support::Support;

/// Maximum number of texts in `stop`, as in Chat Completions.
const MAX_STOPS: usize = 4;

/// Smallest `top_p` that the API takes with thinking.
const MIN_TOP_P: f64 = 0.95;

/// Refuses and notes the members that the API does not have.
pub(super) fn check(request: &ResponsesRequest, support: Support<'_>) -> Result<(), Refusal> {
    settings::refuse_stored(request)?;
    let reads = |value: &Include| matches!(value, Include::EncryptedReasoning);
    settings::note_others(request, reads, support);
    for (index, modality) in request.modalities.iter().enumerate() {
        match modality {
            Modality::Text => {}
            Modality::Image => support.note_absent("modalities"),
            other => {
                let path = format!("modalities[{index}]");
                let message = format!(
                    "`{path}` is `{}`; the endpoint can return `text`",
                    quote(other.as_str())
                );
                return Err(Refusal::new(path, message));
            }
        }
    }
    // A penalty of 0 is no penalty.
    let penalty = |value: Option<f64>| value.is_some_and(|value| value != 0.0);
    for (member, set) in [
        ("frequency_penalty", penalty(request.frequency_penalty)),
        ("presence_penalty", penalty(request.presence_penalty)),
        ("seed", settings::seed(request).is_some()),
        (
            "top_logprobs",
            request.top_logprobs.is_some_and(|top| top > 0),
        ),
        ("prompt_cache_key", request.prompt_cache_key.is_some()),
        (
            "prompt_cache_options",
            request.prompt_cache_options.is_some(),
        ),
        (
            "prompt_cache_retention",
            request.prompt_cache_retention.is_some(),
        ),
    ] {
        if set {
            support.note_absent(member);
        }
    }
    Ok(())
}

/// Writes the parameters as members of the open object.
pub(super) fn write(
    request: &ResponsesRequest,
    settings: &Settings,
    model: Model,
    support: Support<'_>,
    notes: &Notes,
    out: &mut Writer,
) -> Result<(), Refusal> {
    out.member("max_tokens");
    out.unsigned(settings.limit);
    if let Some(stream) = request.stream {
        out.member("stream");
        out.bool(stream);
    }
    sampling(request, settings, model, support, notes, out);
    stop(request, support, notes, out)?;
    service_tier(request, support, notes, out);
    user(request, support, out);
    Ok(())
}

fn sampling(
    request: &ResponsesRequest,
    settings: &Settings,
    model: Model,
    support: Support<'_>,
    notes: &Notes,
    out: &mut Writer,
) {
    let thinks = matches!(settings.thinking, Thinking::Budget(_) | Thinking::Adaptive);
    let mut temperature = request.temperature.filter(|value| value.is_finite());
    let mut top_p = request.top_p.filter(|value| value.is_finite());
    let mut top_k = request.top_k.filter(|top_k| *top_k != 0);
    // The defaults of all models that refuse other values.
    temperature = temperature.filter(|value| !(model.sampling == Sampling::None && *value == 1.0));
    top_p = top_p.filter(|value| !(model.sampling == Sampling::None && *value == 1.0));
    let drop = |name: &str, set: bool, reason: &str| {
        if set {
            notes.ignored(name, reason);
        }
    };
    if model.sampling == Sampling::None {
        let reason = "the model takes no sampling parameters";
        drop("temperature", temperature.take().is_some(), reason);
        drop("top_p", top_p.take().is_some(), reason);
        drop("top_k", top_k.take().is_some(), reason);
    } else if thinks {
        let reason = "the API takes no other value with thinking";
        if temperature.is_some_and(|value| value != 1.0) {
            drop("temperature", temperature.take().is_some(), reason);
        }
        if top_p.is_some_and(|value| value < MIN_TOP_P) {
            drop("top_p", top_p.take().is_some(), reason);
        }
        drop("top_k", top_k.take().is_some(), reason);
    }
    if model.sampling == Sampling::Either && temperature.is_some() && top_p.take().is_some() {
        notes.ignored(
            "top_p",
            "the model takes `temperature` or `top_p`, but not both",
        );
    }
    if let Some(value) = temperature
        && support.allows_or_note(&["temperature"], "temperature")
    {
        let clamped = value.clamp(0.0, 1.0);
        if clamped != value {
            let reason = format!("sent as {clamped}: the API takes 0 to 1");
            notes.adjusted("temperature", reason);
        }
        out.member("temperature");
        out.float(clamped);
    }
    if let Some(value) = top_p
        && support.allows_or_note(&["top_p"], "top_p")
    {
        out.member("top_p");
        out.float(value.clamp(0.0, 1.0));
    }
    if let Some(value) = top_k
        && support.allows_or_note(&["top_k"], "top_k")
    {
        out.member("top_k");
        out.unsigned(value);
    }
}

/// Writes `stop_sequences`, without texts of white space, which the API refuses.
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
    let has_text = |text: &&String| !text.trim().is_empty();
    if !texts.iter().all(|text| has_text(&text)) {
        notes.adjusted(
            "stop",
            "texts of white space are left out: the API refuses them",
        );
    }
    let mut texts = texts.iter().filter(has_text).peekable();
    if texts.peek().is_none() || !support.allows_or_note(&["stop"], "stop") {
        return Ok(());
    }
    out.member("stop_sequences");
    out.open_array();
    for text in texts {
        out.element();
        out.string(text);
    }
    out.close_array();
    Ok(())
}

fn service_tier(request: &ResponsesRequest, support: Support<'_>, notes: &Notes, out: &mut Writer) {
    let Some(tier) = &request.service_tier else {
        return;
    };
    let word = match tier {
        // The API's default too.
        ServiceTier::Auto => return,
        ServiceTier::Default => "standard_only",
        ServiceTier::Priority | ServiceTier::Fast | ServiceTier::Ultrafast => "auto",
        _ => {
            support.note_absent("service_tier");
            return;
        }
    };
    if word == "auto" {
        let reason = "sent as `auto`: priority capacity is used if the account has it";
        notes.adjusted("service_tier", reason);
    }
    string(out, "service_tier", word);
}

/// Writes `metadata.user_id`, the only member of `metadata` that the API has.
fn user(request: &ResponsesRequest, support: Support<'_>, out: &mut Writer) {
    let set = |member: &'_ Option<String>| member.as_ref().is_some_and(|text| !text.is_empty());
    let user = match (&request.user, &request.safety_identifier) {
        (Some(user), _) if !user.is_empty() => {
            if set(&request.safety_identifier) && request.safety_identifier != request.user {
                support.note_absent("safety_identifier");
            }
            user
        }
        (_, Some(identifier)) if !identifier.is_empty() => identifier,
        _ => return,
    };
    out.member("metadata");
    out.open_object();
    string(out, "user_id", user);
    out.close_object();
}

/// Returns the mark that the upstream puts at the end of the prompt.
pub(super) fn automatic_mark(request: &ResponsesRequest, notes: &Notes) -> Option<Mark> {
    let mark = request.cache_control.as_ref()?;
    let text = mark.typed_json();
    let raw = text.parse().ok()?;
    let marks = Marks {
        cache_control: Some(&raw),
        breakpoint: None,
    };
    Mark::read(marks, notes)
}

/// Writes `output_config`: the format, and the effort of reasoning or, without one, the verbosity.
pub(super) fn write_output(
    request: &ResponsesRequest,
    settings: &Settings,
    format: &Format<'_>,
    model: Model,
    support: Support<'_>,
    notes: &Notes,
    out: &mut Writer,
) {
    let mut effort = settings.effort;
    if let Some(verbosity) = request
        .text
        .as_ref()
        .and_then(|text| text.verbosity.as_ref())
    {
        let read = match verbosity.as_str() {
            "low" => Some(Effort::Low),
            "medium" => Some(Effort::Medium),
            "high" => Some(Effort::High),
            "xhigh" => Some(Effort::Xhigh),
            "max" => Some(Effort::Max),
            _ => None,
        };
        // Without thinking, models refuse more than `high`.
        let read = read.map(|effort| match settings.thinking {
            Thinking::Disabled | Thinking::BetweenTools => match effort {
                Effort::Xhigh | Effort::Max => Effort::High,
                effort => effort,
            },
            _ => effort,
        });
        match read {
            Some(read) if model.effort && effort.is_none() => {
                let word = read.word(model);
                if word != verbosity.as_str() {
                    let reason = format!("sent as `{word}`, the nearest effort that the model has");
                    notes.adjusted("text.verbosity", reason);
                }
                effort = Some(word);
            }
            _ => support.note_absent("text.verbosity"),
        }
    }
    let schema = match format {
        Format::Native(strict) => Some(strict),
        _ => None,
    };
    if effort.is_none() && schema.is_none() {
        return;
    }
    out.member("output_config");
    out.open_object();
    if let Some(effort) = effort {
        string(out, "effort", effort);
    }
    if let Some(strict) = schema {
        out.member("format");
        out.open_object();
        string(out, "type", "json_schema");
        out.member("schema");
        out.raw(&strict.text);
        out.close_object();
    }
    out.close_object();
}
