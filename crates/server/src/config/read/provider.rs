//! `[providers.*]`.

use super::base_url::base_url;
use super::headers::headers;
use super::reader::Reader;
use super::secret::{header_problem, secret};
use super::sections::positive;
use super::shown::shown;
use super::value::{Table, Value};
use crate::config::Protocol;
use crate::config::endpoint::ModelConfig;
use crate::config::provider::{ProviderConfig, ServedModels, UpstreamTimeouts};
use crate::config::settings::Config;

/// Maximum length of a provider's name.
const MAX_NAME: usize = 64;

/// The providers of a file.
#[derive(Default)]
pub(super) struct Providers {
    /// Those without a mistake.
    pub(super) configs: Vec<ProviderConfig>,
    /// The names of all of them.
    pub(super) names: Vec<String>,
    /// The offsets of the names.
    places: Vec<usize>,
}

impl Providers {
    /// Warns of the providers that serve no model.
    pub(super) fn warn_of_unused(&self, models: &[ModelConfig], reader: &Reader<'_>) {
        let endpoints = || models.iter().flat_map(|model| &model.endpoints);
        for (name, at) in self.names.iter().zip(&self.places) {
            let Some(config) = self.configs.iter().find(|config| config.name == *name) else {
                continue;
            };
            let none = match &config.models {
                ServedModels::Listed => true,
                ServedModels::Names(names) => names.is_empty(),
                ServedModels::Any => false,
            };
            if none && !endpoints().any(|endpoint| endpoint.provider == *name) {
                let text = "serves no model: it has no models, and no endpoint names it";
                let member = format!("providers.{name}");
                reader.warning(*at, member, text.to_owned());
            }
        }
    }
}

/// Reads the table of providers.
pub(super) fn providers(table: &Table<'_>) -> Providers {
    let mut providers = Providers::default();
    for (at, name, value) in table.entries() {
        let same = |known: &&String| known.eq_ignore_ascii_case(name);
        let problem = if let Some(known) = providers.names.iter().find(same) {
            Some(format!(
                "differs from the provider {} only in case",
                shown(known)
            ))
        } else {
            name_problem(name).map(str::to_owned)
        };
        if let Some(problem) = problem {
            value.reader.mistake(at, value.member.clone(), problem);
        } else {
            providers.names.push(name.to_owned());
            providers.places.push(at);
        }
        providers.configs.extend(provider(name, &value));
    }
    providers
}

/// Returns the reason why a provider cannot have this name.
fn name_problem(name: &str) -> Option<&'static str> {
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.eq_ignore_ascii_case(Config::LOCAL) {
        Some("is the name of the embedded model's provider, which is built in; choose another name")
    } else if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(valid) {
        Some("must have 1 to 64 letters, digits, '-', '_' or '.'")
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        Some("must begin with a letter or a digit")
    } else {
        None
    }
}

fn provider(name: &str, value: &Value<'_>) -> Option<ProviderConfig> {
    let table = value.table()?;
    let protocol_value = table.require(
        "protocol",
        "protocol = \"responses\" or another of responses, chat, anthropic, gemini",
    );
    let protocol = protocol_value
        .as_ref()
        .and_then(|value| value.word(&Protocol::ALL.map(|protocol| (protocol.as_str(), protocol))));
    let url = table
        .require(
            "base_url",
            "base_url = \"https://api.openai.com/v1\" or another URL with the version",
        )
        .and_then(|value| {
            let url = base_url(value.string()?);
            url.map_err(|problem| value.mistake(problem)).ok()
        });
    let api_key = table.get("api_key").and_then(|value| {
        let key = secret(&value)?;
        let problem = header_problem(key.expose());
        if let Some(problem) = problem {
            value.mistake(problem);
        }
        Some(key)
    });
    let headers = table.get("headers").map(|value| headers(&value, protocol));
    let timeouts = table.get("timeouts").and_then(|value| timeouts(&value));
    let models = table.get("models").and_then(|value| models(&value));
    table.finish();
    let mut provider = ProviderConfig::new(name, protocol?, url?);
    provider.api_key = api_key;
    provider.headers = headers.unwrap_or_default();
    provider.timeouts = timeouts.unwrap_or_default();
    provider.models = models.unwrap_or(ServedModels::Listed);
    Some(provider)
}

fn timeouts(value: &Value<'_>) -> Option<UpstreamTimeouts> {
    let table = value.table()?;
    let defaults = UpstreamTimeouts::default();
    let timeout = |key, default| {
        let value = table.get(key);
        value.and_then(|value| positive(&value)).unwrap_or(default)
    };
    let timeouts = UpstreamTimeouts {
        connect: timeout("connect", defaults.connect),
        first_byte: timeout("first_byte", defaults.first_byte),
        idle: timeout("idle", defaults.idle),
    };
    table.finish();
    Some(timeouts)
}

/// Reads the names of models at the provider, or `["*"]`.
fn models(value: &Value<'_>) -> Option<ServedModels> {
    let names = value.strings(|value, name| {
        let valid = !name.contains(char::is_whitespace) && (name == "*" || !name.contains('*'));
        if !valid {
            value.mistake(format!("{} is not the name of a model, or *", shown(name)));
        }
        valid
    })?;
    if !names.iter().any(|name| name == "*") {
        return Some(ServedModels::Names(names));
    }
    if names.len() > 1 {
        value.mistake("has \"*\" and other names; \"*\" serves all of them");
    }
    Some(ServedModels::Any)
}
