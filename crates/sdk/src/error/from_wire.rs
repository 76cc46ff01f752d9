//! Errors from those of the crate `orouter-wire`.

use orouter_wire::{OutputError, OutputErrorKind};

use super::{Error, ErrorKind};

/// Returns an error of kind [`Schema`](ErrorKind::Schema), whose source is the `SchemaError`.
#[cfg(feature = "schema")]
impl From<orouter_wire::SchemaError> for Error {
    fn from(error: orouter_wire::SchemaError) -> Self {
        let name = error.type_name();
        let summary = match error.path() {
            "" => format!("type {name} has no usable schema"),
            path => format!("type {name} has no usable schema, because of its member {path}"),
        };
        Self::new(ErrorKind::Schema, summary).with_source(error)
    }
}

/// Returns an error of kind [`Refusal`](ErrorKind::Refusal), [`Incomplete`](ErrorKind::Incomplete) or
/// [`OutputMismatch`](ErrorKind::OutputMismatch), whose source is the [`OutputError`].
impl From<OutputError> for Error {
    fn from(error: OutputError) -> Self {
        let (kind, summary) = match error.kind() {
            OutputErrorKind::Refusal => (ErrorKind::Refusal, "the model refused"),
            OutputErrorKind::Incomplete => (ErrorKind::Incomplete, "the response ended early"),
            _ => {
                let summary = "the output does not match the requested type";
                (ErrorKind::OutputMismatch, summary)
            }
        };
        // The response that has no usable output was received.
        Self::new(kind, summary).in_flight().with_source(error)
    }
}
