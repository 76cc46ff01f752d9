//! Members that the wire could not decode into their field: values of the wrong type, strings that
//! are not valid Unicode, and repeated members. They are refused, because a request without them is
//! not the request that was sent.

use orouter_protocols::json_text::has_lone_surrogate;
use orouter_wire::{Extra, Raw, Wire};

use crate::failure::Failure;
use crate::quote::quote;

/// Maximum size of a value that a message shows, in bytes. Longer values may be content, which
/// messages do not repeat.
const SHOWN_BYTES: usize = 24;

/// Any object, with undecoded members.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(super) struct Object {
    pub(super) extra: Extra,
}

impl Object {
    /// Returns the number of members with this name.
    pub(super) fn count(&self, name: &str) -> usize {
        self.extra
            .iter()
            .filter(|(known, _)| *known == name)
            .count()
    }
}

/// Returns the failure of the undecoded member at `path`. `expected` is the type that it must have,
/// in words; `repeated` is `true` if its object has more than one member with the name.
pub(super) fn failure(path: &str, expected: &str, raw: &Raw, repeated: bool) -> Failure {
    if repeated {
        more_than_once(path)
    } else if has_lone_surrogate(raw.get()) {
        lone_surrogate(path)
    } else {
        let found = describe(raw);
        Failure::invalid(path, format!("`{path}` must be {expected}, and is {found}"))
    }
}

/// Returns the type of a value in words, and the value if it is short.
fn describe(raw: &Raw) -> String {
    let text = raw.get();
    let kind = match text.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    };
    if text.len() <= SHOWN_BYTES && !text.starts_with(['{', '[']) {
        format!("{kind}: {}", quote(text))
    } else {
        kind.to_owned()
    }
}

/// Refuses a `member` of the object at `path` that must be a string and was not decoded.
#[cfg(feature = "local")]
pub(crate) fn string(extra: &Extra, path: &str, member: &str) -> Result<(), Failure> {
    refuse(extra, path, member, &['"'], "a string")
}

/// Refuses a `member` of the object at `path` that must be a string or a list of parts and was not
/// decoded.
#[cfg(feature = "local")]
pub(crate) fn content(extra: &Extra, path: &str, member: &str) -> Result<(), Failure> {
    let expected = "a string or a list of parts";
    refuse(extra, path, member, &['"', '['], expected)
}

/// Refuses a repeated `member` of the object at `path`. Its value may have any type.
#[cfg(feature = "local")]
pub(crate) fn once(extra: &Extra, path: &str, member: &str) -> Result<(), Failure> {
    match extra.get(member) {
        Some(_) => Err(more_than_once(&format!("{path}.{member}"))),
        None => Ok(()),
    }
}

/// Refuses a `member` that was not decoded. `starts` are the first characters of a value of the
/// right type.
#[cfg(feature = "local")]
fn refuse(
    extra: &Extra,
    path: &str,
    member: &str,
    starts: &[char],
    expected: &str,
) -> Result<(), Failure> {
    let Some(raw) = extra.get(member).filter(|raw| !raw.is_null()) else {
        return Ok(());
    };
    let path = format!("{path}.{member}");
    Err(if has_lone_surrogate(raw.get()) {
        lone_surrogate(&path)
    } else if raw.get().starts_with(starts) {
        more_than_once(&path)
    } else {
        Failure::invalid(path.as_str(), format!("`{path}` must be {expected}"))
    })
}

/// Returns the failure of a repeated member.
fn more_than_once(path: &str) -> Failure {
    Failure::invalid(path, format!("`{path}` is given more than once"))
}

/// Returns the failure of a string that is not valid Unicode.
fn lone_surrogate(path: &str) -> Failure {
    Failure::invalid(
        path,
        format!("`{path}` has an unpaired surrogate escape, which is not valid Unicode"),
    )
}
