//! [`Object`]: an object of a request, as the texts of its members.

use std::borrow::Cow;

use crate::json_text::{self, members};
use crate::quote::quote;
use crate::refusal::Refusal;

/// Maximum number of members of one object.
const MAX_MEMBERS: usize = 256;

/// An object of a request. Its members are texts and not decoded.
#[derive(Debug, Default)]
pub(super) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Object<'a> {
    /// Reads the object at `path`. `None` if the text is not an object.
    ///
    /// # Errors
    /// If a member is repeated, or if there are too many.
    pub(super) fn read(text: &'a str, path: &str) -> Result<Option<Self>, Refusal> {
        let Some(mut found) = members(text) else {
            return Ok(None);
        };
        let mut object = Self::default();
        for member in found.by_ref() {
            if object.members.len() == MAX_MEMBERS {
                return Err(Refusal::new(
                    path,
                    match path {
                        "" => format!("the request has more than {MAX_MEMBERS} members"),
                        _ => format!("`{path}` has more than {MAX_MEMBERS} members"),
                    },
                ));
            }
            if object.members.iter().any(|(name, _)| *name == member.name) {
                let path = join(path, &quote(&member.name));
                let message = format!("`{path}` is given more than once");
                return Err(Refusal::new(path, message));
            }
            let value = text.get(member.value).unwrap_or("null");
            object.members.push((member.name, value));
        }
        Ok(found.end().map(|_| object))
    }

    /// Returns the text of a member, unless it is null.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.members.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| *value)
            .filter(|value| *value != "null")
    }

    /// Returns the text of a member that is a string, decoded.
    pub(super) fn string(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).and_then(json_text::string)
    }

    /// Returns the text of a member that is a string, and fails if it has another type.
    pub(super) fn string_text(&self, name: &str, path: &str) -> Result<Option<&'a str>, Refusal> {
        match self.get(name) {
            Some(text) if !is_string(text) => Err(wrong_type(&join(path, name), "a string", text)),
            text => Ok(text),
        }
    }

    /// Returns a member that is an object, and fails if it has another type.
    pub(super) fn object(&self, name: &str, path: &str) -> Result<Option<Self>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let path = join(path, name);
        match Self::read(text, &path)? {
            Some(object) => Ok(Some(object)),
            None => Err(wrong_type(&path, "an object", text)),
        }
    }

    /// Returns the elements of a member that is a list, and fails if it has another type.
    pub(super) fn list(&self, name: &str, path: &str) -> Result<Option<Vec<&'a str>>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match json_text::elements(text) {
            Some(list) => Ok(Some(list)),
            None => Err(wrong_type(&join(path, name), "a list", text)),
        }
    }

    /// Returns the members that are not null.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        let members = self.members.iter();
        let members = members.map(|(name, value)| (name.as_ref(), *value));
        members.filter(|(_, value)| *value != "null")
    }
}

/// Returns the path of a member of the object at `path`.
pub(super) fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

pub(super) fn is_string(text: &str) -> bool {
    text.starts_with('"')
}

/// Returns `true` for a string that is not empty.
pub(super) fn is_filled(text: &str) -> bool {
    is_string(text) && text.len() > 2
}

/// Returns `true` for a value without effect in any member: null, `false`, and an empty string, list
/// or object.
pub(super) fn is_idle(text: &str) -> bool {
    let mut characters = text.chars().filter(|c| !c.is_ascii_whitespace());
    let first: String = characters.by_ref().take(2).collect();
    matches!(text, "null" | "false")
        || matches!(first.as_str(), "\"\"" | "[]" | "{}") && characters.next().is_none()
}

/// Returns the refusal of a value of another type than `expected`.
pub(super) fn wrong_type(path: &str, expected: &str, text: &str) -> Refusal {
    let found = match text.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    };
    Refusal::new(path, format!("`{path}` must be {expected}, and is {found}"))
}

/// Returns the refusal of an object without a member that it must have.
pub(super) fn missing(path: &str, expected: &str) -> Refusal {
    Refusal::new(path, format!("`{path}` is required: {expected}"))
}
