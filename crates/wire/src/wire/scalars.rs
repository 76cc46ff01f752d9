//! [`Wire`] for what holds no other value: strings, numbers, booleans, raw text.

use crate::json::{Parser, Step, Stop, Writer};
use crate::{Raw, Unknown, Wire};

impl Wire for String {
    const EXPECTS: &'static str = "a string";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        parser.string().map(std::borrow::Cow::into_owned)
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.string(self);
    }
}

impl Wire for bool {
    const EXPECTS: &'static str = "a boolean";

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
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
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
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
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
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
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
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
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        parser.float()
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.float(*self);
    }
}

impl Wire for Raw {
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        parser.raw().map(Raw::checked)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.raw(self.get());
    }
}

impl Wire for Unknown {
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        Raw::decode(parser).map(Unknown::from)
    }

    fn encode(&self, writer: &mut Writer) {
        if writer.typed {
            writer.null();
        } else {
            writer.raw(self.raw().get());
        }
    }

    fn look(&self, pointers: &mut crate::glue::Pointers) {
        pointers.here();
    }
}
