//! [`Refusal`]: a part of a request that a protocol or an endpoint cannot express.

use std::fmt;

/// A part of a request that the upstream cannot serve, and that must not be left out silently. The
/// server answers it with a 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The path of the member at fault: `input[2].content[0]`.
    pub param: String,
    /// The reason, in one line, for the person who sent the request.
    pub message: String,
}

impl Refusal {
    /// Creates a refusal.
    #[must_use]
    pub fn new(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            param: param.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
