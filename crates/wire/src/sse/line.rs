//! Parser for one line of an event stream, without its line end.

/// Field in a line of an event stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// `data`, with the offset of the value in the line.
    Data(usize),
    /// `event`, with the offset of the value in the line.
    Event(usize),
    /// `id` and its value.
    Id(&'a [u8]),
    /// `retry` with a value that consists of digits, in milliseconds.
    Retry(u64),
    /// Field that the specification does not define, or a `retry` whose value is not a number.
    Ignored,
}

impl<'a> Line<'a> {
    /// Parses a line that is neither empty nor a comment.
    #[inline(always)]
    pub(super) fn parse(line: &'a [u8]) -> Self {
        match line {
            [b'd', b'a', b't', b'a', rest @ ..] => {
                value_at(4, rest).map_or(Line::Ignored, Line::Data)
            }
            [b'e', b'v', b'e', b'n', b't', rest @ ..] => {
                value_at(5, rest).map_or(Line::Ignored, Line::Event)
            }
            [b'i', b'd', rest @ ..] => value(rest).map_or(Line::Ignored, Line::Id),
            [b'r', b'e', b't', b'r', b'y', rest @ ..] => value(rest)
                .and_then(milliseconds)
                .map_or(Line::Ignored, Line::Retry),
            _ => Line::Ignored,
        }
    }
}

/// Returns the offset of the value after a field name of `name` bytes, or `None` if the name is
/// longer. `rest` is the line after the first `name` bytes.
#[inline]
fn value_at(name: usize, rest: &[u8]) -> Option<usize> {
    match rest {
        [b':', b' ', ..] => Some(name + 2),
        [b':', ..] => Some(name + 1),
        [] => Some(name),
        _ => None,
    }
}

fn value(rest: &[u8]) -> Option<&[u8]> {
    rest.get(value_at(0, rest)?..)
}

/// Parses ASCII digits. Returns `u64::MAX` on overflow.
fn milliseconds(value: &[u8]) -> Option<u64> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(std::str::from_utf8(value).ok()?.parse().unwrap_or(u64::MAX))
}
