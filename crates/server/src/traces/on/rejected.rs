//! Reads the number of spans that a collector rejected from its response, in
//! `partial_success.rejected_spans`. A response that cannot be read rejects none.

use serde_json::Value;

pub(super) fn in_json(body: &[u8]) -> usize {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let number = body.pointer("/partialSuccess/rejectedSpans");
    let text = number.and_then(Value::as_str);
    let number = match text {
        Some(text) => text.parse().ok(),
        None => number.and_then(Value::as_u64),
    };
    number.map_or(0, |number: u64| {
        usize::try_from(number).unwrap_or(usize::MAX)
    })
}

pub(super) fn in_protobuf(body: &[u8]) -> usize {
    let partial = field(body, 1, Field::bytes);
    let number = partial.and_then(|partial| field(partial, 1, Field::number));
    number.map_or(0, |number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// The value of a field.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Field<'a> {
    fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Bytes(_) => None,
        }
    }

    fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Number(_) => None,
        }
    }
}

/// Returns the first field of this number in a message.
fn field<'a, T>(
    mut message: &'a [u8],
    wanted: u64,
    value: impl Fn(Field<'a>) -> Option<T>,
) -> Option<T> {
    while !message.is_empty() {
        let tag = varint(&mut message)?;
        let found = match tag & 7 {
            0 => Field::Number(varint(&mut message)?),
            1 => Field::Bytes(take(&mut message, 8)?),
            2 => {
                let length = usize::try_from(varint(&mut message)?).ok()?;
                Field::Bytes(take(&mut message, length)?)
            }
            5 => Field::Bytes(take(&mut message, 4)?),
            _ => return None,
        };
        if tag >> 3 == wanted {
            return value(found);
        }
    }
    None
}

fn take<'a>(message: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = message.split_at_checked(length)?;
    *message = rest;
    Some(taken)
}

fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = message.split_first()?;
        *message = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_spans_are_read() {
        assert_eq!(in_json(br#"{"partialSuccess":{"rejectedSpans":"3"}}"#), 3);
        assert_eq!(in_json(br#"{"partialSuccess":{"rejectedSpans":3}}"#), 3);
        // { 1: { 2: "no", 1: 300 } }
        let body = [0x0a, 7, 0x12, 2, b'n', b'o', 0x08, 0xac, 0x02];
        assert_eq!(in_protobuf(&body), 300);
    }

    #[test]
    fn other_responses_reject_none() {
        for body in [
            &b""[..],
            b"{}",
            b"ok",
            &[0x0a, 0],
            &[0x0a, 9, 8],
            &[0xff; 12],
        ] {
            assert_eq!(in_json(body), 0, "{body:?}");
            assert_eq!(in_protobuf(body), 0, "{body:?}");
        }
    }
}
