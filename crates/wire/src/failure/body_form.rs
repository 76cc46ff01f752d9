//! [`BodyForm`]: the form of an error body.

/// The form of an error body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyForm {
    /// JSON. Line breaks inside strings are read as spaces.
    Json,
    /// The start of a JSON text. The members that are whole were read.
    CutJson,
    /// It starts as JSON and breaks its grammar. The members before that were read.
    MalformedJson,
    /// HTML or other text, or nothing.
    Text,
    /// Bytes that are not text, such as a compressed body or an image.
    Binary,
}
