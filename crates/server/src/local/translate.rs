//! Translates a request into the engine's prompt, and refuses members that the model cannot honour.

use orouter_local::Prompt;
use orouter_wire::settings::{Include, Modality};
use orouter_wire::{ResponsesRequest, StopSequences, TextFormat};

use super::offer::Offer;
use super::schema::Schema;
use super::{choice, grammar, prompt};
use crate::failure::Failure;
use crate::quote::quote;
use orouter_protocols::Notes;

/// Translates a request into the engine's prompt, the tools that the model may call, and the schema
/// of its text. Skipped and converted parts are added to `notes`. The constraint that follows from
/// tools and schema is compiled later, by [`super::grammar`].
pub(super) fn translate(
    request: &ResponsesRequest,
    notes: &Notes,
) -> Result<(Prompt, Offer, Option<Schema>), Failure> {
    check_output(request)?;
    let offer = choice::offer_from_request(request, notes)?;
    let schema = schema(request)?;
    let mut prompt = Prompt::default();
    let shown = schema.as_ref().map(|schema| &schema.value);
    prompt.messages = prompt::turns(request, &offer, shown, notes)?;
    prompt.max_output_tokens = request
        .max_output_tokens
        .map(|tokens| u32::try_from(tokens).unwrap_or(u32::MAX));
    prompt.temperature = request.temperature;
    prompt.top_p = request.top_p;
    prompt.top_k = request
        .top_k
        .map(|tokens| u32::try_from(tokens).unwrap_or(u32::MAX));
    prompt.frequency_penalty = request.frequency_penalty;
    prompt.presence_penalty = request.presence_penalty;
    prompt.stop = stop(request, schema.is_some() || !offer.is_empty())?;
    prompt.forbidden = grammar::MARKUP.map(str::to_owned).to_vec();
    // The wire keeps a number that only an unsigned integer holds in `extra`.
    let unsigned = || request.extra.get("seed").and_then(|raw| raw.parse().ok());
    prompt.seed = request.seed.map(i64::cast_unsigned).or_else(unsigned);
    Ok((prompt, offer, schema))
}

/// Refuses outputs that the model cannot produce.
fn check_output(request: &ResponsesRequest) -> Result<(), Failure> {
    if request
        .modalities
        .iter()
        .any(|modality| *modality != Modality::Text)
    {
        return Err(Failure::invalid(
            "modalities",
            "`modalities` must be `text`, the only output of this model",
        ));
    }
    let no_logprobs = "does not return log probabilities";
    if request.top_logprobs.is_some_and(|count| count > 0) {
        return Err(Failure::invalid(
            "top_logprobs",
            format!("`top_logprobs` must be 0: this model {no_logprobs}"),
        ));
    }
    if request.include.contains(&Include::OutputTextLogprobs) {
        let message =
            format!("`include` asks for `message.output_text.logprobs`: this model {no_logprobs}");
        return Err(Failure::invalid("include", message));
    }
    Ok(())
}

/// Returns the texts that end the output. `constrained`: the output is a call or JSON, which a stop
/// text could cut.
fn stop(request: &ResponsesRequest, constrained: bool) -> Result<Vec<String>, Failure> {
    let texts = match &request.stop {
        None => return Ok(Vec::new()),
        Some(StopSequences::Unknown(_)) => {
            return Err(Failure::invalid(
                "stop",
                "`stop` must be a string or a list of strings",
            ));
        }
        Some(stop) => stop.as_slice(),
    };
    if texts.len() > 4 {
        return Err(Failure::invalid(
            "stop",
            "`stop` must not have more than 4 texts",
        ));
    }
    if constrained && !texts.is_empty() {
        return Err(Failure::invalid(
            "stop",
            "`stop` cannot be combined with `tools` or a JSON `text.format`: it could cut a call or \
             the JSON short",
        ));
    }
    Ok(texts.to_vec())
}

/// Returns the schema that the text must satisfy, if the request asks for JSON.
fn schema(request: &ResponsesRequest) -> Result<Option<Schema>, Failure> {
    let format = request.text.as_ref().and_then(|text| text.format.as_ref());
    match format {
        None | Some(TextFormat::Text(_)) => Ok(None),
        Some(TextFormat::JsonObject(_)) => Ok(Some(Schema::any_object("text.format"))),
        Some(TextFormat::JsonSchema(format)) => Schema::from_text_format(format).map(Some),
        Some(other) => Err(match other.kind() {
            "" => Failure::invalid(
                "text.format",
                "`text.format` must be an object with a `type`",
            ),
            kind => Failure::invalid(
                "text.format.type",
                format!(
                    "`text.format.type` is `{}`; it can be `text`, `json_object` or `json_schema`",
                    quote(kind)
                ),
            ),
        }),
    }
}
