//! `[[models]]`.

use orouter_wire::ReasoningEffort;

use super::date::seconds;
use super::endpoint::endpoints;
use super::provider::Providers;
use super::shown::shown;
use super::suggest::advice;
use super::value::{Table, Value};
use crate::config::endpoint::ModelConfig;
use crate::config::provider::ServedModels;

/// Maximum length of an id or an alias, in bytes.
pub(super) const MAX_ID: usize = 256;

/// Variants that change the routing of a model. They are not models of their own.
const ROUTING_VARIANTS: [&str; 4] = ["nitro", "floor", "online", "exacto"];

/// The values of `reasoning.effort`.
const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/// A name of a model, and its place.
struct Name {
    name: String,
    at: usize,
}

/// Reads the models. Ids and aliases of all models must differ, ignoring ASCII case.
pub(super) fn models(tables: Vec<Table<'_>>, providers: &Providers) -> Vec<ModelConfig> {
    let mut names: Vec<Name> = Vec::new();
    let mut models = Vec::new();
    for table in tables {
        models.extend(model(table, providers, &mut names));
    }
    models
}

fn model(table: Table<'_>, providers: &Providers, names: &mut Vec<Name>) -> Option<ModelConfig> {
    let id = table
        .require("id", "id = \"author/slug\"")
        .and_then(|value| {
            let id = value.text()?;
            if let Some(problem) = id_problem(id) {
                value.mistake(format!("{} {problem}", shown(id)));
                return None;
            }
            add(names, &value, id).then(|| id.to_owned())
        });
    let text = |key| {
        table
            .get(key)
            .and_then(|value| value.text().map(str::to_owned))
    };
    let mut config = ModelConfig::new(id.clone().unwrap_or_default());
    config.name = text("name");
    config.description = text("description");
    config.created = table.get("created").and_then(|value| seconds(&value));
    config.family = table.get("family").and_then(|value| family(&value));
    config.context_length = table.get("context_length").and_then(|value| value.count());
    config.supported_efforts = table
        .get("supported_efforts")
        .and_then(|value| efforts(&value));
    if let Some(value) = table.get("aliases") {
        let aliases = value.strings(|value, alias| {
            if let Some(problem) = alias_problem(alias) {
                value.mistake(format!("{} {problem}", shown(alias)));
                return false;
            }
            true
        });
        for alias in aliases.unwrap_or_default() {
            if add(names, &value, &alias) {
                config.aliases.push(alias);
            }
        }
    }
    let listed = table.get("endpoints");
    let tables = listed.as_ref().map(Value::tables).unwrap_or_default();
    let listed = listed.is_some_and(|value| !value.is_empty_list());
    config.endpoints = endpoints(tables, &config.id, providers);
    if let Some(id) = id
        .as_deref()
        .filter(|id| !listed && !is_served(id, providers))
    {
        let text = format!("the model {} has no [[models.endpoints]]", shown(id));
        table.reader.doubtful(table.at, table.member.clone(), text);
    }
    table.finish();
    id.map(|_| config)
}

/// Adds a name, or reports that another model has it.
fn add(names: &mut Vec<Name>, value: &Value<'_>, name: &str) -> bool {
    if let Some(known) = names
        .iter()
        .find(|known| known.name.eq_ignore_ascii_case(name))
    {
        let place = value.reader.place(known.at);
        value.mistake(format!(
            "the name {} occurs twice, first at {place}",
            shown(name)
        ));
        return false;
    }
    names.push(Name {
        name: name.to_owned(),
        at: value.at,
    });
    true
}

/// Returns `true` if a provider with this model's author serves it without an entry.
fn is_served(id: &str, providers: &Providers) -> bool {
    let Some((author, slug)) = id.split_once('/') else {
        return false;
    };
    let serves = |models: &ServedModels| match models {
        ServedModels::Listed => false,
        ServedModels::Any => true,
        ServedModels::Names(names) => names.iter().any(|name| name.eq_ignore_ascii_case(slug)),
    };
    providers
        .configs
        .iter()
        .any(|provider| provider.name.eq_ignore_ascii_case(author) && serves(&provider.models))
}

/// Returns the end of a sentence that says why a text cannot be the id of a model.
pub(super) fn id_problem(id: &str) -> Option<String> {
    if let Some(problem) = alias_problem(id) {
        return Some(problem);
    }
    let parts: Vec<&str> = id.split('/').collect();
    let (Some(author), Some(slug), false) = (
        parts.first(),
        parts.get(1),
        parts.iter().any(|part| part.is_empty()),
    ) else {
        return Some("is not a model id; write author/slug, as in openai/gpt-4o".to_owned());
    };
    if author.contains(':') || slug.starts_with(':') {
        return Some("is not a model id; write author/slug:variant".to_owned());
    }
    None
}

/// Returns the end of a sentence that says why a text cannot be a name of a model.
fn alias_problem(name: &str) -> Option<String> {
    if name.len() > MAX_ID {
        return Some(format!("is longer than {MAX_ID} bytes"));
    }
    if name.contains(char::is_whitespace) {
        return Some("contains white space".to_owned());
    }
    if name.starts_with('~') {
        return Some("begins with ~, which is reserved for ~author/family-latest".to_owned());
    }
    if name.contains(['*', '?', '#', '%', '\\']) {
        return Some("contains a character that a model's name cannot have".to_owned());
    }
    let variant = name.rsplit_once(':').map(|(_, variant)| variant);
    ROUTING_VARIANTS
        .into_iter()
        .find(|known| variant.is_some_and(|variant| variant.eq_ignore_ascii_case(known)))
        .map(|known| format!("ends with :{known}, which requests use to change the routing"))
}

/// Reads the reasoning efforts that a model supports.
fn efforts(value: &Value<'_>) -> Option<Vec<ReasoningEffort>> {
    let words = value.strings(|value, word| {
        let known = EFFORTS.contains(&word);
        if !known {
            value.mistake(format!(
                "{} is not one of {}{}",
                shown(word),
                EFFORTS.join(", "),
                advice(word, EFFORTS)
            ));
        }
        known
    })?;
    Some(words.iter().map(|word| word.as_str().into()).collect())
}

/// Reads a family of models.
fn family(value: &Value<'_>) -> Option<String> {
    let family = value.text()?;
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !family.chars().all(valid) || family.len() > 64 {
        value.mistake(format!(
            "{} is not a family: it must have 1 to 64 letters, digits, '-', '_' or '.', as in gpt for ~openai/gpt-latest",
            shown(family)
        ));
        return None;
    }
    Some(family.to_owned())
}
