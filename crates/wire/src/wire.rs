//! The trait [`Wire`] and the functions that read and write it.

mod containers;
mod scalars;

use bytes::BytesMut;

use crate::DecodeError;
use crate::glue::Pointers;
use crate::json::{Parser, Step, Writer};

/// A type that travels as JSON: read without loss, tolerantly, in one pass.
///
/// Derive it (`#[derive(Wire)]`); the derive's page says how. The functions [`from_str`],
/// [`from_slice`], [`to_string`], [`to_vec`] and [`write_to`] are what most callers need.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not travel as JSON",
    label = "not a wire type",
    note = "wire types are `String`, `bool`, `u32`, `u64`, `i64`, `f64`, `Raw`, those that derive `Wire`, and `Option`, `Box`, `Vec` and `BTreeMap<String, _>` of them"
)]
pub trait Wire: Sized {
    /// What an error says was expected, with its article.
    #[doc(hidden)]
    const EXPECTS: &'static str = "a value";

    /// Names of the object's members on the wire, in the order of their declaration, which is the
    /// order in which they are written.
    ///
    /// Lists the members that typed fields take. A constant tag and the contents of `extra` are
    /// not among them. Empty for types that are not structs.
    ///
    /// ```
    /// use orouter_wire::{ResponsesRequest, Wire};
    ///
    /// assert_eq!(ResponsesRequest::MEMBERS.first(), Some(&"model"));
    /// assert!(ResponsesRequest::MEMBERS.contains(&"max_output_tokens"));
    /// assert!(!ResponsesRequest::MEMBERS.contains(&"extra"));
    /// ```
    const MEMBERS: &'static [&'static str] = &[];

    /// Takes the value under the cursor.
    ///
    /// # Errors
    ///
    /// [`Stop::Mismatch`](crate::json::Stop::Mismatch) when a value of another JSON type stands
    /// there, whereupon the caller goes back and keeps it raw;
    /// [`Stop::Fault`](crate::json::Stop::Fault) when the text is not JSON.
    fn decode(parser: &mut Parser<'_>) -> Step<Self>;

    /// As [`decode`](Self::decode), where the value is to lie in the end: large ones are not moved.
    #[doc(hidden)]
    fn decode_boxed(parser: &mut Parser<'_>) -> Step<Box<Self>> {
        Self::decode(parser).map(Box::new)
    }

    /// Appends the value.
    fn encode(&self, writer: &mut Writer);

    /// Collects pointers to what is kept but untyped.
    #[doc(hidden)]
    fn look(&self, _pointers: &mut Pointers) {}

    /// JSON pointers (RFC 6901) to everything that this value holds and no typed field or known
    /// variant took: unknown members, members of the wrong type, unknown variants and unknown
    /// enum values. Empty when this version models all of it; the pointer to the whole value is
    /// the empty string.
    ///
    /// ```
    /// # use orouter_wire::{Extra, Wire};
    /// #[derive(Clone, Debug, Default, PartialEq, Wire)]
    /// struct Point { x: i64, y: i64, extra: Extra }
    ///
    /// let point: Point = orouter_wire::from_str(r#"{"x": 1, "y": "up", "z/w": 3}"#)?;
    /// assert_eq!(point.unknown(), ["/y", "/z~1w"]);
    /// # Ok::<(), orouter_wire::DecodeError>(())
    /// ```
    fn unknown(&self) -> Vec<String> {
        let mut pointers = Pointers::default();
        self.look(&mut pointers);
        pointers.found
    }

    /// What typed fields and known variants alone would write. An unknown variant or enum value
    /// is written as `null`, members that no field took are left out.
    fn typed_json(&self) -> String {
        let mut writer = Writer {
            typed: true,
            ..Writer::default()
        };
        self.encode(&mut writer);
        writer.into_text()
    }
}

/// Reads a value from a text. A byte order mark in front of it is passed over.
///
/// # Errors
///
/// When the text is not JSON, or its root is of another JSON type than `T` takes. Nothing else
/// is an error: what does not fit a field is kept raw in the object's `extra`.
pub fn from_str<T: Wire>(text: &str) -> Result<T, DecodeError> {
    let mut parser = Parser::new(text);
    let start = parser.mark();
    let value = T::decode(&mut parser).and_then(|value| parser.end().map(|()| value));
    value.map_err(|stop| parser.into_error(stop, start, T::EXPECTS))
}

/// Reads a value from bytes, which are UTF-8.
///
/// # Errors
///
/// As [`from_str`], and when the bytes are not UTF-8.
pub fn from_slice<T: Wire>(bytes: &[u8]) -> Result<T, DecodeError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => from_str(text),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            Err(DecodeError::utf8(
                std::str::from_utf8(good).unwrap_or_default(),
            ))
        }
    }
}

/// Writes a value as one line of compact JSON.
#[must_use]
pub fn to_string<T: Wire>(value: &T) -> String {
    let mut writer = Writer::new();
    value.encode(&mut writer);
    writer.into_text()
}

/// Writes a value as one line of compact JSON, as bytes.
#[must_use]
pub fn to_vec<T: Wire>(value: &T) -> Vec<u8> {
    let mut writer = Writer::new();
    value.encode(&mut writer);
    writer.finish().into()
}

/// Appends a value to a buffer, as one line of compact JSON.
pub fn write_to<T: Wire>(value: &T, buffer: &mut BytesMut) {
    let mut writer = Writer::onto(std::mem::take(buffer));
    value.encode(&mut writer);
    *buffer = writer.finish();
}
