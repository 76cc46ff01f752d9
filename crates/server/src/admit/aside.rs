//! Members that the wire keeps aside although they are of the right type: strings that are no
//! Unicode text, and names that come twice. To go on without them would be to answer another
//! request than the one that was sent.

#[cfg(feature = "local")]
use orouter_wire::Extra;
use orouter_wire::Raw;

use crate::failure::Failure;

/// Refuses a `member` of the object at `path` that is not the string it must be.
#[cfg(feature = "local")]
pub(crate) fn string(extra: &Extra, path: &str, member: &str) -> Result<(), Failure> {
    refuse(extra, path, member, &['"'], "a string")
}

/// Refuses a `member` of the object at `path` that is neither a string nor a list of parts.
#[cfg(feature = "local")]
pub(crate) fn content(extra: &Extra, path: &str, member: &str) -> Result<(), Failure> {
    let expected = "a string or a list of parts";
    refuse(extra, path, member, &['"', '['], expected)
}

/// Refuses a `member` of the object at `path` that may be anything, but only once.
#[cfg(feature = "local")]
pub(crate) fn once(extra: &Extra, path: &str, member: &str) -> Result<(), Failure> {
    match extra.get(member) {
        Some(_) => Err(more_than_once(&format!("{path}.{member}"))),
        None => Ok(()),
    }
}

/// `starts` is what a value of the right type begins with.
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
    Err(if halved(raw) {
        half_a_pair(&path)
    } else if raw.get().starts_with(starts) {
        more_than_once(&path)
    } else {
        Failure::invalid(path.as_str(), format!("`{path}` must be {expected}"))
    })
}

/// The failure of a member whose name comes twice.
pub(super) fn more_than_once(path: &str) -> Failure {
    Failure::invalid(path, format!("`{path}` is given more than once"))
}

/// The failure of a string that is no Unicode text.
pub(super) fn half_a_pair(path: &str) -> Failure {
    Failure::invalid(
        path,
        format!("`{path}` has half of a surrogate pair in it, which is no Unicode text"),
    )
}

/// Whether a string in the value has half of a surrogate pair, such as `\ud83d` with no `\ude00`
/// after it.
pub(super) fn halved(raw: &Raw) -> bool {
    let mut first_half = false;
    let mut rest = raw.get();
    while let Some((before, escape)) = rest.split_once('\\') {
        if first_half && !before.is_empty() {
            return true;
        }
        let unit = escape
            .strip_prefix('u')
            .and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok());
        first_half = match unit {
            Some(0xd800..=0xdbff) if !first_half => true,
            Some(0xdc00..=0xdfff) if first_half => false,
            Some(0xd800..=0xdfff) => return true,
            _ if first_half => return true,
            _ => false,
        };
        let length = if unit.is_some() { 5 } else { 1 };
        rest = escape.get(length..).unwrap_or_default();
    }
    first_half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_is_told_from_a_whole_one() {
        for (text, is) in [
            (r#""plain \\ud800 \" \u00e9 \n""#, false),
            (r#""\ud83d\ude00\ud83d\ude00""#, false),
            (r#"{"a": ["\ud83d\ude00"]}"#, false),
            (r#""\ud83d""#, true),
            (r#""\ude00""#, true),
            (r#""\ud83d \ude00""#, true),
            (r#""\ud83d\n""#, true),
            (r#""\ud83d\ud83d\ude00""#, true),
            (r#"{"a": ["\\\ud83d"]}"#, true),
            (r#"["\ud83d", "\ude00"]"#, true),
        ] {
            let raw: Raw = text.parse().expect("JSON");
            assert_eq!(halved(&raw), is, "{text}");
        }
    }
}
