//! Members that could not be decoded into their field: values of the wrong type, text that is not
//! valid Unicode, and repeated members. They are refused, because the request without them is not
//! the request that was sent.

use std::fmt::Display;

use orouter_wire::{Extra, Raw};

use crate::refusal::Refusal;

/// Refuses a member of the object at `path` that must be a string and was not decoded.
pub(crate) fn string(extra: &Extra, path: impl Display, member: &str) -> Result<(), Refusal> {
    member_of(extra, path, member, "a string", &['"'])
}

/// Refuses a member of the object at `path` that must be a string or a list of parts and was not
/// decoded.
pub(crate) fn content(extra: &Extra, path: impl Display, member: &str) -> Result<(), Refusal> {
    member_of(
        extra,
        path,
        member,
        "a string or a list of parts",
        &['"', '['],
    )
}

/// Refuses a member of the object at `path` that was not decoded. `starts` are the first characters
/// of values of the right type.
fn member_of(
    extra: &Extra,
    path: impl Display,
    member: &str,
    expected: &str,
    starts: &[char],
) -> Result<(), Refusal> {
    if extra.is_empty() {
        return Ok(());
    }
    let Some(raw) = extra.get(member).filter(|raw| !raw.is_null()) else {
        return Ok(());
    };
    Err(refusal(raw, format!("{path}.{member}"), expected, starts))
}

fn refusal(raw: &Raw, path: String, expected: &str, starts: &[char]) -> Refusal {
    let message = if raw.get().starts_with(starts) {
        format!("`{path}` is given more than once, or is not valid Unicode")
    } else {
        format!("`{path}` must be {expected}")
    };
    Refusal::new(path, message)
}
