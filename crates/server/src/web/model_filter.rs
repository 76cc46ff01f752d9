//! The filters of a list of models, by the name of their query parameter.

use crate::amount::Amount;
use crate::catalog::{CatalogModel, Endpoint};
use crate::failure::Failure;
use crate::provider::Price;
use crate::quote::quote;

/// Returns `true` for models that stay in the list.
pub(super) type Filter = Box<dyn Fn(&CatalogModel) -> bool>;

/// The parameter with a default: `text`.
pub(super) const OUTPUT_MODALITIES: &str = "output_modalities";

const INPUT_KINDS: [&str; 5] = ["text", "image", "audio", "file", "video"];
const OUTPUT_KINDS: [&str; 10] = [
    "text",
    "image",
    "embeddings",
    "audio",
    "video",
    "rerank",
    "decisions",
    "speech",
    "transcription",
    "all",
];

/// Parameters whose values are separated by commas.
const LISTS: [&str; 5] = [
    OUTPUT_MODALITIES,
    "input_modalities",
    "supported_parameters",
    "model_authors",
    "providers",
];

const SECONDS_PER_DAY: u64 = 86_400;

/// Returns `true` if the values of the parameter are separated by commas.
pub(super) fn is_list(name: &str) -> bool {
    LISTS.contains(&name)
}

/// Returns the filter of a parameter with this value; `None` for a parameter that is not a filter.
/// `now`: seconds since 1970.
///
/// # Errors
/// A 400 that names the parameter if the value cannot be used.
pub(super) fn read(name: &str, value: &str, now: u64) -> Result<Option<Filter>, Failure> {
    Ok(Some(match name {
        OUTPUT_MODALITIES => {
            let kinds = kinds(name, value, &OUTPUT_KINDS)?;
            let all = kinds.iter().any(|kind| kind == "all");
            Box::new(move |known| {
                let has = |kind: &String| known.model.output_modalities.contains(kind);
                all || kinds.iter().any(has)
            })
        }
        "input_modalities" => {
            let kinds = kinds(name, value, &INPUT_KINDS)?;
            Box::new(move |known| {
                let has = |kind: &String| known.model.input_modalities.contains(kind);
                kinds.iter().all(has)
            })
        }
        "supported_parameters" => {
            let names = words(value);
            Box::new(move |known| names.iter().all(|name| supports(known, name)))
        }
        // Any harness: a program that runs tools for the model.
        "harness" => Box::new(|known| supports(known, "tools")),
        "q" => {
            let terms: Vec<String> = value.split_whitespace().map(str::to_lowercase).collect();
            Box::new(move |known| {
                let text = format!("{}\n{}", known.model.id, known.model.name).to_lowercase();
                terms.iter().all(|term| text.contains(&**term))
            })
        }
        "context" => {
            let min = integer(name, value)?;
            Box::new(move |known| known.model.context_length >= min)
        }
        "min_price" => priced(name, value, |price, limit| price.prompt >= limit)?,
        "max_price" => priced(name, value, |price, limit| price.prompt <= limit)?,
        "min_output_price" => priced(name, value, |price, limit| price.completion >= limit)?,
        "max_output_price" => priced(name, value, |price, limit| price.completion <= limit)?,
        "min_age_days" => aged(name, value, now, |age, limit| age >= limit)?,
        "max_age_days" => aged(name, value, now, |age, limit| age <= limit)?,
        "arch" => {
            let wanted = value.to_owned();
            Box::new(move |known| known.model.tokenizer.eq_ignore_ascii_case(&wanted))
        }
        "model_authors" => {
            let authors = words(value);
            Box::new(move |known| {
                let author = known.model.id.split('/').next().unwrap_or_default();
                authors
                    .iter()
                    .any(|wanted| author.eq_ignore_ascii_case(wanted))
            })
        }
        "providers" => {
            let providers = words(value);
            Box::new(move |known| {
                let is = |wanted: &String, endpoint: &Endpoint| {
                    endpoint.provider.name().eq_ignore_ascii_case(wanted)
                };
                any(known, |endpoint| {
                    providers.iter().any(|wanted| is(wanted, endpoint))
                })
            })
        }
        "distillable" => {
            let wanted = one_of(name, value, &["true", "false"])? == "true";
            Box::new(move |known| any(known, |endpoint| endpoint.policy.distillable) == wanted)
        }
        "zdr" => {
            one_of(name, value, &["true"])?;
            Box::new(|known| any(known, |endpoint| !endpoint.policy.retains_data))
        }
        "region" => {
            let wanted = one_of(name, value, &["eu", "us"])?;
            Box::new(move |known| {
                any(known, |endpoint| {
                    endpoint.region().is_some_and(|region| {
                        let start = region.get(..wanted.len()).unwrap_or_default();
                        start.eq_ignore_ascii_case(wanted)
                    })
                })
            })
        }
        _ => return Ok(None),
    }))
}

fn any(known: &CatalogModel, is: impl Fn(&Endpoint) -> bool) -> bool {
    known.endpoints.iter().any(|endpoint| is(endpoint))
}

/// Returns `true` if the model or one of its endpoints lists a parameter.
fn supports(known: &CatalogModel, parameter: &str) -> bool {
    let listed = |list: &[String]| list.iter().any(|name| name == parameter);
    let lists = |endpoint: &Endpoint| {
        endpoint.supported_parameters.is_some() && endpoint.supports(parameter)
    };
    listed(&known.model.supported_parameters) || any(known, lists)
}

/// Returns a filter by price, in USD per million tokens. A model without a known price does not pass.
fn priced(name: &str, value: &str, passes: fn(&Price, Amount) -> bool) -> Result<Filter, Failure> {
    let limit = value.parse::<f64>().ok();
    let limit = limit.filter(|limit| limit.is_finite() && *limit >= 0.0);
    let Some(limit) = limit else {
        let message = "a number of US dollars per million tokens, at least 0";
        return Err(unusable(name, value, message));
    };
    let limit = Amount::per_million(limit);
    Ok(Box::new(move |known| {
        known.price().is_some_and(|price| passes(price, limit))
    }))
}

/// Returns a filter by age in days. A model without a known age does not pass.
fn aged(
    name: &str,
    value: &str,
    now: u64,
    passes: fn(u64, u64) -> bool,
) -> Result<Filter, Failure> {
    let limit = integer(name, value)?.saturating_mul(SECONDS_PER_DAY);
    Ok(Box::new(move |known| {
        let created = known.model.created;
        created > 0 && passes(now.saturating_sub(created), limit)
    }))
}

fn integer(name: &str, value: &str) -> Result<u64, Failure> {
    let number = value.parse();
    number.map_err(|_| unusable(name, value, "a whole number of at least 0"))
}

/// Returns the words of a list, without those that are empty.
fn words(value: &str) -> Vec<String> {
    let words = value.split(',').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn kinds(name: &str, value: &str, known: &[&str]) -> Result<Vec<String>, Failure> {
    let words: Vec<String> = words(value)
        .iter()
        .map(|word| word.to_lowercase())
        .collect();
    match words.iter().find(|word| !known.contains(&word.as_str())) {
        Some(unknown) => {
            let message = format!("a list of {}, separated by commas", known.join(", "));
            Err(unusable(name, unknown, &message))
        }
        None => Ok(words),
    }
}

fn one_of(name: &str, value: &str, known: &[&'static str]) -> Result<&'static str, Failure> {
    let found = known.iter().find(|word| word.eq_ignore_ascii_case(value));
    found
        .copied()
        .ok_or_else(|| unusable(name, value, &known.join(" or ")))
}

fn unusable(name: &str, value: &str, expected: &str) -> Failure {
    let message = format!("`{name}` is `{}`; it must be {expected}", quote(value));
    Failure::invalid(name, message)
}
