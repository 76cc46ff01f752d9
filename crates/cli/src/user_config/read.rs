//! Reads the values of the file, and reports unknown keys and wrong values with their places.

use std::collections::BTreeMap;
use std::path::Path;

use orouter_server::config::ConfigMessage;
use toml_edit::{Document, Item, TableLike, Value};

use super::message::{advice, place};
use super::settings::{KEYS, UserConfig};
use crate::{embedded, server_url};

/// Reads the text of the file. `path` is its name in messages.
///
/// Returns the values without mistakes, and the mistakes in the order of their places.
pub(super) fn read(text: &str, path: &Path) -> (UserConfig, Vec<ConfigMessage>) {
    let mut reader = Reader {
        text,
        source: path.display().to_string(),
        mistakes: Vec::new(),
    };
    let mut config = UserConfig {
        path: path.to_path_buf(),
        ..UserConfig::default()
    };
    match Document::parse(text) {
        Ok(document) => reader.root(document.as_table(), &mut config),
        Err(error) => {
            let at = error.span().map_or(text.len(), |span| span.start);
            // `Display` of the error also quotes the line.
            reader.mistake(at, "", error.message().to_owned());
        }
    }
    let mut mistakes = reader.mistakes;
    mistakes.sort_by_key(|(at, _)| *at);
    (
        config,
        mistakes.into_iter().map(|(_, message)| message).collect(),
    )
}

struct Reader<'t> {
    text: &'t str,
    source: String,
    /// The mistakes and the offsets of their places.
    mistakes: Vec<(usize, ConfigMessage)>,
}

/// A value and the path of its key.
struct Found<'a> {
    member: String,
    at: usize,
    item: &'a Item,
}

impl Reader<'_> {
    fn root(&mut self, table: &dyn TableLike, config: &mut UserConfig) {
        for (key, item) in table.iter() {
            let found = Found::new(key.to_owned(), item);
            match key {
                "model" => config.model = self.word(&found),
                "base_url" => config.base_url = self.url(&found),
                "instructions" => config.instructions = self.text(&found).map(str::to_owned),
                "temperature" => config.temperature = self.number(&found, 2.0),
                "max_output_tokens" => config.max_output_tokens = self.integer(&found, 1),
                "seed" => config.seed = self.integer(&found, i64::MIN),
                "usage" => config.usage = self.flag(&found),
                "history" => config.history = self.flag(&found),
                "key_command" => config.key_command = self.text(&found).map(str::to_owned),
                "aliases" => config.aliases = self.aliases(&found),
                _ => {
                    let at = table.key(key).and_then(toml_edit::Key::span);
                    let at = at.map_or(found.at, |span| span.start);
                    let advice = advice(key, &KEYS.map(|(name, _)| name));
                    self.mistake(at, &found.member, format!("unknown key{advice}"));
                }
            }
        }
    }

    fn aliases(&mut self, found: &Found<'_>) -> BTreeMap<String, String> {
        let Some(table) = found.item.as_table_like() else {
            self.wrong_type(
                found,
                "a table: write [aliases], and a line NAME = \"MODEL\" for each",
            );
            return BTreeMap::new();
        };
        let mut aliases = BTreeMap::new();
        for (name, item) in table.iter() {
            let found = Found::new(format!("aliases.{name}"), item);
            if name.trim().is_empty() || name.chars().any(char::is_whitespace) {
                self.mistake(found.at, &found.member, "the name is empty or has spaces");
            } else if embedded::serves(name) {
                let text = "is a name of the embedded model; choose another name";
                self.mistake(found.at, &found.member, text);
            } else if let Some(model) = self.word(&found) {
                if table.get(&model).is_some() && model != name {
                    let text = format!("{model:?} is another alias; write the name of the model");
                    self.mistake(found.at, &found.member, text);
                } else {
                    aliases.insert(name.to_owned(), model);
                }
            }
        }
        aliases
    }

    fn text<'a>(&mut self, found: &Found<'a>) -> Option<&'a str> {
        let Some(text) = found.item.as_str() else {
            self.wrong_type(found, "a string");
            return None;
        };
        if text.trim().is_empty() {
            self.mistake(
                found.at,
                &found.member,
                "is empty; remove the key or set a value",
            );
            return None;
        }
        Some(text)
    }

    /// Returns a string without spaces and control characters.
    fn word(&mut self, found: &Found<'_>) -> Option<String> {
        let text = self.text(found)?;
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            let text = "has a space or a control character; write the name of a model";
            self.mistake(found.at, &found.member, text);
            return None;
        }
        Some(text.to_owned())
    }

    fn url(&mut self, found: &Found<'_>) -> Option<String> {
        let text = self.text(found)?;
        match server_url::normalized(text) {
            Ok(_) => Some(text.trim().to_owned()),
            Err(reason) => {
                self.mistake(found.at, &found.member, reason);
                None
            }
        }
    }

    fn flag(&mut self, found: &Found<'_>) -> Option<bool> {
        let flag = found.item.as_bool();
        if flag.is_none() {
            self.wrong_type(found, "true or false");
        }
        flag
    }

    /// Returns a number from 0 to `maximum`.
    fn number(&mut self, found: &Found<'_>, maximum: f64) -> Option<f64> {
        let integer = found.item.as_integer();
        let Some(number) = found
            .item
            .as_float()
            .or(integer.map(|number| number as f64))
        else {
            self.wrong_type(found, "a number");
            return None;
        };
        if (0.0..=maximum).contains(&number) {
            return Some(number);
        }
        let text = format!("must be a number from 0 to {maximum}");
        self.mistake(found.at, &found.member, text);
        None
    }

    /// Returns an integer of at least `minimum`.
    fn integer<T: TryFrom<i64>>(&mut self, found: &Found<'_>, minimum: i64) -> Option<T> {
        let Some(number) = found.item.as_integer() else {
            self.wrong_type(found, "an integer");
            return None;
        };
        if number < minimum {
            self.mistake(
                found.at,
                &found.member,
                format!("must be at least {minimum}"),
            );
            return None;
        }
        let number = T::try_from(number).ok();
        if number.is_none() {
            self.mistake(found.at, &found.member, "is too large");
        }
        number
    }

    /// Reports a value of another type. The value is not shown: it could be a secret.
    fn wrong_type(&mut self, found: &Found<'_>, expected: &str) {
        let text = format!("must be {expected}, not {}", kind(found.item));
        self.mistake(found.at, &found.member, text);
    }

    fn mistake(&mut self, at: usize, member: &str, text: impl Into<String>) {
        let place = Some(place(self.text, at));
        let message = ConfigMessage::new(self.source.clone(), place, member, text);
        self.mistakes.push((at, message));
    }
}

impl<'a> Found<'a> {
    fn new(member: String, item: &'a Item) -> Self {
        let at = item.span().map_or(0, |span| span.start);
        Self { member, at, item }
    }
}

/// Names the type of a value.
fn kind(item: &Item) -> &'static str {
    match item {
        Item::Value(Value::String(_)) => "a string",
        Item::Value(Value::Integer(_)) => "an integer",
        Item::Value(Value::Float(_)) => "a number",
        Item::Value(Value::Boolean(_)) => "a boolean",
        Item::Value(Value::Datetime(_)) => "a date",
        Item::Value(Value::Array(_)) => "a list",
        Item::Value(Value::InlineTable(_)) | Item::Table(_) => "a table",
        Item::ArrayOfTables(_) => "a list of tables",
        Item::None => "nothing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let (_, mistakes) = read(text, Path::new("c.toml"));
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn values_are_read() {
        let text = r#"
            model = "fast"
            base_url = "http://127.0.0.1:8080/api/v1"
            instructions = """Answer
briefly."""
            temperature = 1
            max_output_tokens = 500
            seed = -7
            history = false
            usage = true
            key_command = "pass show openrouter"
            aliases.fast = "openai/gpt-4o-mini"
            aliases."gpt-4.1" = "openai/gpt-4.1"
        "#;
        let (config, mistakes) = read(text, Path::new("c.toml"));
        assert_eq!(mistakes, []);
        assert_eq!(config.model.as_deref(), Some("fast"));
        assert_eq!(config.instructions.as_deref(), Some("Answer\nbriefly."));
        assert_eq!((config.temperature, config.seed), (Some(1.0), Some(-7)));
        assert_eq!((config.usage, config.history), (Some(true), Some(false)));
        assert_eq!(config.aliases.len(), 2);
        assert_eq!(read("", Path::new("")).1, []);
    }

    #[test]
    fn each_mistake_has_a_place_and_advice() {
        for (text, expected) in [
            (
                "modle = \"a\"",
                "c.toml:1:1: modle: unknown key; did you mean \"model\"?",
            ),
            (
                "\n  usage = \"yes\"",
                "c.toml:2:11: usage: must be true or false, not a string",
            ),
            (
                "model = 5",
                "c.toml:1:9: model: must be a string, not an integer",
            ),
            (
                "model = \"\"",
                "c.toml:1:9: model: is empty; remove the key or set a value",
            ),
            (
                "temperature = 2.5",
                "c.toml:1:15: temperature: must be a number from 0 to 2",
            ),
            (
                "temperature = nan",
                "c.toml:1:15: temperature: must be a number from 0 to 2",
            ),
            (
                "temperature = \"1\"",
                "c.toml:1:15: temperature: must be a number, not a string",
            ),
            (
                "max_output_tokens = 0",
                "c.toml:1:21: max_output_tokens: must be at least 1",
            ),
            (
                "max_output_tokens = 99999999999",
                "c.toml:1:21: max_output_tokens: is too large",
            ),
            (
                "seed = 1.5",
                "c.toml:1:8: seed: must be an integer, not a number",
            ),
            (
                "[[aliases]]",
                "c.toml:1:1: aliases: must be a table: write [aliases], and a line NAME = \"MODEL\" for each, not a list of tables",
            ),
            (
                "[aliases]\nlocal = \"a/b\"",
                "c.toml:2:9: aliases.local: is a name of the embedded model; choose another name",
            ),
            (
                "[aliases]\na = \"b\"\nb = \"c/d\"",
                "c.toml:2:5: aliases.a: \"b\" is another alias; write the name of the model",
            ),
        ] {
            assert_eq!(mistakes(text), [expected], "{text}");
        }
        let found = mistakes("base_url = \"localhost:8080\"");
        assert!(
            found
                .concat()
                .starts_with("c.toml:1:12: base_url: must start with http://"),
            "{found:?}"
        );
        // All mistakes, in the order of the file.
        let found = mistakes("usage = 1\nmodle = \"a\"\nseed = \"x\"");
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn a_syntax_error_does_not_quote_the_line() {
        let found = mistakes("usage = true\nkey_command = \"sk-secret\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found.concat().starts_with("c.toml:2:"), "{found:?}");
        assert!(!found.concat().contains("secret"), "{found:?}");
    }
}
