//! [`Raw`] and [`Unknown`] as wire types, and the conversions between `Raw` and other wire types.

use std::str::FromStr;

use super::pointers::Pointers;
use super::wire::{self, Wire};
use crate::json::{DecodeError, Parsed, Parser, Writer};
use crate::raw::Raw;
use crate::unknown::Unknown;

impl Raw {
    /// Any value of this crate's types.
    #[must_use]
    pub fn from_wire(value: &impl Wire) -> Self {
        Self::checked(&wire::to_string(value))
    }

    /// Reads the value as a type of this crate's.
    ///
    /// # Errors
    ///
    /// When the value is of another JSON type altogether.
    pub fn parse_wire<T: Wire>(&self) -> Result<T, DecodeError> {
        wire::from_str(self.get())
    }

    /// Reads the value if it is a string.
    #[must_use]
    pub fn as_string(&self) -> Option<String> {
        self.parse_wire().ok()
    }
}

/// Checks that a text is JSON, and keeps it.
impl FromStr for Raw {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        wire::from_str(text)
    }
}

impl Wire for Raw {
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.raw().map(Raw::checked)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.raw(self.get());
    }
}

impl Wire for Unknown {
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        Raw::decode(parser).map(Unknown::from)
    }

    fn encode(&self, writer: &mut Writer) {
        if writer.typed {
            writer.null();
        } else {
            writer.raw(self.raw().get());
        }
    }

    fn look(&self, pointers: &mut Pointers) {
        pointers.here();
    }
}
