//! Members of the wrong type.
//!
//! The wire keeps a member that does not fit its field aside, so that nothing is lost; here it is
//! refused. Unknown members are accepted, and [`super::parameters`] adds them to the notes.

use orouter_wire::{Extra, Raw, ResponsesRequest, Wire, from_slice};

use super::aside;
use super::parameters::expected;
use crate::failure::Failure;
use crate::quote::quote;

/// The failure of a member that is something else.
pub(super) fn wrong(member: &str) -> Failure {
    let expected = expected(member).unwrap_or("of another type");
    Failure::invalid(member, format!("`{member}` must be {expected}"))
}

/// Refuses the first known member that holds something else than it must. `body` is what the
/// request was read from.
pub(super) fn check(request: &ResponsesRequest, body: &[u8]) -> Result<(), Failure> {
    for (name, raw) in request.extra.iter() {
        let fits = name == "seed" && (raw.is_null() || raw.parse::<u64>().is_ok());
        if let Some(expected) = expected(name).filter(|_| !fits) {
            let twice = twice(from_slice(body).ok(), name);
            return Err(unfit(name, expected, raw, twice));
        }
    }
    Ok(())
}

/// Any object, its members as they came.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(super) struct Object {
    pub(super) extra: Extra,
}

/// Whether the object has more than one member of this name.
fn twice(object: Option<Object>, name: &str) -> bool {
    object.is_some_and(|object| object.extra.iter().filter(|(n, _)| *n == name).count() > 1)
}

/// The failure of the member at `path`, which was kept aside.
pub(super) fn unfit(path: &str, expected: &str, raw: &Raw, twice: bool) -> Failure {
    if twice {
        aside::more_than_once(path)
    } else if aside::halved(raw) {
        aside::half_a_pair(path)
    } else {
        let found = found(raw);
        Failure::invalid(path, format!("`{path}` must be {expected}, and is {found}"))
    }
}

/// What a value is, in words; short ones are shown.
fn found(raw: &Raw) -> String {
    let text = raw.get();
    let kind = match text.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    };
    // Longer texts may be content, which messages do not repeat.
    if text.len() <= 24 && !text.starts_with(['{', '[']) {
        format!("{kind}: {}", quote(text))
    } else {
        kind.to_owned()
    }
}
