//! [`Path`]: the path of a requested model.

use std::fmt;

/// The path of a requested model: `model` or `models[0]`.
pub(super) struct Path(Option<usize>);

impl Path {
    /// Creates the path of the model at this position, where 0 is `model`.
    pub(super) fn new(position: usize) -> Self {
        Self(position.checked_sub(1))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("model"),
            Some(index) => write!(f, "models[{index}]"),
        }
    }
}
