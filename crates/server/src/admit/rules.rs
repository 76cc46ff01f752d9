//! Refuses values out of range, missing members, and members that exclude each other.

use orouter_wire::settings::Truncation;
use orouter_wire::{
    Input, ProviderPreferences, ProviderSort, ResponsesRequest, SortPreference, StopSequences,
    TextFormat,
};

use super::top_level::out_of_range;
use crate::failure::Failure;
use crate::quote::quote;

/// Maximum number of pairs in `metadata`, and maximum lengths of a key and a value in characters.
const METADATA_PAIRS: usize = 16;
const METADATA_KEY_CHARS: usize = 64;
const METADATA_VALUE_CHARS: usize = 512;

/// Maximum of `max_tool_calls`.
const MAX_TOOL_CALLS: u64 = 30;

/// Maximum number of texts in `stop`.
const MAX_STOPS: usize = 4;

/// Maximum length of `user` and `session_id`, in characters.
const ID_CHARS: usize = 256;

/// Refuses a request that breaks a rule, with the first such rule.
pub(super) fn check(request: &ResponsesRequest) -> Result<(), Failure> {
    present(request)?;
    ranges(request)?;
    metadata(request)?;
    words(request)?;
    together(request)
}

/// Checks that the request names a model and has an input.
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
        Some(_) => return Err(out_of_range("input")),
    };
    match (model, input) {
        (true, true) => Ok(()),
        (false, true) => Err(Failure::invalid(
            "model",
            "`model` is required; GET /api/v1/models lists the models of this server",
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

/// Checks numbers and lengths.
fn ranges(request: &ResponsesRequest) -> Result<(), Failure> {
    let within = |member: &str, value: Option<f64>, low: f64, high: f64| match value {
        Some(value) if !(low..=high).contains(&value) => Err(out_of_range(member)),
        _ => Ok(()),
    };
    within("temperature", request.temperature, 0.0, 2.0)?;
    within("top_p", request.top_p, 0.0, 1.0)?;
    within("frequency_penalty", request.frequency_penalty, -2.0, 2.0)?;
    within("presence_penalty", request.presence_penalty, -2.0, 2.0)?;
    if request.max_output_tokens == Some(0) {
        return Err(out_of_range("max_output_tokens"));
    }
    if request
        .max_tool_calls
        .is_some_and(|calls| !(1..=MAX_TOOL_CALLS).contains(&calls))
    {
        return Err(out_of_range("max_tool_calls"));
    }
    if request.top_logprobs.is_some_and(|count| count > 20) {
        return Err(out_of_range("top_logprobs"));
    }
    let stop = request.stop.as_ref().map(StopSequences::as_slice);
    if stop.is_some_and(|texts| texts.len() > MAX_STOPS) {
        return Err(out_of_range("stop"));
    }
    for (member, text) in [("session_id", &request.session_id), ("user", &request.user)] {
        if text.as_ref().is_some_and(|text| too_long(text, ID_CHARS)) {
            return Err(out_of_range(member));
        }
    }
    Ok(())
}

/// Returns `true` if the text has more than `limit` characters.
fn too_long(text: &str, limit: usize) -> bool {
    text.chars().nth(limit).is_some()
}

/// Checks the pairs of `metadata`.
fn metadata(request: &ResponsesRequest) -> Result<(), Failure> {
    let pairs = &request.metadata;
    if pairs.len() > METADATA_PAIRS {
        return Err(Failure::invalid(
            "metadata",
            format!("`metadata` must not have more than {METADATA_PAIRS} pairs"),
        ));
    }
    for (key, value) in pairs {
        if too_long(key, METADATA_KEY_CHARS) {
            return Err(Failure::invalid(
                "metadata",
                format!("a key in `metadata` is longer than {METADATA_KEY_CHARS} characters"),
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
        if too_long(value, METADATA_VALUE_CHARS) {
            let key = quote(key);
            return Err(Failure::invalid(
                format!("metadata.{key}"),
                format!("`metadata.{key}` is longer than {METADATA_VALUE_CHARS} characters"),
            ));
        }
    }
    Ok(())
}

/// Checks `truncation` and the name of a JSON schema.
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

/// Checks for members that exclude each other, and the `provider` preferences.
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
                "`{path}` is `exacto`; this server does not have success rates of tool calls to sort by"
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
