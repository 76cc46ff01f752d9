//! [`Outline`]: the members of an object, found once, for several questions and an edit.

use std::borrow::Cow;
use std::ops::Range;

use bytes::{Bytes, BytesMut};

use super::edit::{Edit, Editor};
use super::members::members;

/// The members of an object, found once, for several questions and an edit.
///
/// ```
/// use orouter_protocols::json_text::{Edit, Outline};
///
/// let outline = Outline::of(r#"{"model": "a", "n": 1.50}"#.into()).unwrap();
/// assert_eq!(outline.get("n"), Some("1.50"));
/// assert_eq!(outline.edit(&[Edit::set("model", "\"b\"")]).unwrap(), r#"{"model": "b", "n": 1.50}"#);
/// ```
#[derive(Clone, Debug)]
pub struct Outline {
    /// UTF-8.
    text: Bytes,
    /// Offset after the opening brace.
    start: usize,
    members: Vec<Position>,
    /// Offset of the closing brace.
    end: usize,
}

/// The position of a member.
#[derive(Clone, Debug)]
struct Position {
    /// Between the quotes.
    name: Range<usize>,
    /// The name, if its text has escapes.
    unescaped: Option<Box<str>>,
    value: Range<usize>,
}

impl Outline {
    /// Finds the members of an object. `None` if `text` is anything else than one object and white
    /// space around it, or not UTF-8.
    #[must_use]
    pub fn of(text: Bytes) -> Option<Self> {
        let whole = std::str::from_utf8(&text).ok()?;
        let mut found = members(whole)?;
        let start = found.offset();
        let mut members = Vec::with_capacity(32);
        members.extend(found.by_ref().map(|member| {
            let start = member.start + 1;
            let (length, unescaped) = match member.name {
                Cow::Borrowed(name) => (name.len(), None),
                Cow::Owned(name) => (0, Some(name.into_boxed_str())),
            };
            Position {
                name: start..start + length,
                unescaped,
                value: member.value,
            }
        }));
        let end = found.end()?;
        let rest = text.get(end + 1..)?;
        rest.trim_ascii().is_empty().then_some(())?;
        Some(Self {
            text,
            start,
            members,
            end,
        })
    }

    /// Returns the text of the object and what surrounds it.
    #[must_use]
    pub fn text(&self) -> &Bytes {
        &self.text
    }

    /// Returns the names of the members, without escapes, in the order of the text. They are UTF-8.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.members.iter().map(|member| self.name(member))
    }

    /// Returns the text of a member's value; that of the last one if the name is repeated. `None` if
    /// the object does not have the member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut members = self.members.iter().rev();
        let member = members.find(|member| self.name(member) == name.as_bytes())?;
        std::str::from_utf8(self.text.get(member.value.clone())?).ok()
    }

    /// Returns the object with its members changed, as [`edit()`](super::edit()) does.
    #[must_use]
    pub fn edit(&self, edits: &[Edit<'_>]) -> Option<Bytes> {
        let added: usize = edits.iter().map(Edit::room).sum();
        let mut out = BytesMut::with_capacity(self.text.len() + added);
        let mut editor = Editor::new(&self.text, self.start, edits, &mut out)?;
        for member in &self.members {
            let start = member.name.start.checked_sub(1)?;
            editor.member(self.name(member), start, &member.value)?;
        }
        editor.finish(self.end)?;
        Some(out.freeze())
    }

    /// Returns the object without the members whose names `removes` returns `true` for, and without
    /// white space between its members.
    #[must_use]
    pub fn without(&self, removes: impl Fn(&[u8]) -> bool) -> Bytes {
        let mut out = Vec::with_capacity(self.text.len());
        out.push(b'{');
        for member in &self.members {
            if removes(self.name(member)) {
                continue;
            }
            if out.len() > 1 {
                out.push(b',');
            }
            let member = member.name.start.saturating_sub(1)..member.value.end;
            out.extend_from_slice(self.text.get(member).unwrap_or_default());
        }
        out.push(b'}');
        Bytes::from(out)
    }

    fn name<'a>(&'a self, member: &'a Position) -> &'a [u8] {
        match &member.unescaped {
            Some(name) => name.as_bytes(),
            None => self.text.get(member.name.clone()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_by_their_unescaped_names() {
        let text = " { \"a\\u0062\" : 1 ,\n\"c\":\"x\", \"ab\":[2] } ";
        let outline = Outline::of(text.into()).unwrap();
        assert_eq!(
            outline.names().collect::<Vec<_>>(),
            [b"ab".as_slice(), b"c", b"ab"]
        );
        assert_eq!(outline.get("ab"), Some("[2]"));
        assert_eq!(outline.get("x"), None);
        assert_eq!(outline.text(), text);
        let edited = outline.edit(&[Edit::remove("ab"), Edit::set("d", "3")]);
        assert_eq!(edited.unwrap(), "{ \"c\":\"x\",\"d\":3 }");
        assert_eq!(outline.without(|name| name == b"ab"), "{\"c\":\"x\"}");
        assert_eq!(outline.without(|_| true), "{}");
    }

    #[test]
    fn text_that_is_not_an_object_has_no_outline() {
        for text in ["", "[]", "{", "{\"a\":}", "null", "{} x", "{}{}"] {
            assert!(Outline::of(text.into()).is_none(), "{text}");
        }
        assert!(Outline::of(Bytes::from_static(b"{\"a\":\"\xff\"}")).is_none());
    }
}
