//! Reading loosely typed members: the parts of an error object come in several types.

use crate::{Extra, Raw, Wire};

/// Most complaints of a list that are quoted in a message.
const COMPLAINTS: usize = 3;

/// The members of an object, whatever they are: in the order in which they came, repeats included.
#[derive(Clone, Default, PartialEq, Wire)]
struct Members {
    extra: Extra,
}

/// The members of an object.
pub(super) fn object(raw: &Raw) -> Option<Extra> {
    raw.get()
        .starts_with('{')
        .then(|| raw.parse_wire::<Members>().ok())?
        .map(|members| members.extra)
}

/// The error object that a text quotes after its first words: `ApiError: {"error": {..}}`.
pub(super) fn quoted_error(raw: &Raw) -> Option<Extra> {
    let text = raw.as_string()?;
    let quoted: Raw = text.get(text.find('{')?..)?.trim().parse().ok()?;
    object(&object(&quoted)?.remove("error")?)
}

/// The elements of a list.
pub(super) fn elements(raw: &Raw) -> Option<Vec<Raw>> {
    raw.get().starts_with('[').then(|| raw.parse_wire().ok())?
}

/// An object as a type of this crate.
pub(super) fn typed<T: Wire>(value: Option<Raw>) -> Option<Box<T>> {
    let object = value.filter(|value| value.get().starts_with('{'))?;
    object.parse_wire().ok().map(Box::new)
}

/// A string, or a number as it is written.
pub(super) fn text(value: &Raw) -> Option<String> {
    let number = value
        .get()
        .starts_with(|c: char| c == '-' || c.is_ascii_digit());
    if number {
        return Some(value.get().to_owned());
    }
    value.as_string()
}

/// The words of a value: a text, a list of complaints, or what an object of them says.
pub(super) fn words(raw: &Raw) -> Option<String> {
    let said = match (elements(raw), object(raw)) {
        (Some(list), _) => {
            let complaints: Vec<_> = list.iter().filter_map(complaint).take(COMPLAINTS).collect();
            complaints.join("; ")
        }
        (None, Some(_)) => complaint(raw)?,
        (None, None) => text(raw)?,
    };
    Some(said).filter(|said| !said.trim().is_empty())
}

/// One complaint: a text, or the place and the fault that an object names, without the value that
/// was found there, which is the caller's.
fn complaint(raw: &Raw) -> Option<String> {
    let Some(members) = object(raw) else {
        return raw.as_string();
    };
    let names = ["message", "msg", "detail", "title", "error"];
    let what = names
        .iter()
        .find_map(|name| members.get(name)?.as_string())?;
    let path = members.get("loc").and_then(elements).unwrap_or_default();
    let path: Vec<_> = path.iter().filter_map(text).collect();
    Some(if path.is_empty() {
        what
    } else {
        format!("{}: {what}", path.join("."))
    })
}

/// A value that is true or false, or the same as text.
pub(super) fn truth(raw: &Raw) -> Option<bool> {
    let text = raw.as_string();
    text.as_deref().unwrap_or(raw.get()).trim().parse().ok()
}

/// An HTTP error status given as a number, or as text.
pub(super) fn status(value: &Raw) -> Option<u16> {
    let text = text(value)?;
    let number = text.strip_suffix(".0").unwrap_or(&text).parse().ok()?;
    (400..600).contains(&number).then_some(number)
}
