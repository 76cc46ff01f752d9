//! [`PartError`]: a part of a content that is not sent.

use crate::refusal::Refusal;

/// A part of a content that is not sent, as a refusal of the request. Parts of a history that the
/// endpoint cannot read may be replaced instead.
#[derive(Debug)]
pub(crate) enum PartError {
    /// The part is not one of the API, whatever the endpoint is.
    Malformed(Refusal),
    /// The endpoint or its protocol cannot read the part.
    Unsupported(Refusal),
}

impl From<Refusal> for PartError {
    fn from(refusal: Refusal) -> Self {
        Self::Malformed(refusal)
    }
}

impl From<PartError> for Refusal {
    fn from(error: PartError) -> Self {
        match error {
            PartError::Malformed(refusal) | PartError::Unsupported(refusal) => refusal,
        }
    }
}
