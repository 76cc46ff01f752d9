//! JSON types, and the path to a position in a value.

/// The JSON type of a value, told by its first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number of any size.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
    /// Not the start of any value, or the end of the text.
    Other,
}

impl Token {
    /// The type in words, with its article: `an object`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Token::Null => "null",
            Token::Bool => "a boolean",
            Token::Number => "a number",
            Token::String => "a string",
            Token::Array => "an array",
            Token::Object => "an object",
            Token::Other => "something that is not JSON",
        }
    }
}

/// One step of the path to a place in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Field(&'static str),
    Index(usize),
    /// A member whose name came from the input, which errors do not repeat.
    Any,
}
