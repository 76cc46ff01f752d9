//! `catalog`: a file with models in the shape of the hosted API's `GET /models`.

use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::path::Path;

use orouter_wire::ReasoningEffort;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::model::id_problem;
use super::shown::shown;
use super::value::Value;
use crate::amount::Amount;
use crate::config::endpoint::ModelConfig;
use crate::provider::Price;
use crate::quote::quote;

/// Maximum size of the file in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Maximum number of entries.
const MAX_ENTRIES: usize = 100_000;

/// Maximum size of an entry in bytes.
const MAX_ENTRY: usize = 256 << 10;

/// Maximum number of warnings about one file.
const MAX_WARNINGS: usize = 20;

/// Reads the models of the file that the value names. An unreadable entry is a warning.
pub(super) fn imported(value: &Value<'_>) -> Vec<ModelConfig> {
    let Some(name) = value.text() else {
        return Vec::new();
    };
    match read(&value.reader.path(name)).and_then(|text| entries(&text)) {
        Ok((models, problems)) => {
            for problem in problems.iter().take(MAX_WARNINGS) {
                value.warning(format!("{}: {problem}", shown(name)));
            }
            if let Some(others @ 1..) = problems.len().checked_sub(MAX_WARNINGS) {
                value.warning(format!(
                    "{}: {others} other entries are unreadable",
                    shown(name)
                ));
            }
            models
        }
        Err(problem) => {
            value.mistake(format!("the file {} {problem}", shown(name)));
            Vec::new()
        }
    }
}

/// Reads the file. The error continues a sentence that begins with the file's name.
fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| {
        let advice = match error.kind() {
            std::io::ErrorKind::NotFound => "; `orouter catalog import` writes it",
            _ => "",
        };
        format!("cannot be read: {error}{advice}")
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("is larger than {} MiB", MAX_BYTES >> 20));
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
}

/// The models of a list, and the problems of its entries.
type Entries = (Vec<ModelConfig>, Vec<String>);

/// Reads `{"data": [..]}`.
fn entries(text: &str) -> Result<Entries, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let not_json = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column().max(1));
        let problem = match error.is_eof() {
            true => "the text ends too early",
            false => "unexpected text",
        };
        format!("is not JSON: {problem} at {line}:{column}")
    };
    let other = || "is not a list of models: it must have \"data\": [{\"id\": .., ..}]".to_owned();
    let whole: &RawValue = serde_json::from_str(text).map_err(not_json)?;
    let members: HashMap<String, &RawValue> =
        serde_json::from_str(whole.get()).map_err(|_| other())?;
    let data = members.get("data").ok_or_else(other)?;
    let raw: Vec<&RawValue> = serde_json::from_str(data.get()).map_err(|_| other())?;
    if raw.len() > MAX_ENTRIES {
        return Err(format!("has more than {MAX_ENTRIES} entries"));
    }
    let (mut models, mut problems) = (Vec::new(), Vec::new());
    let mut ids = HashSet::new();
    for (index, raw) in raw.iter().enumerate() {
        let mut report = |problem: String| problems.push(format!("data[{index}] {problem}"));
        if raw.get().len() > MAX_ENTRY {
            report(format!("is larger than {} KiB", MAX_ENTRY >> 10));
            continue;
        }
        match serde_json::from_str::<Json>(raw.get()) {
            Ok(entry) => {
                if let Some(model) = model(&entry, &mut report) {
                    if ids.insert(model.id.to_ascii_lowercase()) {
                        models.push(model);
                    } else {
                        report(format!(
                            "has the id \"{}\" of an earlier entry",
                            quote(&model.id)
                        ));
                    }
                }
            }
            Err(_) => report("is unreadable".to_owned()),
        }
    }
    Ok((models, problems))
}

fn model(entry: &Json, report: &mut dyn FnMut(String)) -> Option<ModelConfig> {
    let Some(id) = entry.get("id").and_then(Json::as_str) else {
        report("has no id".to_owned());
        return None;
    };
    // Ids such as `~author/family-latest` name another entry.
    if let Some(problem) = id_problem(id.strip_prefix('~').unwrap_or(id)) {
        report(format!("has the id \"{}\", which {problem}", quote(id)));
        return None;
    }
    let mut members = Members { entry, report };
    let mut model = ModelConfig::new(id);
    model.name = members.text("/name");
    model.description = members.text("/description");
    model.created = members.number("/created");
    model.context_length = members
        .number("/context_length")
        .or_else(|| members.number("/top_provider/context_length"))
        .filter(|length| *length > 0);
    model.max_output_tokens = members
        .number("/top_provider/max_completion_tokens")
        .filter(|length| *length > 0);
    model.price = members.price();
    model.input_modalities = members.texts("/architecture/input_modalities");
    model.output_modalities = members.texts("/architecture/output_modalities");
    model.tokenizer = members.text("/architecture/tokenizer");
    model.supported_parameters = members.texts("/supported_parameters");
    model.supported_efforts = members.efforts();
    model.alias_target = members.text("/alias_target/slug");
    Some(model)
}

/// Members of an entry. `null` members are absent; those of another type are reported.
struct Members<'e> {
    entry: &'e Json,
    report: &'e mut dyn FnMut(String),
}

impl Members<'_> {
    fn get<T>(&mut self, path: &str, read: impl Fn(&Json) -> Option<T>) -> Option<T> {
        let value = self.entry.pointer(path).filter(|value| !value.is_null())?;
        let read = read(value);
        if read.is_none() {
            let member = path.trim_start_matches('/').replace('/', ".");
            (self.report)(format!("has an unreadable {member}"));
        }
        read
    }

    fn text(&mut self, path: &str) -> Option<String> {
        self.get(path, |value| value.as_str().map(str::to_owned))
    }

    fn texts(&mut self, path: &str) -> Option<Vec<String>> {
        self.get(path, |value| {
            let texts = value
                .as_array()?
                .iter()
                .map(|text| text.as_str().map(str::to_owned));
            texts.collect()
        })
    }

    fn number(&mut self, path: &str) -> Option<u64> {
        self.get(path, |value| {
            let whole = value.as_f64().filter(|number| (0.0..1e15).contains(number));
            value.as_u64().or(whole.map(|number| number as u64))
        })
    }

    /// Returns the supported reasoning efforts. The list of the hosted API leaves out `none`, which
    /// models support unless their reasoning is mandatory.
    fn efforts(&mut self) -> Option<Vec<ReasoningEffort>> {
        let words = self.texts("/reasoning/supported_efforts")?;
        let mut efforts: Vec<ReasoningEffort> =
            words.iter().map(|word| word.as_str().into()).collect();
        let mandatory = self.get("/reasoning/mandatory", Json::as_bool);
        if mandatory != Some(true) && !efforts.contains(&ReasoningEffort::None) {
            efforts.push(ReasoningEffort::None);
        }
        Some(efforts)
    }

    /// Returns the prices. `None` if one of the two main prices is missing, unreadable or negative:
    /// the hosted API sends -1 for a price that is not known.
    fn price(&mut self) -> Option<Price> {
        let prompt = self.amount("/pricing/prompt");
        let completion = self.amount("/pricing/completion");
        let mut price = Price::per_token(prompt?, completion?);
        price.cache_read = self.amount("/pricing/input_cache_read");
        price.cache_write = self.amount("/pricing/input_cache_write");
        price.reasoning = self
            .amount("/pricing/internal_reasoning")
            .filter(|p| *p > Amount::ZERO);
        price.audio = self.amount("/pricing/audio");
        price.image = self.amount("/pricing/image").unwrap_or_default();
        price.request = self.amount("/pricing/request").unwrap_or_default();
        Some(price)
    }

    fn amount(&mut self, path: &str) -> Option<Amount> {
        let amount = self.get(path, |value| match value {
            Json::String(text) => text.parse::<Amount>().ok(),
            Json::Number(number) => number.as_f64().map(Amount::from_usd),
            _ => None,
        })?;
        (amount >= Amount::ZERO).then_some(amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_the_hosted_list_are_read() {
        let (models, problems) = entries(
            r#"{"data": [{"id": "openai/gpt-4", "name": "GPT-4", "created": 1692901234,
                "description": "text", "context_length": 8192,
                "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"], "tokenizer": "GPT"},
                "pricing": {"prompt": "0.00003", "completion": "0.00006", "request": "0", "image": "0.01",
                            "input_cache_read": "0.000015", "input_cache_write": null, "internal_reasoning": "0",
                            "audio": "0.00001"},
                "top_provider": {"context_length": 8192, "max_completion_tokens": 4096, "is_moderated": true},
                "supported_parameters": ["temperature"],
                "reasoning": {"mandatory": false, "supported_efforts": ["high", "low"]},
                "alias_target": {"slug": "openai/gpt-5", "name": "GPT-5"}}],
              "total_count": 1, "links": {"next": null}}"#,
        )
        .unwrap();
        assert_eq!(problems, [""; 0]);
        let [model] = models.as_slice() else {
            panic!("{models:?}");
        };
        let price = model.price.unwrap();
        assert_eq!(model.id, "openai/gpt-4");
        assert_eq!(model.name.as_deref(), Some("GPT-4"));
        assert_eq!(model.created, Some(1_692_901_234));
        assert_eq!(model.context_length, Some(8192));
        assert_eq!(model.max_output_tokens, Some(4096));
        assert_eq!(model.tokenizer.as_deref(), Some("GPT"));
        assert_eq!(model.input_modalities.as_ref().unwrap().len(), 2);
        assert_eq!(price.prompt, Amount::per_million(30.0));
        assert_eq!(price.completion, Amount::per_million(60.0));
        assert_eq!(price.cache_read, Some(Amount::per_million(15.0)));
        assert_eq!((price.cache_write, price.reasoning), (None, None));
        assert_eq!(price.image, Amount::from_usd(0.01));
        assert_eq!(price.audio, Some(Amount::per_million(10.0)));
        let efforts = model.supported_efforts.as_deref();
        let expected = [
            ReasoningEffort::High,
            ReasoningEffort::Low,
            ReasoningEffort::None,
        ];
        assert_eq!(efforts, Some(expected.as_slice()));
        assert_eq!(model.alias_target.as_deref(), Some("openai/gpt-5"));
    }

    #[test]
    fn efforts_are_those_of_the_list() {
        let efforts = |reasoning: &str| {
            let text = format!(r#"{{"data": [{{"id": "a/b", "reasoning": {reasoning}}}]}}"#);
            let (models, problems) = entries(&text).unwrap();
            (models[0].supported_efforts.clone(), problems.len())
        };
        use ReasoningEffort::{Low, None as Off};
        for (reasoning, expected, problems) in [
            (r#"null"#, None, 0),
            (r#"{"mandatory": true}"#, None, 0),
            (r#"{"mandatory": true, "supported_efforts": null}"#, None, 0),
            (
                r#"{"mandatory": true, "supported_efforts": ["low"]}"#,
                Some(vec![Low]),
                0,
            ),
            (
                r#"{"supported_efforts": ["none", "low"]}"#,
                Some(vec![Off, Low]),
                0,
            ),
            (r#"{"supported_efforts": "low"}"#, None, 1),
        ] {
            assert_eq!(efforts(reasoning), (expected, problems), "{reasoning}");
        }
    }

    #[test]
    fn unreadable_entries_are_reported_and_others_are_kept() {
        let (models, problems) = entries(
            r#"{"data": [7, {}, {"id": "no-author"}, {"id": "a/b", "pricing": {"prompt": "-1", "completion": "-1"}},
                {"id": "A/B"}, {"id": "a/c", "name": 7, "context_length": "long", "pricing": {"prompt": "x", "completion": 0.1}},
                {"id": "~a/b-latest"}, {"id": "a/d", "context_length": null, "top_provider": {"context_length": 4096.0}}]}"#,
        )
        .unwrap();
        let ids: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
        assert_eq!(ids, ["a/b", "a/c", "~a/b-latest", "a/d"]);
        assert!(models.iter().all(|model| model.price.is_none()));
        assert_eq!(models[3].context_length, Some(4096));
        let expected = [
            "data[0] has no id",
            "data[1] has no id",
            "data[2] has the id \"no-author\"",
            "data[4] has the id \"A/B\" of an earlier entry",
            "data[5] has an unreadable name",
            "data[5] has an unreadable context_length",
            "data[5] has an unreadable pricing.prompt",
        ];
        assert_eq!(problems.len(), expected.len(), "{problems:#?}");
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.starts_with(expected), "{problem}");
        }
    }

    #[test]
    fn other_files_are_refused() {
        for text in [
            "",
            "{",
            "[]",
            "7",
            "{}",
            r#"{"data": {}}"#,
            r#"{"data": null}"#,
            "<html>",
        ] {
            assert!(entries(text).is_err(), "{text}");
        }
        assert!(entries(r#"{"data": []}"#).unwrap().0.is_empty());
    }
}
