//! [`Raw`]: a JSON value kept as the exact text it came as.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json::in_one_line;

/// Any JSON value, kept as its exact text: numbers of any size, repeated member names and lone
/// surrogates are as they were. The default is `null`.
///
/// ```
/// use orouter_wire::Raw;
///
/// let raw: Raw = r#"{"n": 123456789012345678901234567890}"#.parse()?;
/// assert_eq!(raw.get(), r#"{"n": 123456789012345678901234567890}"#);
///
/// let raw = Raw::from_value(&["a", "b"])?;
/// let back: Vec<String> = raw.parse()?;
/// assert_eq!(back, ["a", "b"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Two are equal when their texts are: `1` and `1.0` are not. Line breaks between tokens, and the
/// spaces and tabs around them, do not count, because encoding leaves them out:
///
/// ```
/// use orouter_wire::Raw;
///
/// let lines: Raw = "{\n  \"a\": [1,\r\n 2]\n}".parse()?;
/// let line: Raw = orouter_wire::from_str(&orouter_wire::to_string(&lines))?;
/// assert_eq!(line.get(), r#"{"a": [1,2]}"#);
/// assert_eq!(line, lines);
/// # Ok::<(), orouter_wire::DecodeError>(())
/// ```
#[derive(Clone, Default)]
pub struct Raw {
    /// Checked JSON without white space around it; empty for `null`, which then costs nothing.
    text: Box<str>,
}

impl Raw {
    /// The value `null`.
    #[must_use]
    pub fn null() -> Self {
        Self::default()
    }

    /// Any value that serde can write, as JSON.
    ///
    /// # Errors
    ///
    /// Errors of the value's `Serialize`, and maps whose keys are not strings.
    pub fn from_value(value: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(|text| Self::checked(&text))
    }

    /// A text that is known to be JSON without white space around it.
    pub(crate) fn checked(text: &str) -> Self {
        if text == "null" {
            Self::default()
        } else {
            Raw { text: text.into() }
        }
    }

    /// The exact text.
    #[must_use]
    pub fn get(&self) -> &str {
        if self.text.is_empty() {
            "null"
        } else {
            &self.text
        }
    }

    /// Returns `true` if the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.text.is_empty()
    }

    /// Reads the value as a type of serde's.
    ///
    /// # Errors
    ///
    /// When the value is not of that type, and when it nests deeper than serde_json allows (128).
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        // Texts without line breaks, the usual ones, are not copied.
        self.text == other.text || in_one_line(&self.text) == in_one_line(&other.text)
    }
}

impl Eq for Raw {}

impl Hash for Raw {
    fn hash<H: Hasher>(&self, state: &mut H) {
        in_one_line(&self.text).hash(state);
    }
}

impl From<serde_json::Value> for Raw {
    fn from(value: serde_json::Value) -> Self {
        Self::checked(&value.to_string())
    }
}

/// Shows the text as it is.
impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

/// The text as it is.
impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}
