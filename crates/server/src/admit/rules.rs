//! Values out of range, members that are missing, and members that exclude each other.

use orouter_wire::settings::Truncation;
use orouter_wire::{
    Input, ProviderPreferences, ProviderSort, ResponsesRequest, SortPreference, StopSequences,
    TextFormat,
};

use super::members::wrong;
use crate::failure::Failure;
use crate::quote::quote;

/// The most labels a request may have, and their sizes in characters.
const LABELS: usize = 16;
const LABEL_KEY: usize = 64;
const LABEL_VALUE: usize = 512;

/// Maximum number of steps with server tools, of stop texts, and of characters in the ids of a user
/// and of a session.
const MAX_TOOL_CALLS: u64 = 30;
const MAX_STOPS: usize = 4;
const ID: usize = 256;

/// Refuses what breaks a rule, the first one that it does.
pub(super) fn check(request: &ResponsesRequest) -> Result<(), Failure> {
    present(request)?;
    ranges(request)?;
    labels(request)?;
    words(request)?;
    together(request)
}

fn present(request: &ResponsesRequest) -> Result<(), Failure> {
    let model = match (&request.model, request.models.as_slice()) {
        (Some(model), models) => !model.is_empty() && !models.iter().any(String::is_empty),
        (None, models) => !models.is_empty() && !models.iter().any(String::is_empty),
    };
    let instructed = request
        .instructions
        .as_ref()
        .is_some_and(|text| !text.trim().is_empty());
    let input = match &request.input {
        None => false,
        Some(Input::Text(text)) => instructed || !text.trim().is_empty(),
        Some(Input::Items(items)) => instructed || !items.is_empty(),
        Some(_) => return Err(wrong("input")),
    };
    match (model, input) {
        (true, true) => Ok(()),
        (false, true) => Err(Failure::invalid(
            "model",
            "`model` is required: name a model; GET /api/v1/models lists them",
        )),
        (true, false) => Err(Failure::invalid(
            "input",
            "`input` is required: a string or a list of items, which may be empty only beside \
             `instructions`",
        )),
        (false, false) => Err(Failure::invalid(
            "model",
            "`model` and `input` are required, and must not be empty",
        )),
    }
}

fn ranges(request: &ResponsesRequest) -> Result<(), Failure> {
    let within = |member: &str, value: Option<f64>, low: f64, high: f64| match value {
        Some(value) if !(low..=high).contains(&value) => Err(wrong(member)),
        _ => Ok(()),
    };
    within("temperature", request.temperature, 0.0, 2.0)?;
    within("top_p", request.top_p, 0.0, 1.0)?;
    within("frequency_penalty", request.frequency_penalty, -2.0, 2.0)?;
    within("presence_penalty", request.presence_penalty, -2.0, 2.0)?;
    if request.max_output_tokens == Some(0) {
        return Err(wrong("max_output_tokens"));
    }
    if request
        .max_tool_calls
        .is_some_and(|calls| !(1..=MAX_TOOL_CALLS).contains(&calls))
    {
        return Err(wrong("max_tool_calls"));
    }
    if request.top_logprobs.is_some_and(|count| count > 20) {
        return Err(wrong("top_logprobs"));
    }
    let stop = request.stop.as_ref().map(StopSequences::as_slice);
    if stop.is_some_and(|texts| texts.len() > MAX_STOPS) {
        return Err(wrong("stop"));
    }
    for (member, text) in [("session_id", &request.session_id), ("user", &request.user)] {
        if text.as_ref().is_some_and(|text| too_long(text, ID)) {
            return Err(wrong(member));
        }
    }
    Ok(())
}

/// Returns `true` if the text has more than `limit` characters.
fn too_long(text: &str, limit: usize) -> bool {
    text.chars().nth(limit).is_some()
}

fn labels(request: &ResponsesRequest) -> Result<(), Failure> {
    let metadata = &request.metadata;
    if metadata.len() > LABELS {
        return Err(Failure::invalid(
            "metadata",
            format!("`metadata` must not have more than {LABELS} pairs"),
        ));
    }
    for (key, value) in metadata {
        if too_long(key, LABEL_KEY) {
            return Err(Failure::invalid(
                "metadata",
                format!("a key in `metadata` is longer than {LABEL_KEY} characters"),
            ));
        }
        if key.contains(['[', ']']) {
            return Err(Failure::invalid(
                "metadata",
                format!(
                    "the key `{}` in `metadata` must not have brackets",
                    quote(key)
                ),
            ));
        }
        if too_long(value, LABEL_VALUE) {
            let key = quote(key);
            return Err(Failure::invalid(
                format!("metadata.{key}"),
                format!("`metadata.{key}` is longer than {LABEL_VALUE} characters"),
            ));
        }
    }
    Ok(())
}

/// Words that have to be among those that mean something, and names that have to be there.
fn words(request: &ResponsesRequest) -> Result<(), Failure> {
    if let Some(Truncation::Unknown(word)) = &request.truncation {
        return Err(Failure::invalid(
            "truncation",
            format!(
                "`truncation` must be `auto` or `disabled`, and is `{}`",
                quote(word.as_str())
            ),
        ));
    }
    let format = request.text.as_ref().and_then(|text| text.format.as_ref());
    match format {
        Some(TextFormat::JsonSchema(format)) if format.name.is_empty() => Err(Failure::invalid(
            "text.format.name",
            "`text.format.name` is required, and must not be empty: a name for the schema",
        )),
        _ => Ok(()),
    }
}

/// Members that exclude each other, and preferences that no server could follow.
fn together(request: &ResponsesRequest) -> Result<(), Failure> {
    let reasoning = request.reasoning.as_ref();
    if reasoning.is_some_and(|r| r.effort.is_some() && r.max_tokens.is_some()) {
        return Err(Failure::invalid(
            "reasoning",
            "`reasoning.effort` and `reasoning.max_tokens` exclude each other: send one of them",
        ));
    }
    match &request.provider {
        Some(provider) => preferences(provider),
        None => Ok(()),
    }
}

fn preferences(provider: &ProviderPreferences) -> Result<(), Failure> {
    let by = match &provider.sort {
        Some(SortPreference::By(by)) => Some(("provider.sort", by)),
        Some(SortPreference::Config(config)) => {
            config.by.as_ref().map(|by| ("provider.sort.by", by))
        }
        _ => None,
    };
    if let Some((path, ProviderSort::Exacto)) = by {
        return Err(Failure::invalid(
            path,
            format!(
                "`{path}` is `exacto`; this server has no success figures of tool calls to sort by"
            ),
        ));
    }
    let Some(price) = &provider.max_price else {
        return Ok(());
    };
    for (name, price) in [
        ("prompt", &price.prompt),
        ("completion", &price.completion),
        ("request", &price.request),
        ("image", &price.image),
        ("audio", &price.audio),
    ] {
        let fits = |dollars: f64| dollars >= 0.0;
        if price
            .as_ref()
            .is_some_and(|p| !p.dollars().is_some_and(fits))
        {
            let path = format!("provider.max_price.{name}");
            let message = format!("`{path}` must be a price in USD, at least 0");
            return Err(Failure::invalid(path, message));
        }
    }
    Ok(())
}
