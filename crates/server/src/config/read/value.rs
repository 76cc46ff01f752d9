//! [`Value`] and [`Table`]: values of the file with their places. They report wrong types, unknown
//! keys and missing members.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::Reader;
use super::shown::shown;
use super::suggest::advice;
use crate::quote::{quote, quote_list};

/// Maximum number of known words that a message lists.
const LISTED: usize = 20;

/// A value of the file.
#[derive(Clone)]
pub(super) struct Value<'a> {
    pub(super) reader: &'a Reader<'a>,
    /// Path of the member: `providers.openai.base_url`.
    pub(super) member: String,
    /// Offset of the value's first byte.
    pub(super) at: usize,
    pub(super) value: &'a DeValue<'a>,
}

impl<'a> Value<'a> {
    fn new(reader: &'a Reader<'a>, member: String, value: &'a Spanned<DeValue<'a>>) -> Self {
        Self {
            reader,
            member,
            at: value.span().start,
            value: value.get_ref(),
        }
    }

    /// Reports a mistake in the value.
    pub(super) fn mistake(&self, text: impl Into<String>) {
        self.reader
            .mistake(self.at, self.member.clone(), text.into());
    }

    /// Reports a fact about the value that is no mistake.
    pub(super) fn warning(&self, text: impl Into<String>) {
        self.reader
            .warning(self.at, self.member.clone(), text.into());
    }

    /// Reports a value of another type. The value itself is not shown: it could be a secret.
    pub(super) fn wrong_type(&self, expected: &str) {
        self.mistake(format!("must be {expected}, not {}", kind(self.value)));
    }

    pub(super) fn string(&self) -> Option<&'a str> {
        match self.value {
            DeValue::String(text) => Some(text.as_ref()),
            _ => {
                self.wrong_type("a string");
                None
            }
        }
    }

    /// Returns a string that is not blank and has no control characters.
    pub(super) fn text(&self) -> Option<&'a str> {
        let text = self.string()?;
        if text.trim().is_empty() {
            self.mistake("is empty");
            return None;
        }
        if text.chars().any(char::is_control) {
            self.mistake("contains a control character");
            return None;
        }
        Some(text)
    }

    /// Parses a string. The error of `parse` continues a sentence that
    /// begins with the text.
    pub(super) fn parsed<T>(&self, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.string()?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.mistake(format!("{} {reason}", shown(text)));
                None
            }
        }
    }

    /// Returns the member of `words` that the value is, ignoring case.
    pub(super) fn word<T: Copy>(&self, words: &[(&'static str, T)]) -> Option<T> {
        self.parsed(|text| {
            let known = words
                .iter()
                .find(|(word, _)| word.eq_ignore_ascii_case(text));
            known.map(|(_, value)| *value).ok_or_else(|| {
                let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                format!("is not {}", quote_list(&names, LISTED))
            })
        })
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(value) => Some(*value),
            _ => {
                self.wrong_type("true or false");
                None
            }
        }
    }

    /// Returns an integer of at least 1.
    pub(super) fn count<T: TryFrom<u64>>(&self) -> Option<T> {
        let DeValue::Integer(integer) = self.value else {
            self.wrong_type("an integer");
            return None;
        };
        match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if number < 1 => {
                self.mistake("must be at least 1");
                None
            }
            Ok(number) => {
                let number = u64::try_from(number).ok().and_then(|n| T::try_from(n).ok());
                if number.is_none() {
                    self.mistake("is too large");
                }
                number
            }
            Err(_) => {
                self.mistake("is too large");
                None
            }
        }
    }

    /// Returns a number from 0 to `maximum`, in `unit`.
    pub(super) fn amount(&self, maximum: f64, unit: &str) -> Option<f64> {
        let number = match self.value {
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
                .map_or(f64::INFINITY, |number| number as f64),
            DeValue::Float(float) => float.as_str().parse().unwrap_or(f64::NAN),
            DeValue::String(_) => {
                self.mistake("must be a number without quotes");
                return None;
            }
            _ => {
                self.wrong_type("a number");
                return None;
            }
        };
        let problem = if number.is_nan() {
            "must be a number, not nan".to_owned()
        } else if number < 0.0 {
            "must not be negative".to_owned()
        } else if number > maximum {
            format!("must be at most {maximum} {unit}")
        } else {
            return Some(number);
        };
        self.mistake(problem);
        None
    }

    /// Returns the elements of a list.
    pub(super) fn list(&self) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(values) = self.value else {
            self.wrong_type("a list");
            return None;
        };
        let element =
            |(index, value)| Value::new(self.reader, format!("{}[{index}]", self.member), value);
        Some(values.iter().enumerate().map(element).collect())
    }

    pub(super) fn is_empty_list(&self) -> bool {
        matches!(self.value, DeValue::Array(values) if values.is_empty())
    }

    /// Returns the strings of a list, without duplicates. `check` reports the problems of a
    /// string and returns `true` if the string is kept.
    pub(super) fn strings(&self, check: impl Fn(&Value<'a>, &str) -> bool) -> Option<Vec<String>> {
        let mut strings: Vec<String> = Vec::new();
        for value in self.list()? {
            let Some(text) = value.text() else {
                continue;
            };
            if strings.iter().any(|known| known.eq_ignore_ascii_case(text)) {
                value.mistake(format!("{} occurs twice in the list", shown(text)));
            } else if check(&value, text) {
                strings.push(text.to_owned());
            }
        }
        Some(strings)
    }

    pub(super) fn table(&self) -> Option<Table<'a>> {
        let DeValue::Table(table) = self.value else {
            self.wrong_type("a table");
            return None;
        };
        Some(Table::new(self.reader, self.member.clone(), self.at, table))
    }

    /// Returns the tables of a list of tables.
    pub(super) fn tables(&self) -> Vec<Table<'a>> {
        match self.value {
            DeValue::Array(_) => {
                let values = self.list().unwrap_or_default();
                values.iter().filter_map(Value::table).collect()
            }
            DeValue::Table(_) => {
                let name = &self.member;
                // A header of a list in a list has the names of both.
                let name: String = name
                    .split('[')
                    .map(|part| match part.split_once(']') {
                        Some((_, after)) => after,
                        None => part,
                    })
                    .collect();
                self.mistake(format!(
                    "must be a list of tables: write [[{name}]] with two brackets"
                ));
                Vec::new()
            }
            _ => {
                self.wrong_type("a list of tables");
                Vec::new()
            }
        }
    }
}

/// A table of the file.
pub(super) struct Table<'a> {
    pub(super) reader: &'a Reader<'a>,
    /// Path of the table: `providers.openai`. Empty for the whole file.
    pub(super) member: String,
    /// Offset of the table's header or first brace.
    pub(super) at: usize,
    table: &'a DeTable<'a>,
    /// The keys that were asked for.
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        reader: &'a Reader<'a>,
        member: String,
        at: usize,
        table: &'a DeTable<'a>,
    ) -> Self {
        Self {
            reader,
            member,
            at,
            table,
            known: RefCell::default(),
        }
    }

    /// Returns the value of a member, and makes its name known.
    pub(super) fn get(&self, key: &'static str) -> Option<Value<'a>> {
        self.known.borrow_mut().push(key);
        let value = self.table.get(key)?;
        Some(Value::new(self.reader, self.path(key), value))
    }

    /// Returns the value of a member, or reports that it is missing. `example` is a line that sets
    /// it.
    pub(super) fn require(&self, key: &'static str, example: &str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            let text = format!("is missing; write {example}");
            self.reader.doubtful(self.at, self.path(key), text);
        }
        value
    }

    /// Returns the members in the order of the file: the offset of the name, the name, the value.
    pub(super) fn entries(&self) -> Vec<(usize, &'a str, Value<'a>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| {
                let name = key.get_ref().as_ref();
                let value = Value::new(self.reader, self.path(name), value);
                (key.span().start, name, value)
            })
            .collect();
        entries.sort_by_key(|(at, ..)| *at);
        entries
    }

    /// Reports the keys that nothing asked for.
    pub(super) fn finish(self) {
        let known = self.known.borrow();
        for (at, name, value) in self.entries() {
            if !known.contains(&name) {
                let mut advice = advice(name, known.iter().copied());
                if advice.is_empty() {
                    advice = format!("; known: {}", known.join(", "));
                }
                let text = format!("unknown key{advice}");
                if self.member.is_empty() {
                    self.reader.doubtful(at, value.member, text);
                } else {
                    self.reader.mistake(at, value.member, text);
                }
            }
        }
    }

    fn path(&self, key: &str) -> String {
        if self.member.is_empty() {
            quote(key)
        } else {
            format!("{}.{}", self.member, quote(key))
        }
    }
}

/// Names the type of a value.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
