//! From JSON text to any of serde's serializers.

use std::borrow::Cow;
use std::cell::RefCell;

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use crate::json::{Key, Parser, Stop, Token, unescape};

/// Replays the value under the cursor. The text was written by us, so it is JSON.
pub(super) fn value<S: Serializer>(parser: &mut Parser<'_>, to: S) -> Result<S::Ok, S::Error> {
    let mark = parser.mark();
    match parser.token() {
        Token::Null | Token::Other => {
            parser.skip().map_err(broken)?;
            to.serialize_unit()
        }
        Token::Bool => to.serialize_bool(parser.bool().map_err(broken)?),
        Token::Number => {
            match parser.integer() {
                Ok((false, size)) => return to.serialize_u64(size),
                Ok((true, size)) => {
                    if let Some(value) = 0i64.checked_sub_unsigned(size) {
                        return to.serialize_i64(value);
                    }
                }
                Err(_) => {}
            }
            parser.rewind(mark);
            if let Ok(value) = parser.float() {
                return to.serialize_f64(value);
            }
            parser.rewind(mark);
            raw(parser.raw().map_err(broken)?, to)
        }
        Token::String => {
            let text = parser.string().map_err(broken)?;
            if std::mem::take(&mut parser.lossy) {
                return raw(parser.since(mark), to);
            }
            to.serialize_str(&text)
        }
        Token::Array => match parser.array() {
            Ok(()) => {
                let mut list = to.serialize_seq(None)?;
                let mut first = true;
                while parser.element(first).map_err(broken)? {
                    first = false;
                    list.serialize_element(&Next::new(parser))?;
                }
                list.end()
            }
            // Deeper than typed values go.
            Err(_) => raw(parser.raw().map_err(broken)?, to),
        },
        Token::Object => match parser.object() {
            Ok(()) => {
                let mut map = to.serialize_map(None)?;
                let mut first = true;
                loop {
                    let name = match parser.key(first).map_err(broken)? {
                        Key::End => break,
                        Key::Plain(name) => Cow::Borrowed(name),
                        Key::Escaped(text) => Cow::Owned(unescape(text).0),
                    };
                    first = false;
                    map.serialize_entry(&*name, &Next::new(parser))?;
                }
                map.end()
            }
            Err(_) => raw(parser.raw().map_err(broken)?, to),
        },
    }
}

/// What serde has no event for, as it is: `serde_json` takes it, others show it as they can.
fn raw<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(text.to_owned())
        .map_err(S::Error::custom)?
        .serialize(to)
}

fn broken<E: serde::ser::Error>(_: Stop) -> E {
    E::custom("a raw value does not hold JSON")
}

/// The value under a cursor, as something that can be serialized once.
struct Next<'p, 'a>(RefCell<&'p mut Parser<'a>>);

impl<'p, 'a> Next<'p, 'a> {
    fn new(parser: &'p mut Parser<'a>) -> Self {
        Next(RefCell::new(parser))
    }
}

impl Serialize for Next<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.try_borrow_mut() {
            Ok(mut parser) => value(&mut parser, serializer),
            Err(_) => Err(S::Error::custom("a value was serialized within itself")),
        }
    }
}
