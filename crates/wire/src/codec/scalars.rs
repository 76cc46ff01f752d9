//! [`Wire`] for what holds no other value: strings, numbers, booleans.

use super::wire::Wire;
use crate::json::{Parsed, Parser, Stop, Writer};

impl Wire for String {
    const EXPECTS: &'static str = "a string";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.string().map(std::borrow::Cow::into_owned)
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.string(self);
    }
}

impl Wire for Box<str> {
    const EXPECTS: &'static str = "a string";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.string().map(Into::into)
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.string(self);
    }
}

impl Wire for bool {
    const EXPECTS: &'static str = "a boolean";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.bool()
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.bool(*self);
    }
}

impl Wire for u64 {
    const EXPECTS: &'static str = "an unsigned integer";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        match parser.integer()? {
            (false, value) => Ok(value),
            (true, _) => Err(Stop::Mismatch),
        }
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.unsigned(*self);
    }
}

impl Wire for u32 {
    const EXPECTS: &'static str = "an unsigned integer";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        u64::decode(parser)?.try_into().map_err(|_| Stop::Mismatch)
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.unsigned(u64::from(*self));
    }
}

impl Wire for i64 {
    const EXPECTS: &'static str = "an integer";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        let (negative, size) = parser.integer()?;
        let value = if negative {
            0i64.checked_sub_unsigned(size)
        } else {
            size.try_into().ok()
        };
        value.ok_or(Stop::Mismatch)
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.signed(*self);
    }
}

/// A number whose digits an `f64` cannot all hold is a mismatch, not an approximation.
impl Wire for f64 {
    const EXPECTS: &'static str = "a number";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.float()
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.float(*self);
    }
}
