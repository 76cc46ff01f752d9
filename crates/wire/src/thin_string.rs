//! [`ThinString`]: a string in one pointer, for members that few senders use.

use std::fmt;
use std::ops::Deref;

use crate::codec::Wire;
use crate::json::{Parsed, Parser, Writer};

/// A string that takes one pointer of its owner, also as an `Option`.
///
/// Types that exist in large numbers, such as events, hold rarely sent members in it: a `String`
/// takes three pointers whether it is sent or not.
///
/// ```
/// use orouter_wire::ThinString;
///
/// let id = ThinString::from("resp_1");
/// assert_eq!(id, "resp_1");
/// assert_eq!(Some(id).as_deref(), Some("resp_1"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThinString(Box<Box<str>>);

impl ThinString {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for ThinString {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for ThinString {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for ThinString {
    fn from(text: &str) -> Self {
        Self(Box::new(text.into()))
    }
}

impl From<String> for ThinString {
    fn from(text: String) -> Self {
        Self(Box::new(text.into()))
    }
}

impl From<ThinString> for String {
    fn from(text: ThinString) -> Self {
        String::from(*text.0)
    }
}

impl PartialEq<str> for ThinString {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ThinString {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Debug for ThinString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for ThinString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Wire for ThinString {
    const EXPECTS: &'static str = "a string";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.string().map(|text| ThinString::from(&*text))
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.string(self);
    }
}

#[cfg(test)]
mod tests {
    use super::ThinString;

    #[test]
    fn it_takes_one_pointer() {
        assert_eq!(size_of::<Option<ThinString>>(), size_of::<usize>());
    }

    #[test]
    fn it_becomes_a_string_again() {
        for text in ["", "resp_1", "ä\n\u{2028}"] {
            let thin = ThinString::from(text.to_owned());
            assert_eq!((thin.as_str(), thin.to_string()), (text, text.to_owned()));
            assert_eq!(String::from(thin), text);
        }
    }
}
