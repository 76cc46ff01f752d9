//! One line of an event stream, without its line end.

/// What a line of an event stream says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// `data`: the value starts this many bytes into the line.
    Data(usize),
    /// `event`: the value starts this many bytes into the line.
    Event(usize),
    /// `id` and its value.
    Id(&'a [u8]),
    /// `retry` with a value of digits only, in milliseconds.
    Retry(u64),
    /// A field that the specification does not know, or a `retry` that is no number.
    Ignored,
}

impl<'a> Line<'a> {
    /// Reads a line that is neither empty nor a comment.
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

/// Where the value starts when `rest` is what follows a field name of `name` bytes; `None` when
/// the name goes on.
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

/// A number of ASCII digits and nothing else; one too large to hold is as good as never.
fn milliseconds(value: &[u8]) -> Option<u64> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(std::str::from_utf8(value).ok()?.parse().unwrap_or(u64::MAX))
}
