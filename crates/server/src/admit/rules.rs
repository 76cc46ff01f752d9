//! Values out of range, members that are missing, and what a server that keeps nothing cannot do.

use orouter_wire::settings::Truncation;
use orouter_wire::{Input, ResponsesRequest, TextFormat};

use super::members::wrong;
use crate::failure::Failure;

/// The most labels a request may have, and their sizes in characters.
const LABELS: usize = 16;
const LABEL_KEY: usize = 64;
const LABEL_VALUE: usize = 512;

/// Refuses what breaks a rule, the first one that it does.
pub(super) fn check(request: &ResponsesRequest) -> Result<(), Failure> {
    present(request)?;
    ranges(request)?;
    labels(request)?;
    words(request)?;
    stateless(request)
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
    if request.max_tool_calls == Some(0) {
        return Err(wrong("max_tool_calls"));
    }
    if request.top_logprobs.is_some_and(|count| count > 20) {
        return Err(wrong("top_logprobs"));
    }
    Ok(())
}

fn labels(request: &ResponsesRequest) -> Result<(), Failure> {
    let metadata = &request.metadata;
    if metadata.len() > LABELS {
        return Err(Failure::invalid(
            "metadata",
            format!("`metadata` must not have more than {LABELS} pairs"),
        ));
    }
    let too_long = |text: &str, limit: usize| text.chars().nth(limit).is_some();
    for (key, value) in metadata {
        if too_long(key, LABEL_KEY) {
            return Err(Failure::invalid(
                "metadata",
                format!("a key in `metadata` is longer than {LABEL_KEY} characters"),
            ));
        }
        if too_long(value, LABEL_VALUE) {
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
                word.as_str()
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

/// This server keeps no responses, conversations or prompts, works on nothing in the background,
/// and runs no plugins.
fn stateless(request: &ResponsesRequest) -> Result<(), Failure> {
    let refused = [
        (
            request.store == Some(true),
            "store",
            "keeps no responses; leave it out or send false",
        ),
        (
            request.conversation.is_some(),
            "conversation",
            "keeps no conversations; send the conversation so far as `input`",
        ),
        (
            request.prompt.is_some(),
            "prompt",
            "keeps no prompts; send the text as `input`",
        ),
        (
            request.background == Some(true),
            "background",
            "answers at once or not at all",
        ),
        (!request.plugins.is_empty(), "plugins", "has no plugins"),
    ];
    match refused.into_iter().find(|(is, ..)| *is) {
        Some((_, member, why)) => Err(Failure::invalid(
            member,
            format!("`{member}` cannot be served: this server {why}"),
        )),
        None => Ok(()),
    }
}
