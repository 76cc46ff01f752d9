//! Changes single keys of the file. Comments, order and layout stay.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::file::{read_text, reported};
use super::message::advice;
use super::read;
use super::settings::{KEYS, UserConfig};
use crate::exit::CommandError;
use crate::private_file;

/// The file while it is changed.
#[derive(Debug)]
pub(crate) struct Edit {
    path: PathBuf,
    document: DocumentMut,
}

impl Edit {
    /// Reads the user's file. Without a file, starts with an empty one.
    ///
    /// # Errors
    /// A usage error if the file is not TOML. Other mistakes can be corrected by changes.
    pub(crate) fn open() -> Result<Self, CommandError> {
        let path = UserConfig::default_path()?;
        let text = read_text(&path)?.unwrap_or_default();
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: PathBuf) -> Result<Self, CommandError> {
        match text.parse::<DocumentMut>() {
            Ok(document) => Ok(Self { path, document }),
            Err(_) => Err(reported(&read::read(text, &path).1)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the value of a key, a string without quotes; `None` if it is not set.
    pub(crate) fn get(&self, key: &str) -> Result<Option<String>, CommandError> {
        let key = Key::parse(key, &self.document)?;
        let item = match key.alias {
            None => self.document.get(key.name),
            Some(alias) => {
                let aliases = self.document.get(key.name).and_then(Item::as_table_like);
                aliases.and_then(|aliases| aliases.get(alias))
            }
        };
        Ok(
            item.map(|item| match (item.as_str(), item.as_table_like()) {
                (Some(text), _) => text.to_owned(),
                (None, Some(table)) => lines("", table).join("\n"),
                (None, None) => shown(item),
            }),
        )
    }

    /// Returns all keys as lines `key = value`; aliases as `aliases.fast = value`.
    pub(crate) fn lines(&self) -> Vec<String> {
        lines("", self.document.as_table())
    }

    /// Sets a key. The value is a string, a number, or `true` or `false`, as the key requires.
    ///
    /// # Errors
    /// A usage error for an unknown key or an unusable value.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), CommandError> {
        let parsed = Key::parse(key, &self.document)?;
        if !KEYS.iter().any(|(known, _)| *known == parsed.name) {
            return Err(unknown(parsed.name));
        }
        if parsed.name == "aliases" && parsed.alias.is_none() {
            return Err(CommandError::usage(
                "aliases is a table; set one of its names, as in aliases.fast",
            ));
        }
        let other = value.parse::<Value>().ok().filter(|value| !value.is_str());
        let mut outcome = self.with(parsed, Value::from(value));
        if let (Err(_), Some(other)) = (&outcome, other) {
            outcome = self.with(parsed, other);
        }
        self.document = outcome?;
        Ok(())
    }

    /// Removes a key. Returns `false` if it is not set.
    pub(crate) fn unset(&mut self, key: &str) -> Result<bool, CommandError> {
        let key = Key::parse(key, &self.document)?;
        let Some(alias) = key.alias else {
            return Ok(self.document.remove(key.name).is_some());
        };
        let Some(aliases) = self
            .document
            .get_mut(key.name)
            .and_then(Item::as_table_like_mut)
        else {
            return Ok(false);
        };
        Ok(aliases.remove(alias).is_some())
    }

    /// Writes the file, which only the user can read.
    pub(crate) fn save(&self) -> Result<(), CommandError> {
        private_file::replace(&self.path, self.document.to_string().as_bytes()).map_err(|error| {
            CommandError::failed(format!("cannot write {}: {error}", self.path.display()))
        })
    }

    /// Returns the document with a value.
    fn with(&self, key: Key<'_>, value: Value) -> Result<DocumentMut, CommandError> {
        let mut document = self.document.clone();
        match key.alias {
            None => put(document.as_table_mut(), key.name, value),
            Some(alias) => {
                let aliases = document
                    .entry(key.name)
                    .or_insert(Item::Table(Table::new()));
                match aliases.as_table_like_mut() {
                    Some(aliases) => put(aliases, alias, value),
                    None => {
                        return Err(CommandError::usage(format!(
                            "aliases is not a table in {}; remove it with `orouter config unset aliases`",
                            self.path.display()
                        )));
                    }
                }
            }
        }
        let member = match key.alias {
            None => key.name.to_owned(),
            Some(alias) => format!("aliases.{alias}"),
        };
        let (_, mistakes) = read::read(&document.to_string(), &self.path);
        match mistakes.iter().find(|mistake| mistake.member == member) {
            Some(mistake) => Err(CommandError::usage(format!("{member}: {}", mistake.text))),
            None => Ok(document),
        }
    }
}

/// A key in the words of the user: `model`, `aliases.fast`.
#[derive(Clone, Copy)]
struct Key<'k> {
    name: &'k str,
    /// The rest of `aliases.gpt-4.1`.
    alias: Option<&'k str>,
}

impl<'k> Key<'k> {
    /// Parses a key. Keys that the file has are accepted too, so that they can be removed.
    fn parse(text: &'k str, document: &DocumentMut) -> Result<Self, CommandError> {
        if let Some(("aliases", alias)) = text.split_once('.') {
            return Ok(Self {
                name: "aliases",
                alias: Some(alias),
            });
        }
        if KEYS.iter().any(|(known, _)| *known == text) || document.contains_key(text) {
            return Ok(Self {
                name: text,
                alias: None,
            });
        }
        Err(unknown(text))
    }
}

fn unknown(key: &str) -> CommandError {
    let advice = advice(key, &KEYS.map(|(name, _)| name));
    CommandError::usage(format!("unknown key {key:?}{advice}"))
}

/// Sets a value, and keeps the comments beside and above an earlier one.
fn put(table: &mut dyn TableLike, key: &str, mut value: Value) {
    match table.get_mut(key) {
        Some(item) => {
            if let Some(earlier) = item.as_value() {
                *value.decor_mut() = earlier.decor().clone();
            }
            *item = Item::Value(value);
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

fn lines(prefix: &str, table: &dyn TableLike) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, item) in table.iter() {
        match item.as_table_like() {
            Some(table) => lines.extend(self::lines(&format!("{prefix}{key}."), table)),
            None => lines.push(format!("{prefix}{key} = {}", shown(item))),
        }
    }
    lines
}

/// Returns a value as TOML, without comments.
fn shown(item: &Item) -> String {
    match item.as_value() {
        Some(value) => {
            let mut value = value.clone();
            value.decor_mut().clear();
            value.to_string()
        }
        None => item.to_string().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str) -> Edit {
        Edit::parse(text, PathBuf::from("c.toml")).unwrap()
    }

    #[test]
    fn comments_and_layout_stay() {
        let text = "# my settings\n\nmodel = 'a/b'   # the cheap one\n\n# names\n[aliases]\nfast = \"c/d\" # quick\n# end\n";
        let mut edit = edit(text);
        edit.set("model", "e/f").unwrap();
        edit.set("aliases.fast", "g/h").unwrap();
        edit.set("aliases.gpt-4.1", "openai/gpt-4.1").unwrap();
        edit.set("usage", "true").unwrap();
        let changed = edit.document.to_string();
        assert_eq!(
            changed,
            "# my settings\n\nmodel = \"e/f\"   # the cheap one\nusage = true\n\n# names\n[aliases]\nfast = \"g/h\" # quick\n\"gpt-4.1\" = \"openai/gpt-4.1\"\n# end\n"
        );
        assert!(edit.unset("usage").unwrap());
        assert!(!edit.unset("usage").unwrap());
        assert!(edit.unset("aliases.gpt-4.1").unwrap());
        assert_eq!(edit.get("model").unwrap().as_deref(), Some("e/f"));
        assert_eq!(edit.get("aliases.fast").unwrap().as_deref(), Some("g/h"));
        assert_eq!(edit.get("seed").unwrap(), None);
        assert_eq!(edit.lines(), ["model = \"e/f\"", "aliases.fast = \"g/h\""]);
    }

    #[test]
    fn values_have_the_type_of_their_key() {
        let mut edit = edit("");
        for (key, value, line) in [
            ("model", "5", "model = \"5\""),
            ("model", "true", "model = \"true\""),
            (
                "instructions",
                "Say \"hi\".",
                "instructions = 'Say \"hi\".'",
            ),
            ("temperature", "0.5", "temperature = 0.5"),
            ("temperature", "1", "temperature = 1"),
            ("seed", "7", "seed = 7"),
            ("usage", "false", "usage = false"),
        ] {
            edit.set(key, value).unwrap();
            assert!(
                edit.lines().contains(&line.to_owned()),
                "{line}: {:?}",
                edit.lines()
            );
        }
        let before = edit.lines();
        for (key, value, expected) in [
            ("usage", "yes", "usage: must be true or false, not a string"),
            (
                "temperature",
                "3",
                "temperature: must be a number from 0 to 2",
            ),
            (
                "temperature",
                "warm",
                "temperature: must be a number, not a string",
            ),
            ("seed", "x", "seed: must be an integer, not a string"),
            (
                "modle",
                "a",
                "unknown key \"modle\"; did you mean \"model\"?",
            ),
            (
                "aliases",
                "a",
                "aliases is a table; set one of its names, as in aliases.fast",
            ),
            ("aliases.", "a", "aliases.: the name is empty or has spaces"),
            (
                "model.name",
                "a",
                "unknown key \"model.name\"; did you mean \"model\"?",
            ),
        ] {
            let failure = edit.set(key, value).unwrap_err();
            assert_eq!(failure.message, expected);
        }
        assert_eq!(edit.lines(), before, "a refused value changes nothing");
    }

    #[test]
    fn mistakes_of_the_file_can_be_corrected() {
        let mut edit = edit("modle = \"a\"\nusage = \"yes\"\n");
        assert!(edit.unset("modle").unwrap());
        edit.set("usage", "true").unwrap();
        assert_eq!(edit.document.to_string(), "usage = true\n");
        assert!(edit.set("modle", "b").is_err());
    }
}
