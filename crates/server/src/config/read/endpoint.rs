//! `[[models.endpoints]]`.

use super::price::price;
use super::provider::Providers;
use super::shown::shown;
use super::suggest::{advice, nearest};
use super::value::{Table, Value};
use crate::config::endpoint::EndpointConfig;
use crate::config::settings::Config;

/// Name of the embedded model at its provider.
const EMBEDDED_MODEL: &str = "smollm2-135m-instruct";

const TIERS: [(&str, &str); 3] = [
    ("default", "default"),
    ("priority", "priority"),
    ("flex", "flex"),
];

const QUANTIZATIONS: [(&str, &str); 12] = [
    ("int4", "int4"),
    ("int8", "int8"),
    ("fp4", "fp4"),
    ("mxfp4", "mxfp4"),
    ("nvfp4", "nvfp4"),
    ("fp6", "fp6"),
    ("fp8", "fp8"),
    ("mxfp8", "mxfp8"),
    ("fp16", "fp16"),
    ("bf16", "bf16"),
    ("fp32", "fp32"),
    ("unknown", "unknown"),
];

const MODALITIES: [&str; 5] = ["text", "image", "file", "audio", "video"];

/// Parameters of the hosted API's catalog and members of the Responses API.
const PARAMETERS: [&str; 40] = [
    "background",
    "cache_control",
    "frequency_penalty",
    "include",
    "include_reasoning",
    "instructions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_output_tokens",
    "max_tokens",
    "max_tool_calls",
    "metadata",
    "min_p",
    "modalities",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning",
    "reasoning_effort",
    "repetition_penalty",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "structured_outputs",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_a",
    "top_k",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
    "verbosity",
];

/// An endpoint and the place that messages name.
pub(super) struct ReadEndpoint {
    pub(super) config: EndpointConfig,
    at: usize,
}

/// Reads the endpoints of a model with this id. Their slugs must differ.
pub(super) fn endpoints(
    tables: Vec<Table<'_>>,
    model: &str,
    providers: &Providers,
) -> Vec<EndpointConfig> {
    let mut read: Vec<ReadEndpoint> = Vec::new();
    for table in tables {
        let (at, member, reader) = (table.at, table.member.clone(), table.reader);
        let Some(endpoint) = endpoint(table, model, providers) else {
            continue;
        };
        let slug = endpoint.config.slug();
        let same = |known: &&ReadEndpoint| known.config.slug().eq_ignore_ascii_case(&slug);
        if let Some(known) = read.iter().find(same) {
            let text = format!(
                "the endpoint {} occurs twice in the model, first at {}; set another region or tier",
                shown(&slug),
                reader.place(known.at)
            );
            reader.mistake(at, member, text);
        } else {
            read.push(endpoint);
        }
    }
    read.into_iter().map(|endpoint| endpoint.config).collect()
}

fn endpoint(table: Table<'_>, model: &str, providers: &Providers) -> Option<ReadEndpoint> {
    let provider = table.require(
        "provider",
        "provider = \"openai\" or another one of [providers]",
    );
    let provider = provider.and_then(|value| known_provider(&value, providers));
    let upstream_model = table.get("model");
    if provider.as_deref() == Some(Config::LOCAL) {
        check_embedded(&table, upstream_model.as_ref(), model);
    }
    let name = upstream_model.and_then(|value| {
        let name = value.text()?;
        if name.contains(char::is_whitespace) {
            value.mistake(format!("{} contains white space", shown(name)));
        }
        Some(name.to_owned())
    });
    let word = |key, words: &[(&'static str, &'static str)]| {
        let word = table.get(key).and_then(|value| value.word(words));
        word.map(str::to_owned)
    };
    let flag = |key| table.get(key).and_then(|value| value.boolean());
    let collection = [("allow", true), ("deny", false)];
    let config = EndpointConfig {
        provider: provider.clone().unwrap_or_default(),
        model: name,
        price: table.get("price").and_then(|value| price(&value)),
        max_concurrent: table
            .get("max_concurrent")
            .and_then(|value| value.count::<u32>())
            .and_then(|count| usize::try_from(count).ok()),
        max_output_tokens: table.get("max_output_tokens").and_then(|v| v.count()),
        quantization: word("quantization", &QUANTIZATIONS),
        data_collection: table
            .get("data_collection")
            .and_then(|value| value.word(&collection)),
        zdr: flag("zdr"),
        distillable: flag("distillable"),
        region: table.get("region").and_then(|value| region(&value)),
        tier: word("tier", &TIERS),
        any_tier: false,
        supported_parameters: table
            .get("supported_parameters")
            .and_then(|value| parameters(&value)),
        input_modalities: table
            .get("input_modalities")
            .and_then(|value| modalities(&value)),
    };
    let at = table.at;
    table.finish();
    provider.map(|_| ReadEndpoint { config, at })
}

/// Returns the name of a provider of the file, or of the built-in one.
fn known_provider(value: &Value<'_>, providers: &Providers) -> Option<String> {
    let name = value.text()?;
    let known = providers.names.iter().map(String::as_str);
    let embedded = cfg!(feature = "local").then_some(Config::LOCAL);
    let mut known: Vec<&str> = known.chain(embedded).collect();
    if known.contains(&name) {
        return Some(name.to_owned());
    }
    known.sort_unstable();
    let text = if name == Config::LOCAL {
        "this program is built without the embedded model".to_owned()
    } else {
        let advice = match nearest(name, known.iter().copied()) {
            Some(_) => advice(name, known),
            None => format!(
                "; add [providers.{}], or write one of: {}",
                name_or_example(name),
                known.join(", ")
            ),
        };
        format!("{} is not a provider{advice}", shown(name))
    };
    value.mistake(text);
    None
}

fn name_or_example(name: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.len() <= 20 && name.chars().all(plain) {
        name
    } else {
        "example"
    }
}

/// Checks that an endpoint of the built-in provider names its model.
fn check_embedded(table: &Table<'_>, name: Option<&Value<'_>>, id: &str) {
    let expected = format!("the embedded model's name is \"{EMBEDDED_MODEL}\"");
    match name {
        Some(value) => {
            let given = value.string().unwrap_or(EMBEDDED_MODEL);
            if !given.eq_ignore_ascii_case(EMBEDDED_MODEL) {
                value.mistake(format!("{expected}, not {}", shown(given)));
            }
        }
        None => {
            let slug = id.split_once('/').map_or(id, |(_, slug)| slug);
            if !slug.eq_ignore_ascii_case(EMBEDDED_MODEL) {
                let member = format!("{}.model", table.member);
                let text = format!("is missing; write model = \"{EMBEDDED_MODEL}\"");
                table.reader.doubtful(table.at, member, text);
            }
        }
    }
}

fn region(value: &Value<'_>) -> Option<String> {
    let region = value.text()?;
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !region.chars().all(valid) || region.len() > 64 {
        value.mistake(format!(
            "{} is not a region: it must have 1 to 64 letters, digits, '-', '_' or '.'",
            shown(region)
        ));
        return None;
    }
    if TIERS
        .iter()
        .any(|(tier, _)| tier.eq_ignore_ascii_case(region))
    {
        value.mistake(format!(
            "{} is a service tier; write it into tier",
            shown(region)
        ));
        return None;
    }
    Some(region.to_owned())
}

/// Reads names of request parameters. Others than known ones only get a warning: upstreams have
/// parameters of their own.
fn parameters(value: &Value<'_>) -> Option<Vec<String>> {
    value.strings(|value, name| {
        if !PARAMETERS.contains(&name) {
            let advice = advice(name, PARAMETERS);
            value.warning(format!(
                "{} is not a known request parameter{advice}",
                shown(name)
            ));
        }
        true
    })
}

fn modalities(value: &Value<'_>) -> Option<Vec<String>> {
    value.strings(|value, word| {
        let known = MODALITIES.contains(&word);
        if !known {
            value.mistake(format!(
                "{} is not one of {}{}",
                shown(word),
                MODALITIES.join(", "),
                advice(word, MODALITIES)
            ));
        }
        known
    })
}
