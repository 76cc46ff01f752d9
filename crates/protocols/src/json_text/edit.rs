//! [`edit()`]: changes members of an object in its text.

use std::borrow::Cow;
use std::ops::Range;

use bytes::{BufMut, BytesMut};

use super::members::members;

/// A change to one member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit<'a> {
    name: &'a str,
    change: Change<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change<'a> {
    Set(Cow<'a, str>),
    Default(Cow<'a, str>),
    Remove,
}

impl<'a> Edit<'a> {
    /// Replaces the value of the member, or adds the member at the end. `json` must be JSON.
    pub fn set(name: &'a str, json: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name,
            change: Change::Set(json.into()),
        }
    }

    /// Adds the member at the end, unless the object has it. `json` must be JSON.
    pub fn default(name: &'a str, json: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name,
            change: Change::Default(json.into()),
        }
    }

    /// Returns the name of the member.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Returns the maximum number of bytes that the edit adds.
    pub(super) fn room(&self) -> usize {
        match &self.change {
            Change::Set(json) | Change::Default(json) => self.name.len() + json.len() + 4,
            Change::Remove => 0,
        }
    }

    /// Removes the member.
    #[must_use]
    pub fn remove(name: &'a str) -> Self {
        Self {
            name,
            change: Change::Remove,
        }
    }
}

/// Returns the object with its members changed. All other bytes stay, except for what precedes and
/// follows the object. A repeated member is changed wherever it stands. `None` if `text` is not an
/// object.
///
/// At most 64 edits, one for each name. Names are plain: they contain no character that JSON escapes.
///
/// ```
/// use orouter_protocols::json_text::{Edit, edit};
///
/// let text = r#"{"model": "a", "n": 1.50, "store":true}"#;
/// let edits = [Edit::set("model", "\"b\""), Edit::remove("store"), Edit::set("x", "2")];
/// assert_eq!(edit(text, &edits).unwrap(), r#"{"model": "b", "n": 1.50,"x":2}"#);
/// ```
#[must_use]
pub fn edit(text: &str, edits: &[Edit<'_>]) -> Option<String> {
    let mut out = BytesMut::with_capacity(text.len() + 64);
    edit_into(text, edits, &mut out)?;
    String::from_utf8(Vec::from(out)).ok()
}

/// Does the same as [`edit()`], and returns the text unchanged if it is not an object.
#[must_use]
pub fn edited<'a>(text: &'a str, edits: &[Edit<'_>]) -> Cow<'a, str> {
    edit(text, edits).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Appends the object with its members changed to `out`, as [`edit()`] does. If it returns `None`,
/// `out` is as it was.
pub fn edit_into(text: &str, edits: &[Edit<'_>], out: &mut BytesMut) -> Option<()> {
    let before = out.len();
    let done = append(text, edits, out);
    if done.is_none() {
        out.truncate(before);
    }
    done
}

fn append(text: &str, edits: &[Edit<'_>], out: &mut BytesMut) -> Option<()> {
    let mut found = members(text)?;
    let mut editor = Editor::new(text.as_bytes(), found.offset(), edits, out)?;
    for member in found.by_ref() {
        editor.member(member.name.as_bytes(), member.start, &member.value)?;
    }
    editor.finish(found.end()?)
}

/// Writes an object with its members changed.
pub(super) struct Editor<'a> {
    text: &'a [u8],
    edits: &'a [Edit<'a>],
    out: &'a mut BytesMut,
    /// Text before this offset has been written or removed.
    copied: usize,
    previous_end: usize,
    /// `true` once a member was kept.
    kept: bool,
    /// `true` while all members so far were removed.
    at_start: bool,
    /// One bit for each edit whose member was not found.
    missing: u64,
}

impl<'a> Editor<'a> {
    /// `start` is the offset after the opening brace.
    pub(super) fn new(
        text: &'a [u8],
        start: usize,
        edits: &'a [Edit<'a>],
        out: &'a mut BytesMut,
    ) -> Option<Self> {
        Some(Self {
            text,
            edits,
            out,
            copied: start.checked_sub(1)?,
            previous_end: start,
            kept: false,
            at_start: false,
            missing: u64::MAX,
        })
    }

    fn copy_to(&mut self, end: usize) -> Option<()> {
        self.out.put_slice(self.text.get(self.copied..end)?);
        Some(())
    }

    /// Takes the next member: its name, the offset of the quote before the name, and its value.
    pub(super) fn member(&mut self, name: &[u8], start: usize, value: &Range<usize>) -> Option<()> {
        let edit = self
            .edits
            .iter()
            .zip(0_u32..)
            .find(|(edit, _)| edit.name.as_bytes() == name);
        if self.at_start {
            // All members before this one were removed, and the comma with them.
            self.copied = start;
        }
        match edit {
            Some((
                Edit {
                    change: Change::Remove,
                    ..
                },
                _,
            )) => {
                self.copy_to(if self.kept { self.previous_end } else { start })?;
                self.copied = value.end;
                self.at_start = !self.kept;
            }
            Some((Edit { change, .. }, number)) => {
                if let Change::Set(json) = change {
                    self.copy_to(value.start)?;
                    self.out.put_slice(json.as_bytes());
                    self.copied = value.end;
                }
                self.missing &= !1_u64.checked_shl(number).unwrap_or(0);
                (self.kept, self.at_start) = (true, false);
            }
            None => (self.kept, self.at_start) = (true, false),
        }
        self.previous_end = value.end;
        Some(())
    }

    /// Writes the rest. `end` is the offset of the closing brace.
    pub(super) fn finish(mut self, end: usize) -> Option<()> {
        let tail = if self.at_start {
            end
        } else {
            self.previous_end
        };
        let tail = tail.max(self.copied);
        self.copy_to(tail)?;
        for (edit, number) in self.edits.iter().zip(0_u32..) {
            let (Change::Set(json) | Change::Default(json)) = &edit.change else {
                continue;
            };
            if self.missing & 1_u64.checked_shl(number).unwrap_or(0) != 0 {
                if self.kept {
                    self.out.put_u8(b',');
                }
                self.kept = true;
                self.out.put_u8(b'"');
                self.out.put_slice(edit.name.as_bytes());
                self.out.put_slice(b"\":");
                self.out.put_slice(json.as_bytes());
            }
        }
        self.out.put_slice(self.text.get(tail..=end)?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use crate::json_text::Outline;

    use serde_json::{Map, Value};

    use super::*;

    #[test]
    fn only_the_named_members_change() {
        let set = || Edit::set("a", "9");
        let remove = |name| Edit::remove(name);
        for (text, edits, result) in [
            ("{}", vec![set()], r#"{"a":9}"#),
            ("{ }", vec![set()], r#"{"a":9 }"#),
            ("{}", vec![remove("a")], "{}"),
            (r#" {"a":1} "#, vec![set()], r#"{"a":9}"#),
            (
                r#"{"\u0061": 1.0e5 , "b":2}"#,
                vec![set()],
                r#"{"\u0061": 9 , "b":2}"#,
            ),
            (r#"{"a":1,"a":2}"#, vec![set()], r#"{"a":9,"a":9}"#),
            (r#"{"b":1}"#, vec![set()], r#"{"b":1,"a":9}"#),
            (r#"{"a":1}"#, vec![remove("a")], "{}"),
            (r#"{"a":1, "b":2}"#, vec![remove("a")], r#"{"b":2}"#),
            (r#"{"b":2, "a":1 }"#, vec![remove("a")], r#"{"b":2 }"#),
            (
                r#"{"b":2,"a":1,"c":3}"#,
                vec![remove("a")],
                r#"{"b":2,"c":3}"#,
            ),
            (
                r#"{"a":1,"b":2,"c":3}"#,
                vec![remove("a"), remove("b")],
                r#"{"c":3}"#,
            ),
            (
                r#"{"a":1,"b":2,"c":3}"#,
                vec![remove("c"), remove("b")],
                r#"{"a":1}"#,
            ),
            (r#"{"a":1,"a":2}"#, vec![remove("a")], "{}"),
            (
                r#"{"a":1}"#,
                vec![remove("a"), Edit::set("b", "2")],
                r#"{"b":2}"#,
            ),
            (
                r#"{"a":1}"#,
                vec![Edit::default("a", "2"), Edit::default("b", "3")],
                r#"{"a":1,"b":3}"#,
            ),
        ] {
            assert_eq!(edit(text, &edits).as_deref(), Some(result), "{text}");
        }
        assert_eq!(edit("[]", &[set()]), None);
        assert_eq!(edit(r#"{"b":1"#, &[set()]), None);
    }

    /// Any combination of edits gives the object that the same edits on the decoded object give.
    #[test]
    fn edits_of_the_text_equal_edits_of_the_value() {
        fastrand::seed(7);
        let names = ["a", "b", "c", "d", "\"e", "é"];
        let values = [
            "1",
            "-2.50e3",
            "\"x,}\\\"\"",
            "[1, {\"a\": 2}]",
            "{ \"a\":{} }",
            "null",
        ];
        let pick = |list: &[&'static str]| list[fastrand::usize(..list.len())];
        for _ in 0..20_000 {
            let space = || " \n\t".repeat(fastrand::usize(0..2));
            let mut expected = Map::new();
            let mut parts = Vec::new();
            for name in names {
                if fastrand::bool() {
                    let value = pick(&values);
                    let key = serde_json::to_string(name).unwrap();
                    parts.push(format!(
                        "{}{key}{}:{}{value}{}",
                        space(),
                        space(),
                        space(),
                        space()
                    ));
                    expected.insert(name.to_owned(), serde_json::from_str(value).unwrap());
                }
            }
            let text = format!("{}{{{}{}}}{}", space(), parts.join(","), space(), space());
            let mut edits = Vec::new();
            for name in ["a", "b", "c", "d", "f"] {
                let value = pick(&values);
                let json: Value = serde_json::from_str(value).unwrap();
                match fastrand::u8(0..4) {
                    0 => {
                        edits.push(Edit::set(name, value));
                        expected.insert(name.to_owned(), json);
                    }
                    1 => {
                        edits.push(Edit::default(name, value));
                        expected.entry(name).or_insert(json);
                    }
                    2 => {
                        edits.push(Edit::remove(name));
                        expected.remove(name);
                    }
                    _ => {}
                }
            }
            let result = edit(&text, &edits).unwrap();
            let outline = Outline::of(text.clone().into()).unwrap();
            assert_eq!(outline.edit(&edits).unwrap(), result);
            let result: Value = serde_json::from_str(&result)
                .unwrap_or_else(|e| panic!("{text} {edits:?} {result}: {e}"));
            assert_eq!(result, Value::Object(expected), "{text} {edits:?}");
        }
    }
}
