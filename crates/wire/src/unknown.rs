//! What stands in the place of variants that this version does not know.

use std::fmt;

use crate::json::{Parser, Token};
use crate::raw::Raw;

/// A value of a union that this version knows no variant for: any JSON at all.
///
/// It is written back exactly as it came.
///
/// ```
/// use orouter_wire::Unknown;
///
/// let unknown = Unknown::from(r#"{"type": "hologram", "depth": 3}"#.parse::<orouter_wire::Raw>()?);
/// assert_eq!(unknown.kind(), Some("hologram"));
/// assert_eq!(unknown.raw().get(), r#"{"type": "hologram", "depth": 3}"#);
/// # Ok::<(), orouter_wire::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct Unknown {
    raw: Raw,
    kind: Option<Box<str>>,
}

impl Unknown {
    pub(crate) fn new(raw: Raw, kind: Option<&str>) -> Self {
        Unknown {
            raw,
            kind: kind.map(Into::into),
        }
    }

    /// The tag, where the value is an object that has one and it is a string.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// The whole value.
    #[must_use]
    pub fn raw(&self) -> &Raw {
        &self.raw
    }

    /// The whole value, owned.
    #[must_use]
    pub fn into_raw(self) -> Raw {
        self.raw
    }
}

/// The kind is taken from the member `type`.
impl From<Raw> for Unknown {
    fn from(raw: Raw) -> Self {
        let mut parser = Parser::new(raw.get());
        let kind = match parser.token() {
            Token::Object => parser.find_string("type").ok().flatten().map(Into::into),
            _ => None,
        };
        Unknown { raw, kind }
    }
}

impl PartialEq for Unknown {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for Unknown {}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}

/// A value of a string enum that this version does not know. Get it with `From<&str>` of the
/// enum, which never gives this for a value that is known.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    #[doc(hidden)]
    #[must_use]
    pub fn new(value: Box<str>) -> Self {
        UnknownValue(value)
    }

    /// The value as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
